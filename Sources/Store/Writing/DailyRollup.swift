import CivilTime
import Foundation
import GRDB
import Registry

/// The daily rollup: sums of closed local days, so that a year of a terminal is 365 rows and not 8760.
///
/// Every device and every series has its days summed up to an hour of its own, `days_to`: what is
/// earlier stands in the tables of days too and is kept there by every batch; what is later stands
/// in the hours alone. So the presses of today cost nothing more, and a database that has no days
/// yet, or whose time zone changed, gets them bit by bit while it serves.
struct DailyRollup: Sendable {
  /// The columns `days_to`: by a device's number, and by a series' id.
  private var deviceDaysTo: [Int32] = []
  private var seriesDaysTo: [Int32] = []
  private var zone: ZoneOffsets?
  /// The first hour that is not to be summed up yet, and how far among devices and series.
  private var target = 0
  private var position = 0

  /// No days are summed up.
  static let none = DailyRollup()

  /// Rows of hours read, and devices looked at, in one slice: some 10 ms.
  static let sliceRowsMax = 8_000
  static let sliceOwnersMax = 1_000

  /// What the database holds.
  static func load(_ db: Database) throws -> DailyRollup {
    var rollup = DailyRollup()
    // A copy that an older version made and that is only read.
    guard try db.tableExists("day_zone") else { return rollup }
    let offsets = try String.fetchOne(db, sql: "SELECT offsets FROM main.day_zone")
    rollup.zone = try offsets.map {
      try JSONDecoder().decode(ZoneOffsets.self, from: Data($0.utf8))
    }
    rollup.deviceDaysTo = try Int32.fetchAll(db, sql: "SELECT days_to FROM device ORDER BY id")
    let last = try Int.fetchOne(db, sql: "SELECT max(id) FROM series") ?? 0
    rollup.seriesDaysTo = Array(repeating: 0, count: last + 1)
    let series = try Row.fetchCursor(db, sql: "SELECT id, days_to FROM series")
    while let row = try series.next() { rollup.seriesDaysTo[row[0]] = row[1] }
    return rollup
  }

