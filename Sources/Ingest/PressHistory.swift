import BucketCore
import FirmwareProtocol

/// One press of the archive, and what became of it.
public struct CountedPress: Sendable, Equatable {
  public enum Outcome: String, Sendable {
    case counted, excluded, invalid
  }

  /// The device's number.
  public var device: Int
  /// When it happened, as it was counted: UTC milliseconds since 1970.
  public var atMilliseconds: Int64
  public var receivedAtMilliseconds: Int64
  public var button: Int
  /// The slot that it was counted under.
  public var slot: Int
  public var outcome: Outcome
  /// Its time was estimated, whatever became of it.
  public var isEstimated: Bool
}

/// Tells archived frames press by press.
///
/// Each press goes through the core as a frame of its own, so that what is told of it is what
/// was counted, by the same code; some hundred nanoseconds a press.
public struct PressHistory: ~Copyable {
  private var engine: IngestEngine<PressSink>
  private let sink = PressSink()

  /// - Parameter devices: every device of the archive, in the order of their numbers.
  public init(devices: [EngineDevice]) {
    engine = IngestEngine(site: "", devices: devices, store: sink)
  }

  /// Tells the presses of one record that counted anew, in their order.
  ///
  /// Every record of a device must be given, in the order of the archive.
  public mutating func tell(
    _ record: ArchiveReader.Record, _ each: (CountedPress) -> Void
  ) throws {
    let payload = unsafe record.payload.bytes
    guard payload.byteCount > 0, payload.byte(at: 0) == UInt8(ascii: "{") else {
      return try tell(payload, of: record, isSequenced: true, each)
    }
    let form: PressJSON
    do throws(PressJSONError) {
      form = try PressJSON(payload, receivedAtMilliseconds: record.receivedAtMilliseconds)
    } catch {
      throw ArchiveDamaged()
    }
    try tell(
      unsafe form.frame.span.bytes, of: record, isSequenced: form.isSequenced, each)
  }

  private mutating func tell(
    _ frame: RawSpan, of record: ArchiveReader.Record, isSequenced: Bool,
    _ each: (CountedPress) -> Void
  ) throws {
    guard var header = try? PressFrame.decode(frame) else { throw ArchiveDamaged() }
    let first = header.firstSequence
    let count = Int(header.count)
    header.count = 1
    var single = [UInt8](repeating: 0, count: PressFrame.byteCount(presses: 1))
    for index in 0..<count {
      let press = PressFrame.press(index, of: frame)
      header.firstSequence = first &+ UInt32(index)
      let presses = [press]
      var span = single.mutableSpan
      var raw = unsafe span.mutableBytes
      _ = PressFrame.encode(header, presses: presses.span, into: &raw)
      sink.delta = nil
      try engine.replay(
        frame: unsafe single.span.bytes, device: record.device, isSequenced: isSequenced,
        receivedAtMilliseconds: record.receivedAtMilliseconds)
      try engine.commit(answering: false)
      guard let delta = sink.delta else { continue }
      let at = BucketCore.eventMilliseconds(
        of: press, header, receivedAtMilliseconds: record.receivedAtMilliseconds)
      each(
        CountedPress(
          device: record.device, atMilliseconds: at,
          receivedAtMilliseconds: record.receivedAtMilliseconds, button: Int(press.button),
          slot: delta.slot,
          outcome: delta.invalid > 0 ? .invalid : delta.excluded > 0 ? .excluded : .counted,
          isEstimated: !header.isUTC || press.at == PressFrame.timeUnknown))
    }
  }
}

/// Remembers cursors and the last press instead of storing.
private final class PressSink: BatchStore {
  private struct Key: Hashable {
    var device: Int
    var epoch: UInt32
  }

  private var next: [Key: UInt32] = [:]
  private var lastCounted: [Int: Int64] = [:]
  var delta: BucketDelta?

  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    StoredCursor(
      next: epoch.map { next[Key(device: device, epoch: $0), default: 0] } ?? 0,
      lastCountedMilliseconds: lastCounted[device])
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    for index in 0..<batch.core.touchedCount {
      let cursor = batch.core.touched(at: index)
      if let epoch = cursor.epoch { next[Key(device: cursor.device, epoch: epoch)] = cursor.next }
      lastCounted[cursor.device] = cursor.lastCountedMilliseconds
    }
    delta = batch.core.deltaCount > 0 ? batch.core.delta(at: 0) : nil
  }
}
