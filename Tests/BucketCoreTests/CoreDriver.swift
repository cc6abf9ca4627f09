import BucketCore
import FirmwareProtocol
import TestSupport

/// A core with its memory, and the plainest store there can be: dictionaries.
@safe
struct CoreDriver: ~Copyable {
  struct Stored {
    var next: [UInt32: UInt32] = [:]
    var lastCountedMilliseconds: Int64?
    var unsequenced = 0
    var buckets: [ReferencePlace: ReferenceBucket] = [:]
  }

  private let memory: UnsafeMutableRawBufferPointer
  var core: BucketCore
  private(set) var stored: [Stored]
  private(set) var commits = 0
  /// Commits that were forced because every cursor of a device was needed.
  private(set) var cursorCommits = 0
  private(set) var fullCommits = 0

  init(devices: [[ReferenceRule]]) {
    let rules = devices.reduce(0) { $0 + $1.count }
    unsafe memory = .allocate(
      byteCount: BucketCore.byteCount(devices: devices.count, rules: rules), alignment: 64)
    core = unsafe BucketCore(devices: devices.count, rules: rules, memory: memory)
    for device in devices { _ = core.addDevice(rules: Self.rules(device).span) }
    stored = Array(repeating: Stored(), count: devices.count)
  }

  deinit {
    unsafe memory.deallocate()
  }

  static func rules(_ rules: [ReferenceRule]) -> [CountingRule] {
    rules.map { rule in
      let buttons = rule.buttons.map { UInt8($0) }
      return CountingRule(
        minutes: rule.minutes, part: rule.part,
        repeatIntervalMilliseconds: rule.intervalMilliseconds,
        buttons: buttons.span)
    }
  }

  /// One frame, once, without help.
  mutating func apply(
    _ bytes: [UInt8], device: Int = 0, receivedAtMilliseconds: Int,
    marks: FrameMarks = FrameMarks()
  ) -> FrameResult {
    core.apply(
      unsafe bytes.span.bytes, device: device,
      receivedAtMilliseconds: Int64(receivedAtMilliseconds), marks: marks)
  }

  /// One frame, with all that the core asks for: cursors loaded, full batches committed.
  mutating func take(
    _ bytes: [UInt8], device: Int = 0, receivedAtMilliseconds: Int,
    marks: FrameMarks = FrameMarks()
  ) -> FrameResult {
    while true {
      let result = apply(
        bytes, device: device, receivedAtMilliseconds: receivedAtMilliseconds,
        marks: marks)
      switch result.outcome {
      case .unknownCursor:
        let isInstalled = core.install(
          device: device, epoch: marks.isUnsequenced ? nil : result.epoch,
          next: stored[device].next[result.epoch] ?? 0,
          lastCountedMilliseconds: stored[device].lastCountedMilliseconds)
        if !isInstalled {
          cursorCommits += 1
          commit()
        }
      case .batchFull:
        fullCommits += 1
        commit()
      case .counted, .duplicate, .rewind, .malformed:
        return result
      }
    }
  }

  /// Adds what the batch counted to the store, and ends the batch.
  mutating func commit() {
    for index in 0..<core.touchedCount {
      let cursor = core.touched(at: index)
      if !cursor.isChanged { continue }
      if let epoch = cursor.epoch {
        stored[cursor.device].next[epoch] = cursor.next
      } else {
        stored[cursor.device].unsequenced += Int(cursor.next)
      }
      stored[cursor.device].lastCountedMilliseconds = cursor.lastCountedMilliseconds
    }
    for (place, delta) in deltas() {
      stored[place.device].buckets[place.place, default: ReferenceBucket()].add(delta)
    }
    core.endBatch()
    commits += 1
  }

  struct Place: Hashable {
    var device: Int
    var place: ReferencePlace
  }

  /// What the batch at hand adds.
  func deltas() -> [Place: ReferenceBucket] {
    var deltas: [Place: ReferenceBucket] = [:]
    for index in 0..<core.deltaCount {
      let delta = core.delta(at: index)
      var bucket = ReferenceBucket()
      for button in 0..<5 { bucket.counts[button] = Int(delta.counts[button]) }
      bucket.excluded = Int(delta.excluded)
      bucket.invalid = Int(delta.invalid)
      bucket.lost = Int(delta.lost)
      bucket.estimated = Int(delta.estimated)
      bucket.late = Int(delta.late)
      deltas[Place(device: delta.device, place: .init(hour: delta.hour, slot: delta.slot))] = bucket
    }
    return deltas
  }

  func touched() -> [TouchedCursor] {
    (0..<core.touchedCount).map { core.touched(at: $0) }
  }
}
