import BucketCore
import Ingest

/// One hour of one device and slot, as the store has it.
struct StoredBucket: Equatable {
  var counts = [0, 0, 0, 0, 0]
  var excluded = 0
  var invalid = 0
  var lost = 0
  var estimated = 0
  var late = 0

  /// Presses counted, excluded or invalid.
  var presses: Int { counts.reduce(0, +) + excluded + invalid }
}

/// Where a bucket stands.
struct Place: Hashable, Comparable {
  /// UTC hours since 1970.
  var hour: Int
  var slot: Int

  static func < (one: Place, other: Place) -> Bool {
    (one.hour, one.slot) < (other.hour, other.slot)
  }
}

/// A row of the table of cursors.
struct CursorRow: Equatable {
  var next: Int
  /// The segment that moved it last.
  var segment: Int
  var lastCountedMilliseconds: Int64?
  /// What is remembered of the epoch's presses.
  var prints = EpochPrints()
}

/// What of one device is durable.
struct StoredDevice: Equatable {
  var cursors: [UInt32: CursorRow] = [:]
  /// The row of presses without a sequence: how many.
  var unsequenced: CursorRow?
  var buckets: [Place: StoredBucket] = [:]

  /// As the real store asks: the row that moved last knows.
  var lastCountedMilliseconds: Int64? {
    var newest = unsequenced
    for row in cursors.values where row.segment >= newest?.segment ?? -1 { newest = row }
    return newest?.lastCountedMilliseconds
  }
}

/// The honest disk: holds exactly what was committed, whatever dies.
struct Disk {
  var devices: [StoredDevice]
  /// The archive, a segment for each commit that brought frames.
  var segments: [[UInt8]] = []
  var quarantined: [QuarantineReason: Int] = [:]
  var commits = 0

  init(devices: Int) {
    self.devices = Array(repeating: StoredDevice(), count: devices)
  }
}

/// What one transaction writes, gathered before it becomes durable.
struct Transaction {
  var segment: [UInt8] = []
  var cursors: [TouchedCursor] = []
  var deltas: [BucketDelta] = []
  var quarantined: [QuarantineReason: Int] = [:]

  init(_ batch: borrowing IngestBatch) {
    segment = unsafe Array(batch.archiveBytes)
    for index in 0..<batch.core.touchedCount {
      let cursor = batch.core.touched(at: index)
      if cursor.isChanged { cursors.append(cursor) }
    }
    for index in 0..<batch.core.deltaCount { deltas.append(batch.core.delta(at: index)) }
    quarantined = batch.quarantineCounts
  }
}

extension Disk {
  mutating func writeSegment(_ transaction: Transaction) {
    if !transaction.segment.isEmpty { segments.append(transaction.segment) }
  }

  mutating func writeCursors(_ transaction: Transaction, segment: Int) {
    for cursor in transaction.cursors {
      var row = CursorRow(
        next: Int(cursor.next), segment: segment,
        lastCountedMilliseconds: cursor.lastCountedMilliseconds, prints: cursor.prints)
      if let epoch = cursor.epoch {
        devices[cursor.device].cursors[epoch] = row
      } else {
        row.next += devices[cursor.device].unsequenced?.next ?? 0
        devices[cursor.device].unsequenced = row
      }
    }
  }

  mutating func writeBuckets(_ transaction: Transaction) {
    for delta in transaction.deltas {
      let place = Place(hour: delta.hour, slot: delta.slot)
      var bucket = devices[delta.device].buckets[place] ?? StoredBucket()
      for button in 0..<5 { bucket.counts[button] += Int(delta.counts[button]) }
      bucket.excluded += Int(delta.excluded)
      bucket.invalid += Int(delta.invalid)
      bucket.lost += Int(delta.lost)
      bucket.estimated += Int(delta.estimated)
      bucket.late += Int(delta.late)
      devices[delta.device].buckets[place] = bucket
    }
  }
}
