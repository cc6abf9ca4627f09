public import CivilTime
import Registry
import Reporting
public import Store

/// When a node is felt how: the hours of the week and the days of a calendar, of one moment.
public struct NodeTimesQuery: RevisedQuery {
  private struct Parts: Sendable {
    var week: HourOfWeekQuery
    var days: ResultsQuery
  }

  private let node: String
  private let hours: Range<UTCHour>
  private let questions: [AskedQuestion]
  private let parts: Parts?
  public let registryRevision: Int64?

  /// - Parameters:
  ///   - question: nil = the first that the node asks.
  ///   - nowMilliseconds: UTC since 1970.
  /// - Throws: as ``HourOfWeekQuery`` and ``ResultsQuery``.
  public init(
    node: String, hours: Range<UTCHour>, question: String?, site: Site, scope: Scope,
    nowMilliseconds: Int64
  ) throws(QueryError) {
    let all = try NodePeriod(
      node: node, hours: hours, question: nil, site: site, scope: scope,
      nowSeconds: Int(nowMilliseconds / 1000))
    try site.check(question: question)
    questions = try all.plan(of: node, in: hours).series.map(AskedQuestion.init)
    self.node = node
    self.hours = hours
    registryRevision = site.revision
    guard let question = question ?? site.registry.foremost(of: questions.map(\.question))
    else {
      parts = nil
      return
    }
    let shown = max(hours.lowerBound, hours.upperBound - QueryLimits.calendarHoursMax)
    parts = Parts(
      week: try HourOfWeekQuery(
        NodePeriod(
          node: node, hours: hours, question: question, site: site, scope: scope,
          nowSeconds: Int(nowMilliseconds / 1000))),
      days: try ResultsQuery.covered(
        ResultsQuery.Asked(
          node: node, hours: shown..<hours.upperBound, by: .day, question: question),
        site: site, scope: scope, nowSeconds: Int(nowMilliseconds / 1000)))
  }

  public var revisedHours: Range<UTCHour> { hours }

  public var cost: QueryCost {
    guard let parts else { return QueryCost(bytes: 0, rows: 0) }
    let (week, days) = (parts.week.cost, parts.days.cost)
    return QueryCost(bytes: week.bytes + days.bytes, rows: week.rows + days.rows)
  }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> NodeTimes {
    let revision = try snapshot.revision(hours: hours)
    let week = try parts?.week.answer(snapshot).series.last
    guard let parts, let week else {
      return NodeTimes(revision: revision, questions: questions, shown: nil)
    }
    return NodeTimes(
      revision: revision, questions: questions,
      shown: NodeTimes.Shown(
        question: week.question, week: week, days: try parts.days.answer(snapshot)))
  }
}

/// A node by hours and days.
public struct NodeTimes: Revised, Sendable {
  /// The numbers of one question.
  public struct Shown: Sendable {
    public let question: AskedQuestion
    public let week: HoursOfWeek.Series
    /// Rows by the day, of the last so many days that a calendar shows; with coverage unless there are too
    /// many touchpoints for it.
    public let days: Results
  }

  public let revision: DataRevision
  /// What the node asks in these hours.
  public let questions: [AskedQuestion]
  /// nil where nothing is asked.
  public let shown: Shown?
}
