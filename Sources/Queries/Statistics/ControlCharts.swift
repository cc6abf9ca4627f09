public import CivilTime
public import Reporting
public import Store

/// A node's answers over time, with limits and signals.
public struct ControlChartQuery: RevisedQuery {
  /// The length of a point; hours have too few responses.
  public enum Period: String, CaseIterable, Sendable {
    case day, week, month, quarter

    public var granularity: Granularity {
      switch self {
      case .day: .day
      case .week: .week
      case .month: .month
      case .quarter: .quarter
      }
    }
  }

  private let period: NodePeriod
  private let by: Period
  private let measure: ControlChart.Measure
  private let baseline: Int?
  private let plan: SeriesPlan
  private let bins: [Range<UTCHour>]

  /// - Parameter baseline: how many points the limits are taken from, at least 2; nil = all.
  /// - Throws: `.parameter` for more points than a chart has.
  public init(
    _ period: NodePeriod, by: Period, measure: ControlChart.Measure, baseline: Int?
  ) throws(QueryError) {
    self.period = period
    self.by = by
    self.measure = measure
    self.baseline = baseline
    plan = try period.plan(of: period.node, in: period.hours)
    bins = period.site.calendar.bins(
      from: period.hours.lowerBound, to: period.hours.upperBound, by: by.granularity)
    guard bins.count <= QueryLimits.pointsMax else {
      throw .parameter(
        "by",
        "\(bins.count) points are too many for a chart (\(QueryLimits.pointsMax)); "
          + "ask for a shorter range or a coarser 'by'")
    }
  }

  public var revisedHours: Range<Int> { period.hours }

  public var registryRevision: Int64? { period.site.revision }

  public var cost: QueryCost { period.dailyCost(places: 1) }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> ControlCharts {
    let sums = try period.told(of: plan, bins: bins, snapshot)
    return ControlCharts(
      node: period.node, revision: try snapshot.revision(hours: period.hours), by: by,
      measure: measure, baseline: baseline,
      series: plan.series.enumerated().map { number, series in
        let tallies = sums.tallies(series: number)
        let chart = ControlChart(tallies, measure: measure, baseline: baseline)
        return ControlCharts.Series(
          question: AskedQuestion(series), chart: chart,
          points: zip(bins, zip(tallies, chart.points)).map {
            ControlCharts.Point(hours: $0, responses: $1.0.responses, point: $1.1)
          })
      })
  }
}

/// A chart for each question of a node.
public struct ControlCharts: Revised, Sendable {
  public struct Point: Sendable {
    public let hours: Range<UTCHour>
    public let responses: Int
    public let point: ControlChart.Point
  }

  public struct Series: Sendable {
    public let question: AskedQuestion
    public let chart: ControlChart
    public let points: [Point]
  }

  public let node: String
  public let revision: DataRevision
  public let by: ControlChartQuery.Period
  public let measure: ControlChart.Measure
  /// As asked.
  public let baseline: Int?
  public let series: [Series]
}
