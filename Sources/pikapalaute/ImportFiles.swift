import Foundation
import Import
import Synchronization

/// A file read in chunks, with a bar on the terminal while it takes long.
final class FileProgress: Sendable {
  private struct State {
    var handle: FileHandle?
    var bytesRead = 0
    var shown = -1
  }

  let path: String
  let size: Int
  private let state: Mutex<State>
  private let isTerminal = isatty(STDERR_FILENO) != 0

  init(_ path: String) {
    self.path = path
    state = Mutex(State(handle: FileHandle(forReadingAtPath: path)))
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    size = attributes?[.size] as? Int ?? 0
  }

  func next() throws -> [UInt8] {
    try state.withLock { state in
      guard let handle = state.handle else {
        throw MissingFile("'\(path)' is no file that can be read")
      }
      let chunk = try handle.read(upToCount: 1 << 16) ?? Data()
      state.bytesRead += chunk.count
      return Array(chunk)
    }
  }

  func show(lines: Int) {
    state.withLock { state in
      let percent = size == 0 ? 0 : min(100, state.bytesRead * 100 / size)
      guard isTerminal, percent != state.shown else { return }
      state.shown = percent
      let bar = String(repeating: "█", count: percent / 4).padding(
        toLength: 25, withPad: "░", startingAt: 0)
      FileHandle.standardError.write(Data("\r\(bar) \(percent) %  \(lines) lines".utf8))
    }
  }

  func end() {
    if state.withLock({ $0.shown >= 0 }) { FileHandle.standardError.write(Data("\n".utf8)) }
  }
}

/// The lines that are passed over, for a person to mend; made with the first of them.
final class RejectedFile {
  let path: String
  private(set) var lines = 0
  private var handle: FileHandle?

  /// - Throws: `SettingError` when there is such a file: a person may have mended it.
  init(_ path: String) throws {
    self.path = path
    if FileManager.default.fileExists(atPath: path) { throw Self.refusal(path) }
  }

  /// Adds the reader's last row.
  func add(_ reader: ImportReader, _ skip: Skip) throws {
    if handle == nil {
      do {
        let url = URL(fileURLWithPath: path)
        try Data(reader.rejectedHeader).write(to: url, options: .withoutOverwriting)
        let made = try FileHandle(forWritingTo: url)
        try made.seekToEnd()
        handle = made
      } catch {
        throw Self.refusal(path)
      }
    }
    try handle?.write(contentsOf: Data(reader.rejectedLine(skip)))
    lines += 1
  }

  /// Takes away what was written: the import was refused.
  func discard() {
    if handle != nil { try? FileManager.default.removeItem(atPath: path) }
  }

  private static func refusal(_ path: String) -> OptionError {
    let isThere = FileManager.default.fileExists(atPath: path)
    return OptionError(
      "--rejected", path,
      "a file that can be made" + (isThere ? "; it is there already and is not written over" : ""))
  }
}
