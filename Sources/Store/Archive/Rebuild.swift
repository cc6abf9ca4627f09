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
    /// Devices with counts that no frame proves any more, by name.
    public var erased: [Erased] = []
  }

  /// A device some of whose frames were erased: their counts are taken as they stand.
  public struct Erased: Sendable {
    public var device: String
    public var frames: Int
    /// UTC since 1970.
    public var receivedUntilMilliseconds: Int64
    /// How many hours have such counts.
    public var hours: Int
    /// From the first of them to the last, UTC hours since 1970.
    public var range: ClosedRange<Int>
  }

  static let differencesMax = 20
  /// A table as it is stored, and as it is counted again.
  private static let tables = Array(
    zip(CountTables.stored.counts, CountTables.recounted.counts))

  /// Counts again into tables beside the stored ones; compares; replaces what is stored when there is a
  /// stamp.
  ///
  /// - Parameter stamp: who replaces what differs; nil = the file is only read, also while a
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

  private static func countAgain(
    _ db: Database, _ progress: (Double) -> Void
  ) throws -> CountTables {
    let tables = try CountTables.makeRecounted(db)
    let devices = try StoredDevice.fetchAll(db)
    try Replay.run(db, into: tables, devices: devices, progress: progress)
    try SeriesHours.apply(
      db, in: tables, devices: devices.indices, index: try SeriesIndex.make(db, devices: devices),
      days: .none, taking: false)
    return tables
  }

  /// Counts what an older version did not keep, so that its file says what one says that was
  /// written by this version from the beginning. Nothing else is changed.
  static func completeCounts(_ db: Database) throws {
    if try isComplete(db) { return }
    if try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT * FROM segment)") == true {
      let recounted = try countAgain(db) { _ in }
      let stored = CountTables.stored
      for (table, counted) in [
        (stored.bucket, recounted.bucket), (stored.seriesHour, recounted.seriesHour),
      ] {
        let same = table.keys.map { "stored.\($0) = counted.\($0)" }
        try db.execute(
          sql: """
            UPDATE \(table.name) AS stored SET late = counted.late
            FROM \(counted.name) AS counted WHERE \(same.joined(separator: " AND "))
            """)
      }
      try CountTables.dropRecounted(db)
      try DailyRollup.forgetAll(db)
    }
    try db.execute(sql: "PRAGMA user_version = \(Schema.countsVersion)")
  }

  private static func isComplete(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 >= Schema.countsVersion
  }

  private static func compare(_ db: Database, _ progress: (Double) -> Void) throws -> Report {
    let recounted = try countAgain(db, progress)
    try DailyRollup.load(db).sumAll(db, in: recounted)
    var report = Report()
    let archive = try Row.fetchOne(
      db, sql: "SELECT count(*), coalesce(sum(frames), 0) FROM main.segment")
    report.segments = archive?[0] ?? 0
    report.frames = archive?[1] ?? 0
    let counted = try Row.fetchOne(
      db,
      sql: """
        SELECT count(*), coalesce(sum(count_0 + count_1 + count_2 + count_3 + count_4 + excluded
          + invalid + annulled), 0) FROM \(recounted.bucket.name)
        """)
    report.buckets = counted?[0] ?? 0
    report.presses = counted?[1] ?? 0
    report.erased = try ErasedFrames.told(db)
    let isComplete = try isComplete(db)
    // A file that no newer version wrote to yet has fewer tables, and fewer numbers.
    for (table, counted) in tables where try db.tableExists(table.title, in: "main") {
      let known = Set(try db.columns(in: table.title, in: "main").map(\.name))
      let numbers = CountNumber.names.filter {
        known.contains($0) && (isComplete || $0 != "late")
      }
      try addDifferences(
        db, table.title, (table.name, counted.name), table.keys + numbers, keys: table.keys.count,
        &report)
    }
    try addDifferences(
      db, "cursor", (CountTables.stored.cursor, recounted.cursor), ["device", "epoch", "next"],
      keys: 2, &report)
    return report
  }

  private static func addDifferences(
    _ db: Database, _ title: String, _ tables: (stored: String, recounted: String),
    _ names: [String], keys: Int, _ report: inout Report
  ) throws {
    let columns = names.joined(separator: ", ")
    let order = names.prefix(keys).joined(separator: ", ")
    // A row of zeros, as an imported hour without responses leaves, says what none says.
    let isAny = names.dropFirst(keys).map { "\($0) != 0" }.joined(separator: " OR ")
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT 'stored' AS what, * FROM
          (SELECT \(columns) FROM \(tables.stored) WHERE \(isAny)
            EXCEPT SELECT \(columns) FROM \(tables.recounted))
        UNION ALL SELECT 'recomputed', * FROM
          (SELECT \(columns) FROM \(tables.recounted) WHERE \(isAny)
            EXCEPT SELECT \(columns) FROM \(tables.stored))
        ORDER BY \(order)
        """)
    while let row = try rows.next() {
      report.differenceCount += 1
      if report.differences.count < differencesMax {
        let values = row.dropFirst().map { "\($0) \($1.storage.value ?? "-")" }
        report.differences.append("\(title) \(row[0] as String): \(values.joined(separator: ", "))")
      }
    }
  }

  private static func replace(_ db: Database, _ nowMilliseconds: Int64?) throws {
    func replace(_ stored: String, by recounted: String, _ columns: [String]) throws {
      let columns = columns.joined(separator: ", ")
      try db.execute(sql: "DELETE FROM \(stored)")
      try db.execute(
        sql: "INSERT INTO \(stored) (\(columns)) SELECT \(columns) FROM \(recounted)")
    }
    for (stored, recounted) in tables {
      try replace(stored.name, by: recounted.name, stored.keys + CountNumber.names)
    }
    try replace(
      CountTables.stored.cursor, by: CountTables.recounted.cursor, CountTables.cursorColumns)
    try CountTables.dropRecounted(db)
    try Revisions.advanceAll(
      db, Revisions.Change(cause: .recount, nowMilliseconds: nowMilliseconds))
  }
}
