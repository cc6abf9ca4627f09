import BucketCore
public import CivilTime
import GRDB
import Ingest

/// How far the numbers of a range have come.
public struct DataRevision: Sendable, Equatable {
  /// Grows whenever a count of the range changes.
  public var data: Int64
  /// The registry that the counts stand under; 0 = none.
  public var registry: Int64

  public init(data: Int64, registry: Int64) {
    self.data = data
    self.registry = registry
  }
}

/// What makes counts change.
public enum ChangeCause: String, Sendable, CaseIterable {
  case presses, registry
  case importAdded = "import"
  case importWithdrawn = "withdrawal"
  case annulment
  case annulmentUndone = "annulment_undone"
  /// Stored counts were replaced by recomputed ones.
  case recount
}

/// Keeps the revision of every day, and what made it, in the transaction that changes its counts.
///
/// Each batch that counts makes one revision and one segment; everything else makes a revision
/// alone, and has a row in `revision_change`. So the rows there tell which segment a revision
/// ends with.
enum Revisions {
  /// Rows that are kept of presses: one for each hour of receipt and day of the presses, some
  /// 10 000 a year. The oldest hours go first.
  static let pressRowsMax = 200_000

  /// A change to counts that are there, other than by presses.
  struct Change {
    var cause: ChangeCause
    /// nil where nobody said.
    var nowMilliseconds: Int64?
    var importID: Int64?
    /// Whose counts may have changed; nil = any.
    var hours: ClosedRange<UTCHour>?
  }

  /// A batch's buckets changed.
  static func advance(_ db: Database, _ batch: borrowing IngestBatch) throws {
    if batch.core.deltaCount == 0 { return }
    let data = try Int64.fetchOne(
      db.cachedStatement(sql: "UPDATE revision SET data = data + 1 RETURNING data"))
    let received = batch.lastReceivedAtMilliseconds
    let hour = Int64(UTC.hour(ofMilliseconds: received))
    // Mostly it is there, and no page is written for it.
    let begin = try IntegerStatement(
      db,
      """
      INSERT INTO press_change (day, hour, first_ms, first_data) VALUES (?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """)
    let daily = try IntegerStatement(
      db,
      """
      INSERT INTO day_revision (day, data, received_ms) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET data = excluded.data, received_ms = excluded.received_ms
      """)
    begin.bind(hour, at: 2)
    begin.bind(received, at: 3)
    begin.bind(data ?? 0, at: 4)
    daily.bind(data ?? 0, at: 2)
    daily.bind(received, at: 3)
    var days: Set<Int> = []
    for index in 0..<batch.core.deltaCount {
      let day = batch.core.delta(at: index).hour / 24
      guard days.insert(day).inserted else { continue }
      begin.bind(Int64(day), at: 1)
      try begin.run()
      if db.changesCount > 0 { try end(db, day: day, before: hour) }
      daily.bind(Int64(day), at: 1)
      try daily.run()
    }
  }

  /// What is told of a day's last hour of receipt stands in `day_revision` until the next begins.
  private static func end(_ db: Database, day: Int, before hour: Int64) throws {
    try db.cachedStatement(
      sql: """
        UPDATE press_change SET (last_ms, last_data) =
          (SELECT received_ms, data FROM day_revision WHERE day_revision.day = press_change.day)
        WHERE day = ? AND last_data IS NULL AND hour != ?
        """
    ).execute(arguments: [day, hour])
  }

  /// Any count may have changed: a registry, an import, a rebuild.
  static func advanceAll(_ db: Database, _ change: Change = Change(cause: .recount)) throws {
    try db.execute(sql: "UPDATE revision SET data = data + 1, every = data + 1")
    try db.execute(
      sql: """
        INSERT INTO revision_change (data, segment, at_ms, cause, import_id, first_day, last_day)
        SELECT data, coalesce((SELECT max(id) FROM segment), 0), ?, ?, ?, ?, ? FROM revision
        """,
      arguments: [
        change.nowMilliseconds, change.cause.rawValue, change.importID,
        change.hours.map { $0.lowerBound / 24 }, change.hours.map { $0.upperBound / 24 },
      ])
  }

