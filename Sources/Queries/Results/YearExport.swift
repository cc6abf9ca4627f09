public import Reporting
import Store

/// A year of a node as a file: every touchpoint at and below it, by the hour or by the day.
public struct YearExport: Sendable {
  /// The files of a year.
  public enum File: String, CaseIterable, Sendable {
    case hours
    case days

    public var granularity: Granularity { self == .hours ? .hour : .day }
  }

  /// Years of the site's calendar that can be asked for.
  public static let years = 1970...2197

  public let node: String
  public let year: Int
  /// UTC hours since 1970.
  public let hours: Range<Int>
  public let site: Site
  private let touchpoints: [String]

  /// - Throws: `.outside`, `.unknownNode`, `.parameter` for a year that is none.
  public init(node: String, year: Int?, site: Site, scope: Scope) throws(QueryError) {
    try scope.covers(node)
    touchpoints = try site.touchpoints(below: node)
    guard let year, Self.years.contains(year) else {
      throw .parameter(
        "year", "is a year from \(Self.years.lowerBound) to \(Self.years.upperBound)")
    }
    self.node = node
    self.year = year
    self.site = site
    hours = site.calendar.hours(ofYear: year)
  }

  /// Touchpoints, each read by itself.
  public var count: Int { touchpoints.count }

  /// What one touchpoint has in a file, 0 to under ``count``.
  public func query(_ number: Int, _ file: File) throws(QueryError) -> ResultsQuery {
    try ResultsQuery(
      ResultsQuery.Asked(node: touchpoints[number], hours: hours, by: file.granularity),
      site: site, scope: .everything, nowSeconds: 0)
  }
}
