import BucketCore
import Foundation
import GRDB
import Registry

/// Counts the whole archive again and compares with what is stored.
public enum Rebuild {
  /// What came of it.
  public struct Report: Sendable {
    public var segments = 0
    public var frames = 0
    public var presses = 0
    public var buckets = 0
    /// Buckets and cursors that differ: where, stored, recomputed; at most `differencesMax`.
    public var differences: [String] = []
    public var differenceCount = 0
    public var isApplied = false
  }

  static let differencesMax = 20
  private static let countTables = [
    CountTable.bucket, .seriesHour, .bucketDay, .seriesDay,
  ]
  private static let tables = countTables.map(\.name) + ["cursor"]

  /// Counts again into temporary tables; compares; replaces the stored counts when `applying`.
  ///
  /// - Parameter applying: who replaces what differs; nil = the file is only read, also while a
  ///   service writes to it.
  /// - Throws: `StoreError`, or what is wrong with the archive.
  public static func run(
    _ file: DatabaseFile, applying stamp: AuditStamp?, progress: (Double) -> Void
  ) throws -> Report {
    do {
      if let stamp {
        return try file.openForWriting(isRepairing: true).write { db in
          var report = try compare(db, progress)
          // Made anew by the service, whatever it said.
          try ArchiveIndex.forget(db)
          if report.differenceCount == 0 { return report }
          try replace(db, stamp.nowMilliseconds)
          try AuditOutbox.add(
            db, actor: stamp.actor, action: .countsReplaced,
            detail: "\(report.differenceCount) rows by the recomputed ones",
            atMilliseconds: stamp.nowMilliseconds)
          report.isApplied = true
          return report
        }
      }
      return try file.readOnly { db in
        // One read transaction, so that the archive and the counts are of one moment.
        try db.execute(sql: "BEGIN")
        defer { try? db.execute(sql: "ROLLBACK") }
        return try compare(db, progress)
      }
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }

  // Names without a schema find the temporary tables first, so the writer that serves also
  // rebuilds.
  private static func countAgain(_ db: Database, _ progress: (Double) -> Void) throws {
    try makeTemporary(db, tables: tables)
    let devices = try StoredDevice.fetchAll(db)
    try Replay.run(db, devices: devices, progress: progress)
    try SeriesHours.apply(
      db, devices: devices.indices, index: try SeriesIndex.make(db, devices: devices),
      days: .none, taking: false)
  }

  /// Counts what an older version did not keep, so that its file says what one says that was
  /// written by this version from the beginning. Nothing else is changed.
  static func completeCounts(_ db: Database) throws {
    if try isComplete(db) { return }
    if try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT * FROM segment)") == true {
      try countAgain(db) { _ in }
      for table in [CountTable.bucket, .seriesHour] {
        let same = table.keys.map { "stored.\($0) = counted.\($0)" }
        try db.execute(
          sql: """
            UPDATE main.\(table.name) AS stored SET late = counted.late
            FROM temp.\(table.name) AS counted WHERE \(same.joined(separator: " AND "))
            """)
      }
      for table in tables { try db.execute(sql: "DROP TABLE temp.\(table)") }
      try DailyRollup.forgetAll(db)
    }
    try db.execute(sql: "PRAGMA user_version = \(Schema.countsVersion)")
  }

  private static func isComplete(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 >= Schema.countsVersion
  }

  private static func compare(_ db: Database, _ progress: (Double) -> Void) throws -> Report {
    try countAgain(db, progress)
    try DailyRollup.load(db).sumAll(db)
    var report = Report()
    let archive = try Row.fetchOne(
      db, sql: "SELECT count(*), coalesce(sum(frames), 0) FROM main.segment")
    report.segments = archive?[0] ?? 0
    report.frames = archive?[1] ?? 0
    let counted = try Row.fetchOne(
      db,
      sql: """
        SELECT count(*), coalesce(sum(count_0 + count_1 + count_2 + count_3 + count_4 + excluded
          + invalid + annulled), 0) FROM temp.bucket
        """)
    report.buckets = counted?[0] ?? 0
    report.presses = counted?[1] ?? 0
    let isComplete = try isComplete(db)
    for table in countTables where try db.tableExists(table.name) {
      let known = Set(try db.columns(in: table.name, in: "main").map(\.name))
      let numbers = CountNumber.names.filter {
        known.contains($0) && (isComplete || $0 != "late")
      }
      try addDifferences(db, table.name, table.keys + numbers, keys: table.keys.count, &report)
    }
    try addDifferences(db, "cursor", ["device", "epoch", "next"], keys: 2, &report)
    return report
  }

  /// Empty temporary tables like the stored ones; names without a schema find them first.
  static func makeTemporary(_ db: Database, tables: [String]) throws {
    for table in tables {
      let sql = try String.fetchOne(
        db, sql: "SELECT sql FROM main.sqlite_master WHERE name = ?", arguments: [table])
      // A file that no newer version wrote to yet has fewer tables.
      guard let sql else { continue }
      let temporary = sql.replacing("CREATE TABLE", with: "CREATE TEMP TABLE")
        .replacing("REFERENCES device (id)", with: "")
        .replacing("REFERENCES series (id)", with: "")
      try db.execute(sql: "DROP TABLE IF EXISTS temp.\(table)")
      try db.execute(sql: temporary)
    }
    // And fewer numbers.
    if tables.contains("cursor") {
      let known = Set(try db.columns(in: "cursor").map(\.name))
      for column in EpochPrints.columns where !known.contains(column) {
        try db.execute(
          sql: "ALTER TABLE temp.cursor ADD COLUMN \(column) INTEGER NOT NULL DEFAULT 0")
      }
    }
    for table in countTables where tables.contains(table.name) {
      guard try db.tableExists(table.name) else { continue }
      let known = Set(try db.columns(in: table.name).map(\.name))
      for name in CountNumber.names where !known.contains(name) {
        try db.execute(
          sql: "ALTER TABLE temp.\(table.name) ADD COLUMN \(name) INTEGER NOT NULL DEFAULT 0")
      }
    }
  }

  private static func addDifferences(
    _ db: Database, _ table: String, _ names: [String], keys: Int, _ report: inout Report
  ) throws {
    let columns = names.joined(separator: ", ")
    let order = names.prefix(keys).joined(separator: ", ")
    // A row of zeros, as an imported hour without responses leaves, says what none says.
    let isAny = names.dropFirst(keys).map { "\($0) != 0" }.joined(separator: " OR ")
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT 'stored' AS what, * FROM
          (SELECT \(columns) FROM main.\(table) WHERE \(isAny)
            EXCEPT SELECT \(columns) FROM temp.\(table))
        UNION ALL SELECT 'recomputed', * FROM
          (SELECT \(columns) FROM temp.\(table) WHERE \(isAny)
            EXCEPT SELECT \(columns) FROM main.\(table))
        ORDER BY \(order)
        """)
    while let row = try rows.next() {
      report.differenceCount += 1
      if report.differences.count < differencesMax {
        let values = row.dropFirst().map { "\($0) \($1.storage.value ?? "-")" }
        report.differences.append("\(table) \(row[0] as String): \(values.joined(separator: ", "))")
      }
    }
  }

  private static func replace(_ db: Database, _ nowMilliseconds: Int64?) throws {
    for table in tables {
      try db.execute(sql: "DELETE FROM main.\(table)")
      try db.execute(sql: "INSERT INTO main.\(table) SELECT * FROM temp.\(table)")
      try db.execute(sql: "DROP TABLE temp.\(table)")
    }
    try Revisions.advanceAll(
      db, Revisions.Change(cause: .recount, nowMilliseconds: nowMilliseconds))
  }
}
