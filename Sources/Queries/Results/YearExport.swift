public import CivilTime
public import Reporting
public import Store

/// A year of a node as a file: every touchpoint at and below it, by the hour or by the day.
public struct YearExport: Query {
  /// The files of a year.
  public enum File: String, CaseIterable, Sendable {
    case hours
    case days

    var granularity: Granularity { self == .hours ? .hour : .day }
  }

  /// Years of the site's calendar that can be asked for.
  public static let years = 1970...2197

  public let node: String
  public let year: Int
  public let hours: Range<UTCHour>
  public let site: Site
  private let file: File
  private let touchpoints: [String]
  private let nowSeconds: Int
  private let take: @Sendable (SeriesAggregates) throws -> Void

  /// - Parameters:
  ///   - year: one of ``years``; nil = what was given is none.
  ///   - nowSeconds: UTC since 1970.
  ///   - take: is given the sums of one touchpoint after the other, all of one moment.
  /// - Throws: `.outside`, `.unknownNode`, `.parameter` for a year that is none.
  public init(
    node: String, year: Int?, _ file: File, site: Site, scope: Scope, nowSeconds: Int,
    take: @escaping @Sendable (SeriesAggregates) throws -> Void
  ) throws(QueryError) {
    try scope.covers(node)
    touchpoints = try site.touchpoints(below: node)
    guard let year, Self.years.contains(year) else {
      throw .parameter(
        "year", "is a year from \(Self.years.lowerBound) to \(Self.years.upperBound)")
    }
    self.node = node
    self.year = year
    self.site = site
    self.file = file
    self.nowSeconds = nowSeconds
    self.take = take
    hours = site.calendar.hours(ofYear: year)
  }

  public var registryRevision: Int64? { site.revision }

  public var cost: QueryCost {
    QueryCost(
      bytes: QueryLimits.fileBytes,
      rows: touchpoints.count * hours.count / (file == .hours ? 1 : 24))
  }

  /// - Returns: how far the numbers had come.
  public func answer(_ snapshot: StoreReader.Snapshot) throws -> DataRevision {
    for touchpoint in touchpoints {
      let query = try ResultsQuery(
        ResultsQuery.Asked(node: touchpoint, hours: hours, by: file.granularity), site: site,
        scope: .everything, nowSeconds: nowSeconds)
      try take(try query.answer(snapshot).sums)
    }
    return try snapshot.revision(hours: hours)
  }
}
