import CivilTime
import Registry
import Reporting
public import Store

/// Everything that a manager looks at of one node and question, of one moment.
///
/// Made of the queries that answer the same questions one by one, so that a page says what the API
/// says.
public struct NodeOverviewQuery: RevisedQuery {
  public struct Asked: Sendable {
    public var node: String
    public var hours: Range<Int>
    /// The length of a point of the chart.
    public var by: ControlChartQuery.Period
    /// nil = the first that the node asks.
    public var question: String?

    public init(
      node: String, hours: Range<Int>, by: ControlChartQuery.Period, question: String? = nil
    ) {
      self.node = node
      self.hours = hours
      self.by = by
      self.question = question
    }
  }

  /// What is asked of the question that is shown.
  private struct Parts: Sendable {
    var total: ResultsQuery
    var comparison: ComparisonQuery
    var chart: ControlChartQuery
    /// nil where nothing below the node may be ranked.
    var ranking: RankingQuery?
  }

  private let asked: Asked
  private let questions: [AskedQuestion]
  private let parts: Parts?
  private let devices: DevicesQuery

  /// - Parameter nowMilliseconds: UTC since 1970.
  /// - Throws: as the queries that it is made of.
  public init(
    _ asked: Asked, site: Site, scope: Scope, nowMilliseconds: Int64
  ) throws(QueryError) {
    let all = try NodePeriod(
      node: asked.node, hours: asked.hours, question: nil, site: site, scope: scope,
      nowSeconds: Int(nowMilliseconds / 1000))
    try site.check(question: asked.question)
    questions = try all.plan(of: asked.node, in: asked.hours).series.map(AskedQuestion.init)
    self.asked = asked
    devices = DevicesQuery(
      site: site,
      scope: asked.node == site.registry.site
        ? .everything : Scope(node: asked.node, index: site.index),
      nowMilliseconds: nowMilliseconds)
    guard let question = asked.question ?? site.registry.foremost(of: questions.map(\.question))
    else {
      parts = nil
      return
    }
    let period = try NodePeriod(
      node: asked.node, hours: asked.hours, question: question, site: site, scope: scope,
      nowSeconds: Int(nowMilliseconds / 1000))
    var ranking: RankingQuery?
    do throws(QueryError) {
      ranking = try RankingQuery(period)
    } catch .parameter {
      // Nothing below it, or visits alone.
    }
    parts = Parts(
      total: try ResultsQuery.covered(
        ResultsQuery.Asked(
          node: asked.node, hours: asked.hours, by: .total, question: question),
        site: site, scope: scope, nowSeconds: Int(nowMilliseconds / 1000)),
      comparison: try ComparisonQuery(period),
      chart: try ControlChartQuery(period, by: asked.by, measure: .index, baseline: nil),
      ranking: ranking)
  }

  public var revisedHours: Range<Int> { parts?.comparison.revisedHours ?? asked.hours }

  public var registryRevision: Int64? { devices.registryRevision }

  public var cost: QueryCost {
    guard let parts else { return QueryCost(bytes: 0, rows: 0) }
    let costs =
      [
        parts.total.cost, parts.comparison.cost, parts.chart.cost, devices.cost,
      ] + (parts.ranking.map { [$0.cost] } ?? [])
    return QueryCost(
      bytes: costs.reduce(0) { $0 + $1.bytes }, rows: costs.reduce(0) { $0 + $1.rows })
  }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> NodeOverview {
    let revision = try snapshot.revision(hours: revisedHours)
    let devices = try devices.answer(snapshot)
    guard let parts else {
      return NodeOverview(
        asked: asked, revision: revision, questions: [], devices: devices, shown: nil)
    }
    let total = try parts.total.answer(snapshot)
    let comparison = try parts.comparison.answer(snapshot)
    let chart = try parts.chart.answer(snapshot)
    let ranking = try parts.ranking?.answer(snapshot)
    // A question that had another number of buttons is another series: the last one is shown.
    guard let question = chart.series.last?.question,
      let compared = comparison.series.last(where: { $0.question == question }),
      let charted = chart.series.last
    else {
      return NodeOverview(
        asked: asked, revision: revision, questions: questions, devices: devices, shown: nil)
    }
    return NodeOverview(
      asked: asked, revision: revision, questions: questions, devices: devices,
      shown: NodeOverview.Shown(
        question: question, total: total, comparison: compared, chart: charted,
        ranking: ranking?.series.last { $0.question == question },
        leftOut: ranking?.leftOut ?? []))
  }
}

/// A node at a glance.
public struct NodeOverview: Revised, Sendable {
  /// The numbers of one question.
  public struct Shown: Sendable {
    public let question: AskedQuestion
    /// One row for each series, with coverage unless there are too many touchpoints for it.
    public let total: Results
    public let comparison: Comparison.Series
    public let chart: ControlCharts.Series
    /// nil where nothing below the node may be ranked.
    public let ranking: Rankings.Series?
    /// Touchpoints of visits, which are not ranked.
    public let leftOut: [String]
  }

  public let asked: NodeOverviewQuery.Asked
  public let revision: DataRevision
  /// What the node asks in these hours.
  public let questions: [AskedQuestion]
  /// Those at and below the node.
  public let devices: Devices
  /// nil where nothing is asked.
  public let shown: Shown?
}

extension Results {
  /// Place of the series of a question at the node that was asked for.
  public func series(of question: AskedQuestion) -> Int? {
    sums.plan.series.firstIndex {
      $0.node == asked.node && $0.question == question.question && $0.buttons == question.buttons
    }
  }
}
