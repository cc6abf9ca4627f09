import CivilTime
import GRDB
import Registry

/// Brings hours of imported numbers to what the lines say, a slice in the caller's transaction.
///
/// What differs is added to the sums, as what a batch brings is: so every slice leaves buckets, sums and
/// days that add up, and counting the same hours twice changes nothing.
struct ImportRecount {
  private let db: Database
  private let days: DailyRollup
  private let nowMilliseconds: Int64

  /// - Parameter days: which days are summed up, as the store knows it.
  init(_ db: Database, days: DailyRollup, nowMilliseconds: Int64) {
    self.db = db
    self.days = days
    self.nowMilliseconds = nowMilliseconds
  }

  /// Counts the next hours that wait.
  ///
  /// - Parameter linesMax: of these hours; an hour is counted at once, however many it has.
  /// - Returns: whether more wait; when none does, the import is done.
  func countOn(linesMax: Int) throws -> Bool {
    guard
      let waiting = try Row.fetchOne(
        db, sql: "SELECT device - 1, from_hour, to_hour FROM import_recount ORDER BY device LIMIT 1"
      )
    else {
      try finish()
      return false
    }
    let (device, first, last): (Int, Int, Int) = (waiting[0], waiting[1], waiting[2])
    let next = try Int.fetchOne(
      db,
      sql: """
        SELECT hour FROM import_row WHERE device = ? AND hour >= ? AND hour < ?
        ORDER BY hour LIMIT 1 OFFSET ?
        """, arguments: [device + 1, first, last, linesMax])
    let end = next.map { max($0, first + 1) } ?? last
    // From here on they stand as the import wants them.
    try db.execute(
      sql: end < last
        ? "UPDATE import_recount SET from_hour = ?2 WHERE device = ?1"
        : "DELETE FROM import_recount WHERE device = ?1 AND from_hour < ?2",
      arguments: [device + 1, end])
    try count(device, first..<end)
    let hasMore =
      try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM import_recount)") ?? false
    if !hasMore { try finish() }
    return hasMore
  }

  private func finish() throws {
    try db.execute(sql: "UPDATE import SET state = 'done' WHERE state = 'counting'")
  }

  private func count(_ number: Int, _ hours: Range<UTCHour>) throws {
    guard let device = try StoredDevice.fetch(db, numbers: [number]).first else { return }
    let before = try rows(
      CountTables.stored.bucket.selecting,
      [Int64(number + 1), Int64(hours.lowerBound), Int64(hours.upperBound), -1])
    let after = try rows(
      try Imports.counting(db, device, isHourly: true) ?? "",
      [Int64(number + 1), Int64(hours.lowerBound), Int64(hours.upperBound)])
    let index = try SeriesIndex.make(db, device: device)
    var sums = SeriesHours(index: index, days: days, tables: .stored)
    var changed: ClosedRange<UTCHour>?
    for hour in Set(before.keys).union(after.keys).sorted() {
      var difference = after[hour] ?? CountRow()
      if let earlier = before[hour] { difference += earlier.negated }
      if difference.isZero { continue }
      changed = min(changed?.lowerBound ?? hour, hour)...hour
      try write(after[hour], hour, of: number, difference)
      sums.add(device: number, hour: hour, slot: 0, difference)
    }
    try sums.flush(db)
    guard let changed else { return }
    if !before.isEmpty { try sweep(number, index, changed) }
    try advance(changed)
  }

  private func rows(_ sql: String, _ arguments: [Int64]) throws -> [UTCHour: CountRow] {
    let statement = try IntegerStatement(db, sql)
    for (place, value) in arguments.enumerated() { statement.bind(value, at: Int32(place + 1)) }
    var rows: [UTCHour: CountRow] = [:]
    try statement.forEachRow { rows[Int(statement.column(0))] = statement.row(from: 2) }
    return rows
  }

  private func write(
    _ row: CountRow?, _ hour: UTCHour, of device: Int, _ difference: CountRow
  ) throws {
    let table = CountTables.stored.bucket
    let hourly = try IntegerStatement(
      db, row == nil ? "DELETE FROM \(table.name) WHERE device = ? AND hour = ?" : table.replacing)
    hourly.bind(Int64(device + 1), at: 1)
    hourly.bind(Int64(hour), at: 2)
    if let row {
      hourly.bind(0, at: 3)
      hourly.bind(row, from: 4)
    }
    try hourly.run()
    guard let day = days.day(of: hour, device: device) else { return }
    let daily = try IntegerStatement(db, CountTables.stored.bucketDay.adding)
    daily.bind(Int64(device + 1), at: 1)
    daily.bind(Int64(day), at: 2)
    daily.bind(0, at: 3)
    daily.bind(difference, from: 4)
    try daily.run()
  }

  /// Takes away rows of zeroes that are left.
  private func sweep(_ device: Int, _ index: SeriesIndex, _ hours: ClosedRange<UTCHour>) throws {
    let tables = CountTables.stored
    // Days begin up to a day before their last hour.
    let range: StatementArguments = [hours.lowerBound - 25, hours.upperBound]
    let series = index.series(device: device, hour: hours.lowerBound, slot: 0)
    let owners =
      [(tables.bucketDay, Int64(device + 1))]
      + series.flatMap { [(tables.seriesHour, $0), (tables.seriesDay, $0)] }
    for (table, owner) in owners {
      try db.cachedStatement(
        sql: "\(table.sweeping) AND \(table.keys[0]) = ? AND hour >= ? AND hour <= ?"
      ).execute(arguments: [owner] + range)
    }
  }

  private func advance(_ hours: ClosedRange<UTCHour>) throws {
    let entry = try Row.fetchOne(
      db, sql: "SELECT id, withdrawn_ms FROM import WHERE state = 'counting'")
    let withdrawn: Int64? = entry?["withdrawn_ms"]
    try Revisions.advanceAll(
      db,
      Revisions.Change(
        cause: withdrawn == nil ? .importAdded : .importWithdrawn,
        nowMilliseconds: nowMilliseconds, importID: entry?["id"], hours: hours))
  }
}
