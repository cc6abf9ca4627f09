import BucketCore
import FirmwareProtocol

/// One press of the archive, and what became of it; or presses that never reached it.
public struct CountedPress: Sendable, Equatable {
  public enum Outcome: String, CaseIterable, Sendable {
    case counted, excluded, invalid
    /// Taken out of the counts by a person, whatever it was before.
    case annulled
    /// Gone for good before the press that follows, as its device says.
    case lost
  }

  /// A press, as it can be found again.
  public struct Reference: Sendable, Equatable {
    /// When it happened, UTC milliseconds since 1970.
    public var atMilliseconds: Int64
    /// nil for a press without a sequence.
    public var epoch: UInt32?
    public var sequence: UInt32?

    public init(atMilliseconds: Int64, epoch: UInt32?, sequence: UInt32?) {
      self.atMilliseconds = atMilliseconds
      self.epoch = epoch
      self.sequence = sequence
    }
  }

  /// The device's number.
  public var device: Int
  /// When it happened, as it was counted: UTC milliseconds since 1970. Lost ones stand at the time
  /// of the press that follows, in whose hour they are counted.
  public var atMilliseconds: Int64
  public var receivedAtMilliseconds: Int64
  /// nil for lost ones.
  public var button: Int?
  /// The slot that it was counted under.
  public var slot: Int
  public var outcome: Outcome
  /// Its time was estimated, whatever became of it.
  public var isEstimated: Bool
  /// nil for a press without a sequence.
  public var epoch: UInt32?
  /// Of lost ones the first.
  public var sequence: UInt32?
  /// Its place in its frame, from 0; of lost ones that of the press that follows.
  public var place: Int
  /// 1; of lost ones how many.
  public var count = 1
  /// The press that counted before an excluded one, too short a time ago.
  public var excludedBy: Reference?
}

/// Tells archived frames press by press.
///
/// Each press goes through the core as a frame of its own, so that what is told of it is what
/// was counted, by the same code; some hundred nanoseconds a press.
public struct PressHistory: ~Copyable {
  private var engine: IngestEngine<PressSink>
  private let sink: PressSink
  /// By device: its last press that counted, in the order of receipt.
  private var lastCounted: [CountedPress.Reference?]

  /// - Parameter devices: every device of the archive, in the order of their numbers.
  public init(devices: [EngineDevice]) {
    sink = PressSink(devices: devices.count)
    engine = IngestEngine(site: "", devices: devices, store: sink)
    lastCounted = Array(repeating: nil, count: devices.count)
  }

  /// Whether anything was told of a device, or `begin` was called for it.
  public func knows(device: Int) -> Bool { sink.next[device] != nil }

  /// Goes on with a device after a gap in its records, or in their middle.
  ///
  /// - Parameter last: its last press that counted before. Its epochs are new until `setNext`.
  public mutating func begin(device: Int, last: CountedPress.Reference?) {
    engine.forget(device: device)
    lastCounted[device] = last
    sink.lastCounted[device] = last?.atMilliseconds
    sink.next[device] = [:]
  }

  /// A device's last press that counted.
  public func last(device: Int) -> CountedPress.Reference? { lastCounted[device] }

  /// The sequence expected next; nil when the epoch is not known.
  public func next(device: Int, epoch: UInt32) -> UInt32? { sink.next[device]?[epoch] }

  /// Says what is expected next in an epoch that is not known.
  public mutating func setNext(_ next: UInt32, device: Int, epoch: UInt32) {
    sink.setNext(next, device: device, epoch: epoch)
  }

  /// Tells the presses of one record that counted anew, in their order.
  ///
  /// Every record of a device must be given, in the order of the archive; where some are left out
  /// `begin` and `setNext` say what they came to.
  public mutating func tell(
    _ record: ArchiveReader.Record, _ each: (CountedPress) -> Void
  ) throws {
    try record.withFrame { frame, marks in try tell(frame, marks, of: record, each) }
  }

  private mutating func tell(
    _ frame: RawSpan, _ marks: FrameMarks, of record: ArchiveReader.Record,
    _ each: (CountedPress) -> Void
  ) throws {
    // A press alone is its own frame, whose checksum is looked at when it is counted.
    guard var header = try? PressFrame.decodeHeader(frame) else { throw ArchiveDamaged() }
    if header.count == 1 {
      return try tell(frame, PressFrame.press(0, of: frame), header, 0, marks, of: record, each)
    }
    guard (try? PressFrame.decode(frame)) != nil else { throw ArchiveDamaged() }
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
      try tell(unsafe single.span.bytes, press, header, index, marks, of: record, each)
    }
  }

  /// Tells one press, by a frame that holds nothing else.
  private mutating func tell(
    _ single: RawSpan, _ press: Press, _ header: FrameHeader, _ place: Int, _ marks: FrameMarks,
    of record: ArchiveReader.Record, _ each: (CountedPress) -> Void
  ) throws {
    sink.delta = nil
    try engine.replay(
      single, marks, device: record.device,
      receivedAtMilliseconds: record.receivedAtMilliseconds)
    try engine.commit(answering: false)
    guard let delta = sink.delta else { return }
    let at = BucketCore.eventMilliseconds(
      of: press, header, marks, receivedAtMilliseconds: record.receivedAtMilliseconds)
    var told = CountedPress(
      device: record.device, atMilliseconds: at,
      receivedAtMilliseconds: record.receivedAtMilliseconds, button: Int(press.button),
      slot: delta.slot % CoreLimits.slotsMax,
      outcome: delta.invalid > 0 ? .invalid : delta.excluded > 0 ? .excluded : .counted,
      isEstimated: !header.isUTC || press.at == PressFrame.timeUnknown, place: place)
    if !marks.isUnsequenced {
      told.epoch = header.epoch
      told.sequence = header.firstSequence
    }
    if delta.lost > 0 { each(lost(UInt32(clamping: delta.lost), before: told)) }
    if told.outcome == .excluded { told.excludedBy = lastCounted[record.device] }
    if told.outcome == .counted {
      lastCounted[record.device] = CountedPress.Reference(
        atMilliseconds: at, epoch: told.epoch, sequence: told.sequence)
    }
    each(told)
  }

  private func lost(_ count: UInt32, before press: CountedPress) -> CountedPress {
    var lost = press
    lost.outcome = .lost
    lost.button = nil
    lost.sequence = press.sequence.map { $0 - count }
    lost.count = Int(count)
    return lost
  }
}

/// Remembers cursors and the last press instead of storing.
private final class PressSink: BatchStore {
  /// By device and epoch; nil = nothing is known of the device.
  var next: [[UInt32: UInt32]?]
  var lastCounted: [Int64?]
  var delta: BucketDelta?

  init(devices: Int) {
    next = Array(repeating: nil, count: devices)
    lastCounted = Array(repeating: nil, count: devices)
  }

  func setNext(_ sequence: UInt32, device: Int, epoch: UInt32) {
    if next[device]?.updateValue(sequence, forKey: epoch) == nil, next[device] == nil {
      next[device] = [epoch: sequence]
    }
  }

  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    StoredCursor(
      next: epoch.flatMap { next[device]?[$0] } ?? 0,
      lastCountedMilliseconds: lastCounted[device])
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    for index in 0..<batch.core.touchedCount {
      let cursor = batch.core.touched(at: index)
      if let epoch = cursor.epoch { setNext(cursor.next, device: cursor.device, epoch: epoch) }
      lastCounted[cursor.device] = cursor.lastCountedMilliseconds
    }
    delta = batch.core.deltaCount > 0 ? batch.core.delta(at: 0) : nil
  }
}