  /// Takes a time zone as what says where days begin; sums of another's days are dropped.
  static func adopt(_ db: Database, zone: ZoneOffsets) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let offsets = String(decoding: try encoder.encode(zone), as: UTF8.self)
    if try String.fetchOne(db, sql: "SELECT offsets FROM day_zone") == offsets { return }
    try forgetAll(db)
    try db.execute(
      sql: "INSERT OR REPLACE INTO day_zone VALUES (1, ?)", arguments: [offsets])
  }

  /// All days are summed up again later.
  static func forgetAll(_ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM bucket_day; UPDATE device SET days_to = 0 WHERE days_to != 0;
        DELETE FROM series_day; UPDATE series SET days_to = 0 WHERE days_to != 0;
        """)
  }

  /// A device's buckets are counted anew: its days are summed up again later.
  static func forget(_ db: Database, device: Int) throws {
    try db.execute(sql: "DELETE FROM bucket_day WHERE device = ?", arguments: [device + 1])
    try db.execute(sql: "UPDATE device SET days_to = 0 WHERE id = ?", arguments: [device + 1])
  }

  /// The day of an hour that a device's presses of that hour also count in; nil = not summed up.
  func day(of hour: UTCHour, device: Int) -> Int? {
    guard device < deviceDaysTo.count, hour < deviceDaysTo[device] else { return nil }
    return zone?.startOfDay(containing: hour)
  }

  /// The same for the presses of a series.
  func day(of hour: UTCHour, series: Int64) -> Int? {
    guard series < seriesDaysTo.count, hour < seriesDaysTo[Int(series)] else { return nil }
    return zone?.startOfDay(containing: hour)
  }

  /// Whether a day may have closed that is not summed up, as of an hour.
  mutating func isBehind(hour: UTCHour) -> Bool {
    guard let zone else { return false }
    let today = zone.startOfDay(containing: hour)
    if today > target {
      target = today
      position = 0
    }
    return position < deviceDaysTo.count + seriesDaysTo.count
  }

  /// Sums up a slice of what has closed; true when more is left.
  mutating func catchUp(_ db: Database) throws -> Bool {
    let end = deviceDaysTo.count + seriesDaysTo.count
    let last = min(end, position + Self.sliceOwnersMax)
    var rowsLeft = Self.sliceRowsMax
    while position < last && rowsLeft > 0 {
      let isDevice = position < deviceDaysTo.count
      let number = isDevice ? position : position - deviceDaysTo.count
      let from = Int(isDevice ? deviceDaysTo[number] : seriesDaysTo[number])
      let id = Int64(isDevice ? number + 1 : number)
      let summed = try sum(
        db, in: .stored, isDevice: isDevice, id: id, hours: from..<max(from, target))
      rowsLeft -= summed.rows
      if summed.rows > 0 {
        try db.cachedStatement(
          sql: "UPDATE \(isDevice ? "device" : "series") SET days_to = ? WHERE id = ?"
        ).execute(arguments: [summed.end, id])
        if isDevice {
          deviceDaysTo[number] = Int32(summed.end)
        } else {
          seriesDaysTo[number] = Int32(summed.end)
        }
      }
      if summed.end >= target { position += 1 }
    }
    return position < end
  }

  /// Sums up all days before every `days_to` from the hours of `tables`: for `Rebuild`.
  func sumAll(_ db: Database, in tables: CountTables) throws {
    func all(_ isDevice: Bool, _ id: Int, _ end: Int32) throws {
      var from = 0
      while from < end {
        from = try sum(
          db, in: tables, isDevice: isDevice, id: Int64(id), hours: from..<Int(end)
        ).end
      }
    }
    for (number, end) in deviceDaysTo.enumerated() { try all(true, number + 1, end) }
    for (id, end) in seriesDaysTo.enumerated() { try all(false, id, end) }
  }

  /// Sums up the days of one device or series in `hours`, which begin and end with a day.
  ///
  /// - Returns: hours read, and up to where days are complete: less than asked for where there
  ///   are too many for one slice.
  private func sum(
    _ db: Database, in tables: CountTables, isDevice: Bool, id: Int64, hours: Range<UTCHour>
  ) throws -> (rows: Int, end: Int) {
    guard let zone, !hours.isEmpty else { return (0, hours.upperBound) }
    let reading = try IntegerStatement(
      db, (isDevice ? tables.bucket : tables.seriesHour).selecting)
    reading.bind(id, at: 1)
    reading.bind(Int64(hours.lowerBound), at: 2)
    reading.bind(Int64(hours.upperBound), at: 3)
    reading.bind(Int64(Self.sliceRowsMax), at: 4)
    var sums: [(day: Int, slot: Int64, row: CountRow)] = []
    var firstOfDay = 0
    var rows = 0
    try reading.forEachRow {
      rows += 1
      let day = zone.startOfDay(containing: Int(reading.column(0)))
      let slot = reading.column(1)
      if sums.last?.day != day { firstOfDay = sums.count }
      if let place = sums[firstOfDay...].firstIndex(where: { $0.slot == slot }) {
        sums[place].row += reading.row(from: 2)
      } else {
        sums.append((day, slot, reading.row(from: 2)))
      }
    }
    var end = hours.upperBound
    if rows == Self.sliceRowsMax, let last = sums.last, last.day > hours.lowerBound {
      // The last day may go on.
      end = last.day
      sums.removeSubrange(firstOfDay...)
    }
    let writing = try IntegerStatement(
      db, (isDevice ? tables.bucketDay : tables.seriesDay).replacing)
    for sum in sums {
      writing.bind(id, at: 1)
      writing.bind(Int64(sum.day), at: 2)
      if isDevice { writing.bind(sum.slot, at: 3) }
      writing.bind(sum.row, from: isDevice ? 4 : 3)
      try writing.run()
    }
    return (rows, end)
  }
}
