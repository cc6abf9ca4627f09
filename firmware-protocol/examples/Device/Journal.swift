import FirmwareProtocol
import Foundation

/// Presses in a file until they are acknowledged: SPEC.md, section 9.
struct Journal {
  private struct Kept: Codable {
    var epoch: UInt32
    /// Sequence of the first of `presses`.
    var first: UInt32
    var presses: [KeptPress]
  }

  private struct KeptPress: Codable {
    /// UTC milliseconds since 1970, of a clock that is set (D6).
    var at: Int64
    var button: UInt8
  }

  private let file: URL
  private var kept: Kept

  /// Opens the journal, or begins one under a new epoch (D1).
  init(at file: URL) throws {
    self.file = file
    if FileManager.default.fileExists(atPath: file.path) {
      kept = try JSONDecoder().decode(Kept.self, from: Data(contentsOf: file))
    } else {
      kept = Kept(epoch: .random(in: 0...UInt32.max), first: 0, presses: [])
    }
  }

  var isEmpty: Bool { kept.presses.isEmpty }

  /// D2, D3: it has its number, and is on the disk, before anything is sent.
  mutating func press(_ button: UInt8) throws {
    kept.presses.append(
      KeptPress(at: Int64(Date().timeIntervalSince1970 * 1000), button: button))
    try save()
  }

  /// The oldest presses as a frame, nothing older left behind (F2).
  func frame() -> Data {
    let presses = kept.presses.prefix(PressFrame.countMax).map {
      Press(at: UInt32($0.at / 1000), milliseconds: UInt16($0.at % 1000), button: $0.button)
    }
    let header = FrameHeader(
      isUTC: true, holdsNothingOlder: true, count: UInt16(presses.count), epoch: kept.epoch,
      firstSequence: kept.first, sentAt: UInt32(Date().timeIntervalSince1970))
    var buffer = [UInt8](repeating: 0, count: PressFrame.byteCount(presses: presses.count))
    var span = buffer.mutableSpan
    var bytes = unsafe span.mutableBytes
    let length = PressFrame.encode(header, presses: presses.span, into: &bytes)
    return Data(buffer.prefix(length))
  }

  /// Frees what is on the service's disk (A1).
  ///
  /// - Returns: whether that was something.
  mutating func receive(_ answer: Acknowledgement) throws -> Bool {
    guard answer.epoch == kept.epoch else { return false }
    let freed = Int(answer.nextSequence) - Int(kept.first)
    if freed > kept.presses.count {
      // D5: another journal used our epoch; ours begins anew.
      kept = Kept(epoch: .random(in: 0...UInt32.max), first: 0, presses: kept.presses)
      try save()
      return false
    }
    guard freed > 0 else { return false }
    kept.presses.removeFirst(freed)
    kept.first = answer.nextSequence
    try save()
    return true
  }

  /// Beside the file, synced, then in its place: a cut leaves the old or the new.
  private func save() throws {
    let new = file.appendingPathExtension("new")
    try JSONEncoder().encode(kept).write(to: new)
    let handle = try FileHandle(forUpdating: new)
    try handle.synchronize()
    try handle.close()
    guard unsafe rename(new.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}
