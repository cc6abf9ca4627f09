import BucketCore
import GRDB
import Registry

/// The tables that counting writes, by their names: those of the file, or others beside them that a
/// count of its own fills.
struct CountTables: Sendable {
  /// What every reader sees.
  static let stored = CountTables(schema: "main", prefix: "")
  /// What counting again makes: tables of this connection alone, gone with it. No name of theirs is
  /// one of the file's, so who names no schema finds what is stored.
  static let recounted = CountTables(schema: "temp", prefix: "recounted_")

  /// What erased frames came to: buckets and cursors alone.
  static let erased = CountTables(schema: "main", prefix: "erased_")

  let bucket: CountTable
  let bucketDay: CountTable
  let seriesHour: CountTable
  let seriesDay: CountTable
  /// The table of cursors, with its schema.
  let cursor: String

  /// Columns of ``cursor``.
  static let cursorColumns =
    ["device", "epoch", "next", "segment", "last_counted_ms"] + EpochPrints.columns

  private init(schema: String, prefix: String) {
    bucket = CountTable(schema, prefix, "bucket", keys: ["device", "hour", "slot"])
    bucketDay = CountTable(schema, prefix, "bucket_day", keys: ["device", "hour", "slot"])
    seriesHour = CountTable(schema, prefix, "series_hour", keys: ["series", "hour"])
    seriesDay = CountTable(schema, prefix, "series_day", keys: ["series", "hour"])
    cursor = "\(schema).\(prefix)cursor"
  }

  var counts: [CountTable] { [bucket, seriesHour, bucketDay, seriesDay] }

  /// Takes away rows of zeroes that are left of series.
  func sweepSeries(_ db: Database) throws {
    try db.execute(sql: seriesHour.sweeping)
    try db.execute(sql: seriesDay.sweeping)
  }

  /// Makes ``recounted``, empty.
  static func makeRecounted(_ db: Database) throws -> CountTables {
    try dropRecounted(db)
    for table in recounted.counts {
      let columns = (table.keys + CountNumber.names).map { "\($0) INTEGER NOT NULL" }
      try db.execute(
        sql: """
          CREATE TABLE \(table.name) (\(columns.joined(separator: ", ")),
            PRIMARY KEY (\(table.keys.joined(separator: ", ")))) STRICT, WITHOUT ROWID
          """)
    }
    let prints = EpochPrints.columns.map { "\($0) INTEGER NOT NULL DEFAULT 0" }
    try db.execute(
      sql: """
        CREATE TABLE \(recounted.cursor) (
          device INTEGER NOT NULL, epoch INTEGER NOT NULL, next INTEGER NOT NULL,
          segment INTEGER NOT NULL, last_counted_ms INTEGER, \(prints.joined(separator: ", ")),
          PRIMARY KEY (device, epoch)) STRICT, WITHOUT ROWID
        """)
    return recounted
  }

  static func dropRecounted(_ db: Database) throws {
    for name in recounted.counts.map(\.name) + [recounted.cursor] {
      try db.execute(sql: "DROP TABLE IF EXISTS \(name)")
    }
  }
}

/// A table of counts: by device and slot or by series, by the hour or by the day.
struct CountTable: Sendable {
  /// With its schema.
  let name: String
  /// Of the stored table, without its schema.
  let title: String
  let keys: [String]
  /// The statement that adds a row to what stands there.
  let adding: String
  /// The statement that puts a row in the place of what stands there.
  let replacing: String
  /// The rows of one device or series in a range of hours, in their order: hour, slot, numbers.
  let selecting: String
  /// The statement that takes away rows of zeroes.
  let sweeping: String

  fileprivate init(_ schema: String, _ prefix: String, _ title: String, keys: [String]) {
    let name = "\(schema).\(prefix)\(title)"
    self.name = name
    self.title = title
    self.keys = keys
    let marks = Array(repeating: "?", count: keys.count + CountNumber.names.count)
    let values =
      "INTO \(name) (\(keys.joined(separator: ", ")), \(CountRow.columns))"
      + " VALUES (\(marks.joined(separator: ", ")))"
    adding =
      "INSERT \(values) ON CONFLICT DO UPDATE SET "
      + CountNumber.names.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
    replacing = "INSERT OR REPLACE \(values)"
    selecting =
      "SELECT hour, \(keys.count > 2 ? keys[2] : "0"), \(CountRow.columns)"
      + " FROM \(name) WHERE \(keys[0]) = ? AND hour >= ? AND hour < ?"
      + " ORDER BY \(keys.dropFirst().joined(separator: ", ")) LIMIT ?"
    sweeping =
      "DELETE FROM \(name) WHERE "
      + CountNumber.names.map { "\($0) = 0" }.joined(separator: " AND ")
  }
}
