import BucketCore
import Ingest

extension World {
  /// Everything has come to rest: stops the service cleanly and judges.
  func settle() {
    if !broker.isDrained { violate("messages are left at the broker") }
    guard let loop, let link, let requests else {
      return violate("the service is not running at the end")
    }
    if !link.isIdle { violate("messages are left on the way") }
    requests.stop()
    if loop.step() != nil { violate("the service does not stop") }
    for device in devices where !device.isDead {
      for journal in device.journals where !journal.isDone {
        violate(
          "\(device.name) still holds \(journal.presses.count - journal.oldest) presses "
            + "of epoch \(journal.epoch)")
      }
    }
    var oracle = Oracle(devices: devices.count)
    oracle.read(disk.segments, devices)
    compare(oracle)
    if let accused = disk.quarantined[.reusedEpoch] {
      violate("\(accused) honest repeats are said to be of a second journal")
    }
    for text in oracle.violations { violate(text) }
    replay()
  }

  private func compare(_ oracle: Oracle) {
    for device in devices {
      let stored = disk.devices[device.number]
      compareBuckets(device, stored.buckets, oracle.buckets[device.number])
      for journal in device.journals {
        let fates = oracle.fates[device.number]?[journal.epoch] ?? []
        compareFates(device, journal, fates)
        let next = stored.cursors[journal.epoch]?.next ?? 0
        if next != fates.count {
          violate("\(device.name) epoch \(journal.epoch): next \(next), not \(fates.count)")
        }
      }
      let epochs = Set(device.journals.map(\.epoch))
      for epoch in stored.cursors.keys where !epochs.contains(epoch) {
        violate("\(device.name) has a cursor of epoch \(epoch), which it never had")
      }
      compareUnsequenced(device, stored, oracle.unsequencedCounts[device.number])
    }
  }

  /// Acknowledged presses are counted once; lost is what was overwritten, and nothing else.
  private func compareFates(_ device: Device, _ journal: Journal, _ fates: [Fate]) {
    let name = "\(device.name) epoch \(journal.epoch)"
    if fates.count > journal.presses.count { violate("\(name): more counted than pressed") }
    if fates.count < journal.acknowledged {
      violate("\(name): acknowledged \(journal.acknowledged), on disk only \(fates.count)")
    }
    var isOverwritten = Array(repeating: false, count: journal.presses.count)
    for range in journal.overwritten { for sequence in range { isOverwritten[sequence] = true } }
    for (sequence, fate) in fates.enumerated() where fate == .lost {
      if !isOverwritten[sequence] { violate("\(name): press \(sequence) is lost, and was held") }
    }
    if journal.isAbandoned || device.isDead { return }
    if fates.count < journal.presses.count {
      violate("\(name): \(journal.presses.count) pressed, \(fates.count) accounted for")
    }
  }

  private func compareUnsequenced(_ device: Device, _ stored: StoredDevice, _ counts: [Int: Int]) {
    var presses = 0
    for (number, message) in device.unsequenced.enumerated() {
      let count = counts[number, default: 0]
      presses += count * message.presses.count
      if message.isAccepted && count == 0 {
        violate("\(device.name): unsequenced message \(number) was accepted and is not counted")
      }
      if count > message.deliveries {
        violate("\(device.name): unsequenced message \(number) is counted more than delivered")
      }
    }
    if stored.unsequenced?.next ?? 0 != presses {
      violate("\(device.name): \(stored.unsequenced?.next ?? 0) unsequenced, not \(presses)")
    }
  }

  private func compareBuckets(
    _ device: Device, _ stored: [Place: StoredBucket], _ expected: [Place: StoredBucket]
  ) {
    if stored == expected { return }
    for place in Set(stored.keys).union(expected.keys).sorted() {
      let one = stored[place] ?? StoredBucket()
      let other = expected[place] ?? StoredBucket()
      if one != other {
        violate("\(device.name) hour \(place.hour) slot \(place.slot): \(one), not \(other)")
      }
    }
  }

  /// Counting the archive again gives the same buckets and cursors.
  private func replay() {
    let store = ReplayStore(devices: devices.count)
    let known = devices.map {
      EngineDevice(name: $0.name, isRegistered: true, rules: $0.rules.map(\.engineRule))
    }
    var engine = IngestEngine(site: "", devices: known, store: store)
    do {
      for (number, segment) in disk.segments.enumerated() {
        try engine.commit(answering: false)
        store.segment = number
        try unsafe segment.withUnsafeBytes { bytes in
          var reader = unsafe ArchiveReader(bytes)
          while let record = try reader.next() {
            try engine.replay(record)
          }
        }
      }
      try engine.commit(answering: false)
    } catch {
      return violate("the archive cannot be counted again: \(error)")
    }
    for (device, counted) in zip(devices, zip(disk.devices, store.disk.devices))
    where counted.0 != counted.1 {
      violate("\(device.name): counting the archive again gives something else")
    }
  }
}

/// Where the archive is counted into again.
final class ReplayStore: BatchStore {
  var disk: Disk
  var segment = 0

  init(devices: Int) {
    disk = Disk(devices: devices)
  }

  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    let stored = disk.devices[device]
    return StoredCursor(
      next: UInt32(epoch.flatMap { stored.cursors[$0]?.next } ?? 0),
      lastCountedMilliseconds: stored.lastCountedMilliseconds,
      prints: epoch.flatMap { stored.cursors[$0]?.prints } ?? EpochPrints())
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    let transaction = Transaction(batch)
    disk.writeCursors(transaction, segment: segment)
    disk.writeBuckets(transaction)
  }
}
