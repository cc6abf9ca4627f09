import BucketCore
import GRDB

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

/// Keeps the revision of every day, in the transaction that changes its counts.
enum Revisions {
  /// A batch's buckets changed.
  static func advance(_ db: Database, _ core: borrowing BucketCore) throws {
    if core.deltaCount == 0 { return }
    let statement = try IntegerStatement(
      db,
      """
      INSERT INTO day_revision (day, data) VALUES (?, (SELECT data FROM revision))
      ON CONFLICT DO UPDATE SET data = excluded.data
      """)
    try db.cachedStatement(sql: "UPDATE revision SET data = data + 1").execute()
    var days: Set<Int> = []
    for index in 0..<core.deltaCount {
      let day = core.delta(at: index).hour / 24
      guard days.insert(day).inserted else { continue }
      statement.bind(Int64(day), at: 1)
      try statement.run()
    }
  }

  /// Any count may have changed: a registry, an import, a rebuild.
  static func advanceAll(_ db: Database) throws {
    try db.execute(sql: "UPDATE revision SET data = data + 1, every = data + 1")
  }
}

extension StoreReader.Snapshot {
  /// The revision of what stands in a range of UTC hours.
  public func revision(hours: Range<Int>) throws -> DataRevision {
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
}
