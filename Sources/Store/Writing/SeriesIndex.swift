import CivilTime
import GRDB
import Registry

/// Which sums a device's hours add to: the series of the nodes above the touchpoint that it
/// served then.
struct SeriesIndex: Sendable {
  private struct Key: Hashable {
    var node: String
    var question: String
    var buttons: Int
  }

  /// One stretch of a device's hours; `series` by slot, shared by all devices of a touchpoint.
  private struct Interval {
    var hourTo: UTCHour
    var storedSlots: Range<Int>
    var series: [[Int64]]
  }

  private var ids: [Key: Int64] = [:]
  private var intervals: [[Interval]] = []

  /// No sums are kept.
  static let none = SeriesIndex()

  /// Reads the series that exist and makes those that are missing.
  static func make(_ db: Database, devices: [StoredDevice]) throws -> SeriesIndex {
    var index = SeriesIndex()
    let rows = try Row.fetchCursor(db, sql: "SELECT node, question, buttons, id FROM series")
    while let row = try rows.next() {
      index.ids[Key(node: row[0], question: row[1], buttons: row[2])] = row[3]
    }
    index.intervals.reserveCapacity(devices.count)
    var shared: [[Key]: [Int64]] = [:]
    for device in devices { try index.add(device, &shared, db) }
    return index
  }

  /// The same for one device alone, whatever others there are.
  static func make(_ db: Database, device: StoredDevice) throws -> SeriesIndex {
    var index = SeriesIndex()
    for interval in device.timeline.intervals {
      for (slot, question) in interval.questions.enumerated() {
        for node in interval.sums {
          let key = Key(node: node, question: question, buttons: interval.buttons[slot])
          index.ids[key] = try Int64.fetchOne(
            db.cachedStatement(
              sql: "SELECT id FROM series WHERE node = ? AND question = ? AND buttons = ?"),
            arguments: [key.node, key.question, key.buttons])
        }
      }
    }
    index.intervals = Array(repeating: [], count: device.number)
    var shared: [[Key]: [Int64]] = [:]
    try index.add(device, &shared, db)
    return index
  }

  /// Adds the device of the next number.
  private mutating func add(
    _ device: StoredDevice, _ shared: inout [[Key]: [Int64]], _ db: Database
  ) throws {
    var intervals: [Interval] = []
    for interval in device.timeline.intervals {
      var series: [[Int64]] = []
      for (slot, question) in interval.questions.enumerated() {
        let keys = interval.sums.map {
          Key(node: $0, question: question, buttons: interval.buttons[slot])
        }
        if let known = shared[keys] {
          series.append(known)
          continue
        }
        var ids: [Int64] = []
        for key in keys { ids.append(try id(key, db)) }
        shared[keys] = ids
        series.append(ids)
      }
      intervals.append(
        Interval(
          hourTo: interval.hours.upperBound, storedSlots: interval.storedSlots, series: series))
    }
    self.intervals.append(intervals)
  }

  private mutating func id(_ key: Key, _ db: Database) throws -> Int64 {
    if let id = ids[key] { return id }
    try db.execute(
      sql: "INSERT INTO series (node, question, buttons) VALUES (?, ?, ?)",
      arguments: [key.node, key.question, key.buttons])
    ids[key] = db.lastInsertedRowID
    return db.lastInsertedRowID
  }

  /// The series of one device, hour and stored slot.
  func series(device: Int, hour: UTCHour, slot: Int) -> [Int64] {
    guard device < intervals.count,
      let interval = intervals[device].first(where: {
        hour < $0.hourTo && slot < $0.storedSlots.upperBound
      })
    else {
      return []
    }
    let own = slot - interval.storedSlots.lowerBound
    return interval.series[interval.series.indices.contains(own) ? own : 0]
  }
}

/// Sums on their way into `series_hour` and `series_day`.
struct SeriesHours {
  private struct Key: Hashable {
    var series: Int64
    var hour: UTCHour
  }

  private var sums: [Key: CountRow] = [:]
  let index: SeriesIndex
  let days: DailyRollup
  /// Where they go.
  let tables: CountTables

  /// Rows held before they are written.
  private static let rowsMax = 20_000

  init(index: SeriesIndex, days: DailyRollup, tables: CountTables) {
    self.index = index
    self.days = days
    self.tables = tables
  }

  /// Adds what one device's bucket counts to every node above it.
  mutating func add(device: Int, hour: UTCHour, slot: Int, _ row: CountRow) {
    for series in index.series(device: device, hour: hour, slot: slot) {
      sums[Key(series: series, hour: hour), default: CountRow()] += row
    }
  }

  var isFull: Bool { sums.count >= Self.rowsMax }

  /// Writes and forgets the sums.
  mutating func flush(_ db: Database) throws {
    if sums.isEmpty { return }
    let hours = try IntegerStatement(db, tables.seriesHour.adding)
    for (key, row) in sums {
      hours.bind(key.series, at: 1)
      hours.bind(Int64(key.hour), at: 2)
      hours.bind(row, from: 3)
      try hours.run()
      if let day = days.day(of: key.hour, series: key.series) {
        let daily = try IntegerStatement(db, tables.seriesDay.adding)
        daily.bind(key.series, at: 1)
        daily.bind(Int64(day), at: 2)
        daily.bind(row, from: 3)
        try daily.run()
      }
    }
    sums.removeAll(keepingCapacity: true)
  }

  /// Adds every bucket of `devices` in some tables to their sums, or takes it away from them.
  static func apply(
    _ db: Database, in tables: CountTables = .stored, devices: some Sequence<Int>,
    index: SeriesIndex, days: DailyRollup,
    taking: Bool
  ) throws {
    var hours = SeriesHours(index: index, days: days, tables: tables)
    let statement = try IntegerStatement(
      db, "SELECT hour, slot, \(CountRow.columns) FROM \(tables.bucket.name) WHERE device = ?")
    for device in devices {
      statement.bind(Int64(device + 1), at: 1)
      try statement.forEachRow {
        let row = statement.row(from: 2)
        hours.add(
          device: device, hour: Int(statement.column(0)), slot: Int(statement.column(1)),
          taking ? row.negated : row)
      }
      if hours.isFull { try hours.flush(db) }
    }
    try hours.flush(db)
  }
}
