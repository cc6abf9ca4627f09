public import CivilTime
public import Reporting
public import Store

/// What the hours of the local week showed over a range; nothing of visits, whose hours are not told.
public struct HourOfWeekQuery: RevisedQuery {
  private let period: NodePeriod
  private let plan: SeriesPlan

  /// - Throws: `.parameter` for more numbers than can be added up.
  public init(_ period: NodePeriod) throws(QueryError) {
    self.period = period
    plan = try period.plan(of: period.node, in: period.hours)
    guard cells <= QueryLimits.cellsMax else {
      throw .parameter(
        "to",
        "\(cells) numbers to add up are too many for one answer (\(QueryLimits.cellsMax)); "
          + "ask for a shorter range")
    }
  }

  private var cells: Int { period.hours.count * plan.series.count }

  public var revisedHours: Range<Int> { period.hours }

  public var registryRevision: Int64? { period.site.revision }

  public var cost: QueryCost {
    QueryCost(bytes: cells * SeriesAggregates.cellBytes, rows: plan.hourCount(of: period.hours))
  }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> HoursOfWeek {
    let calendar = period.site.calendar
    let bins = calendar.bins(
      from: period.hours.lowerBound, to: period.hours.upperBound, by: .hour)
    let sums = try period.told(of: plan, bins: bins, snapshot, withVisits: false)
    let places = bins.map { calendar.hourOfWeek($0.lowerBound) }
    return HoursOfWeek(
      node: period.node, revision: try snapshot.revision(hours: period.hours),
      hours: period.hours,
      series: plan.series.enumerated().map { number, series in
        var week = HourOfWeek(buttons: series.buttons)
        for (bin, place) in places.enumerated() {
          week.add(sums.tally(series: number, bin: bin), at: place)
        }
        return HoursOfWeek.Series(question: AskedQuestion(series), week: week)
      })
  }
}

/// A week for each question of a node.
public struct HoursOfWeek: Revised, Sendable {
  public struct Series: Sendable {
    public let question: AskedQuestion
    public let week: HourOfWeek
  }

  public let node: String
  public let revision: DataRevision
  public let hours: Range<UTCHour>
  public let series: [Series]
}