  /// Forgets the oldest rows of presses when there are too many.
  static func trim(_ db: Database, rowsMax: Int) throws {
    let last = try Int64.fetchOne(
      db,
      sql: "SELECT hour FROM press_change ORDER BY hour DESC LIMIT 1 OFFSET ?",
      arguments: [rowsMax])
    guard let last else { return }
    try db.execute(
      sql: """
        UPDATE revision SET complete_after = (SELECT max(coalesce(last_data, data))
          FROM press_change JOIN day_revision USING (day) WHERE hour <= ?)
        """, arguments: [last])
    try db.execute(sql: "DELETE FROM press_change WHERE hour <= ?", arguments: [last])
  }
}

/// Something that changed counts.
public struct RevisionChange: Sendable, Equatable {
  public var cause: ChangeCause
  /// UTC days since 1970 whose counts may have changed; nil = any.
  public var days: ClosedRange<Int>?
  /// When, UTC milliseconds since 1970: presses of one hour and day are told together.
  public var firstAtMilliseconds: Int64?
  public var lastAtMilliseconds: Int64?
  /// The revisions that it made; those between may have made others.
  public var revisions: ClosedRange<Int64>
  /// Number of the import that came or was withdrawn.
  public var importID: Int64?
}

extension StoreReader.Snapshot {
  /// The revision of what stands in a range of hours.
  public func revision(hours: Range<UTCHour>) throws -> DataRevision {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT max(every, coalesce(
            (SELECT max(data) FROM day_revision WHERE day >= ? AND day <= ?), 0)),
            coalesce((SELECT max(id) FROM registry), 0)
          FROM revision
          """), arguments: [hours.lowerBound / 24, (hours.upperBound - 1) / 24])
    return DataRevision(data: row?[0] ?? 0, registry: row?[1] ?? 0)
  }

  /// What changed the counts of a range, the newest first.
  ///
  /// - Parameters:
  ///   - hours: days of UTC that they touch are looked at.
  ///   - revision: only what came after it.
  ///   - limit: so many at most.
  /// - Returns: the changes, and after which revision the list knows all of them.
  public func changes(
    hours: Range<UTCHour>, after revision: Int64, limit: Int
  ) throws -> (changes: [RevisionChange], completeAfter: Int64) {
    let days = [hours.lowerBound / 24, (hours.upperBound - 1) / 24]
    let presses = try Row.fetchAll(
      db,
      sql: """
        SELECT day, first_ms, coalesce(last_ms, received_ms), first_data,
          coalesce(last_data, data) AS last
        FROM press_change JOIN day_revision USING (day)
        WHERE day >= ? AND day <= ? AND last > ? ORDER BY last DESC, day LIMIT ?
        """, arguments: [days[0], days[1], revision, limit]
    ).map { row in
      RevisionChange(
        cause: .presses, days: row[0]...row[0], firstAtMilliseconds: row[1],
        lastAtMilliseconds: row[2], revisions: row[3]...row[4])
    }
    // An import is counted in slices, each a revision.
    let others = try Row.fetchAll(
      db,
      sql: """
        SELECT cause, min(first_day), max(last_day), min(at_ms), max(at_ms), min(data),
          max(data) AS last, import_id
        FROM revision_change
        WHERE data > ?3 AND cause != 'begin'
          AND (first_day IS NULL OR first_day <= ?2 AND last_day >= ?1)
        GROUP BY cause, coalesce(-import_id, data) ORDER BY last DESC LIMIT ?4
        """, arguments: [days[0], days[1], revision, limit]
    ).map { row in
      let first: Int? = row[1]
      return RevisionChange(
        cause: ChangeCause(rawValue: row[0]) ?? .recount,
        days: first.map { $0...max($0, row[2]) }, firstAtMilliseconds: row[3],
        lastAtMilliseconds: row[4], revisions: row[5]...row[6], importID: row[7])
    }
    let all = (presses + others).sorted { $0.revisions.upperBound > $1.revisions.upperBound }
    let complete = try Int64.fetchOne(db, sql: "SELECT complete_after FROM revision")
    return (Array(all.prefix(limit)), complete ?? 0)
  }
}
