import BucketCore
import Ingest
import TestSupport

/// The contract of `BatchStore` in dictionaries: all of a batch or nothing of it.
final class MemoryStore: BatchStore {
  struct Failure: Error, Equatable {}

  struct Device {
    var next: [UInt32: UInt32] = [:]
    var prints: [UInt32: EpochPrints] = [:]
    var lastCountedMilliseconds: Int64?
    var unsequenced = 0
    var buckets: [ReferencePlace: ReferenceBucket] = [:]
    var status: DeviceStatus?
  }

  private(set) var devices: [Int: Device] = [:]
  private(set) var quarantined: [QuarantinedMessage] = []
  private(set) var quarantineCounts: [QuarantineReason: Int] = [:]
  /// Frames kept, in their order.
  private(set) var archive: [(device: Int, payload: [UInt8], marks: FrameMarks)] = []
  private(set) var segments: [[UInt8]] = []
  private(set) var commits = 0
  /// Commits that throw, before the next that holds.
  var commitFailures = 0
  var loadFailures = 0
  /// The latest time by which old frames were erased.
  private(set) var maintainedAtMilliseconds: Int64 = 0
  /// Called at every commit, and told whether it holds.
  var onCommit: (Bool) -> Void = { _ in }

  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    if loadFailures > 0 {
      loadFailures -= 1
      throw Failure()
    }
    let known = devices[device]
    return StoredCursor(
      next: epoch.flatMap { known?.next[$0] } ?? 0,
      lastCountedMilliseconds: known?.lastCountedMilliseconds,
      prints: epoch.flatMap { known?.prints[$0] } ?? EpochPrints())
  }

  func maintain(nowMilliseconds: Int64) -> Bool {
    maintainedAtMilliseconds = max(maintainedAtMilliseconds, nowMilliseconds)
    return false
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    if commitFailures > 0 {
      commitFailures -= 1
      onCommit(false)
      throw Failure()
    }
    for index in 0..<batch.core.touchedCount {
      let cursor = batch.core.touched(at: index)
      if let epoch = cursor.epoch,
        batch.reusedEpochs[.init(device: cursor.device, epoch: epoch)] != nil
      {
        devices[cursor.device]?.prints[epoch]?.reusedBelow = cursor.prints.reusedBelow
      }
      if !cursor.isChanged { continue }
      var device = devices[cursor.device] ?? Device()
      if let epoch = cursor.epoch {
        device.next[epoch] = cursor.next
        device.prints[epoch] = cursor.prints
      } else {
        device.unsequenced += Int(cursor.next)
      }
      device.lastCountedMilliseconds = cursor.lastCountedMilliseconds
      devices[cursor.device] = device
    }
    for index in 0..<batch.core.deltaCount { add(batch.core.delta(at: index)) }
    for (device, received) in batch.statuses {
      devices[device, default: Device()].status = received.status
    }
    quarantined += batch.quarantined
    quarantineCounts.merge(batch.quarantineCounts) { $0 + $1 }
    var reader = unsafe ArchiveReader(batch.archiveBytes)
    while let record = try reader.next() {
      archive.append((record.device, unsafe Array(record.payload), record.marks))
    }
    segments.append(unsafe Array(batch.archiveBytes))
    commits += 1
    onCommit(true)
  }

  private func add(_ delta: BucketDelta) {
    let place = ReferencePlace(hour: delta.hour, slot: delta.slot)
    var added = ReferenceBucket()
    for button in 0..<5 { added.counts[button] = Int(delta.counts[button]) }
    added.excluded = Int(delta.excluded)
    added.invalid = Int(delta.invalid)
    added.lost = Int(delta.lost)
    added.estimated = Int(delta.estimated)
    added.late = Int(delta.late)
    devices[delta.device, default: Device()].buckets[place, default: ReferenceBucket()].add(added)
  }

  func buckets(_ device: Int = 0) -> [ReferencePlace: ReferenceBucket] {
    devices[device]?.buckets.filter { $0.value != ReferenceBucket() } ?? [:]
  }

  /// Presses in all buckets of a device, counted, excluded or invalid.
  func presses(_ device: Int = 0) -> Int {
    buckets(device).values.reduce(0) { $0 + $1.presses }
  }
}

extension EngineDevice {
  /// A device by the rules of the reference.
  init(_ name: String, rules: [ReferenceRule], isRegistered: Bool = true) {
    self.init(
      name: name, isRegistered: isRegistered,
      rules: rules.map {
        Rule(
          minutes: $0.minutes, part: $0.part, repeatIntervalMilliseconds: $0.intervalMilliseconds,
          buttons: $0.buttons)
      })
  }

  /// A device with one rule for all hours.
  init(
    _ name: String, buttons: [Int] = [4], repeatIntervalMilliseconds: Int = 0,
    isRegistered: Bool = true
  ) {
    self.init(
      name,
      rules: [
        ReferenceRule(
          hours: 0..<2_000_000, intervalMilliseconds: repeatIntervalMilliseconds, buttons: buttons)
      ], isRegistered: isRegistered)
  }
}
