public import CivilTime
public import Store

/// What changed the numbers of a range, and when.
public struct ChangesQuery: RevisedQuery {
  private let hours: Range<UTCHour>
  private let after: Int64
  private let limit: Int

  /// - Parameters:
  ///   - after: only what came after this revision.
  ///   - limit: the newest so many, 1…``QueryLimits/changesMax``.
  public init(hours: Range<UTCHour>, after: Int64, limit: Int) {
    self.hours = hours
    self.after = after
    self.limit = limit
  }

  public var revisedHours: Range<Int> { hours }

  public var registryRevision: Int64? { nil }

  public var cost: QueryCost { QueryCost(bytes: 0, rows: limit) }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> Changes {
    let found = try snapshot.changes(hours: hours, after: after, limit: limit + 1)
    return Changes(
      revision: try snapshot.revision(hours: hours), completeAfter: found.completeAfter,
      changes: Array(found.changes.prefix(limit)), hasMore: found.changes.count > limit)
  }
}

/// The newest changes of a range.
public struct Changes: Revised, Sendable {
  /// How far the numbers had come.
  public let revision: DataRevision
  /// After this revision none is missing.
  public let completeAfter: Int64
  public let changes: [RevisionChange]
  /// There are older ones.
  public let hasMore: Bool
}
