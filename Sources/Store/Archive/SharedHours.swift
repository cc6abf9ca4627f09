import BucketCore
import CivilTime
import GRDB
import Ingest
import Registry

/// Counts hours again that a device shares between places, or shared until now, from the segments that
/// hold their presses.
enum SharedHours {
  private struct Place: Hashable {
    var device: Int
    var hour: UTCHour
    var slot: Int
  }

  /// - Parameters:
  ///   - hours: by device number; presses in them are judged as they were.
  ///   - devices: all of them, as they are now.
  static func countAgain(
    _ db: Database, _ hours: [Int: [Range<UTCHour>]], devices: [StoredDevice]
  ) throws {
    let ranges = hours.values.joined()
    guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max()
    else { return }
    var rows: [Place: CountRow] = [:]
    func add(_ press: StoreReader.Snapshot.StoredPress) {
      let minute = UTC.minute(ofMilliseconds: press.atMilliseconds)
      let interval = devices[press.device].timeline.intervals.first { $0.minutes.contains(minute) }
      let place = Place(
        device: press.device, hour: minute / 60,
        slot: (interval?.storedSlots.lowerBound ?? 0) + press.slot)
      rows[place, default: CountRow()].add(press)
    }
    let end = try StoreReader.Snapshot(db: db).archiveEnd()
    let indexed = try ArchiveIndex.end(db)
    var teller = PressTeller(
      db, devices: devices, annulments: try Annulments.load(db), end: end, isOver: { false })
    try teller.tell(after: indexed, hours, add)
    let chapters = try ArchiveIndex.chapters(db, hours: first..<last, upTo: indexed)
    for (_, chapter) in chapters { try teller.tell(chapter: chapter, hours, add) }
    try replace(db, hours, by: rows)
  }

  private static func replace(
    _ db: Database, _ hours: [Int: [Range<UTCHour>]], by rows: [Place: CountRow]
  ) throws {
    for (device, ranges) in hours {
      for range in ranges {
        try db.execute(
          sql: "DELETE FROM bucket WHERE device = ? AND hour >= ? AND hour < ?",
          arguments: [device + 1, range.lowerBound, range.upperBound])
      }
      try DailyRollup.forget(db, device: device)
    }
    let adding = try IntegerStatement(db, CountTables.stored.bucket.adding)
    for (place, row) in rows {
      adding.bind(Int64(place.device + 1), at: 1)
      adding.bind(Int64(place.hour), at: 2)
      adding.bind(Int64(place.slot), at: 3)
      adding.bind(row, from: 4)
      try adding.run()
    }
  }
}

extension CountRow {
  /// Adds a single press of the archive, or presses lost before one.
  fileprivate mutating func add(_ press: StoreReader.Snapshot.StoredPress) {
    switch press.outcome {
    case .lost: values[CountNumber.lost.rawValue] += Int64(press.count)
    case .annulled: values[CountNumber.annulled.rawValue] += 1
    case .excluded: values[CountNumber.excluded.rawValue] += 1
    case .invalid: values[CountNumber.invalid.rawValue] += 1
    case .counted:
      guard let button = press.button else { return }
      values[button] += 1
      if press.isEstimated { values[CountNumber.estimated.rawValue] += 1 }
      let received = press.receivedAtMilliseconds ?? press.atMilliseconds
      if received - press.atMilliseconds > CoreLimits.lateAfterMilliseconds {
        values[CountNumber.late.rawValue] += 1
      }
    }
  }
}
