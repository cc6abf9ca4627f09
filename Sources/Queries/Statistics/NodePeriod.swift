public import CivilTime
import Reporting
import Store

/// What every statistic is asked with: a node and a range of time, checked.
public struct NodePeriod: Sendable {
  public let node: String
  public let hours: Range<UTCHour>
  /// Only this question; nil = every one.
  public let question: String?
  public let site: Site
  let scope: Scope
  let nowSeconds: Int

  /// - Parameter nowSeconds: UTC since 1970: visits of the latest days are not told yet.
  /// - Throws: `.parameter`, `.outside`, `.unknownNode`.
  public init(
    node: String, hours: Range<UTCHour>, question: String?, site: Site, scope: Scope,
    nowSeconds: Int
  ) throws(QueryError) {
    try site.check(question: question)
    try scope.covers(node)
    guard site.index.isPlace(node) else { throw .unknownNode(node) }
    self.node = node
    self.hours = hours
    self.question = question
    self.site = site
    self.scope = scope
    self.nowSeconds = nowSeconds
  }

  /// The series of a node and, if wanted, of its children.
  func plan(
    of node: String, in hours: Range<UTCHour>, withChildren: Bool = false
  ) throws(QueryError) -> SeriesPlan {
    try site.plan(of: node, in: hours, withChildren: withChildren, question: question)
  }

  /// The sums of a plan as they may be told.
  func told(
    of plan: SeriesPlan, bins: [Range<UTCHour>], _ snapshot: StoreReader.Snapshot,
    withVisits: Bool = true
  ) throws -> SeriesAggregates {
    try snapshot.told(
      of: plan, bins: bins, site: site, nowSeconds: nowSeconds, withVisits: withVisits)
  }

  /// The cost of reading so many places day by day.
  func dailyCost(places: Int) -> QueryCost {
    let days = (hours.count / 24 + 1) * places
    return QueryCost(bytes: days * SeriesAggregates.cellBytes, rows: days)
  }
}

/// A question as it was asked: with another number of buttons it is another.
public struct AskedQuestion: Sendable, Hashable {
  public let question: String
  /// 2…5.
  public let buttons: Int

  package init(question: String, buttons: Int) {
    self.question = question
    self.buttons = buttons
  }

  init(_ series: SeriesPlan.Series) {
    self.init(question: series.question, buttons: series.buttons)
  }
}

/// The sums of a plan, found by node and question.
struct SumsByPlace: Sendable {
  private struct Key: Hashable {
    var node: String
    var question: AskedQuestion
  }

  let sums: SeriesAggregates
  private var places: [Key: Int] = [:]

  init(_ sums: SeriesAggregates) {
    self.sums = sums
    for (number, series) in sums.plan.series.enumerated() {
      places[Key(node: series.node, question: AskedQuestion(series))] = number
    }
  }

  /// Whether a question is asked at a node.
  func asks(_ question: AskedQuestion, at node: String) -> Bool {
    places[Key(node: node, question: question)] != nil
  }

  /// A node's answers by the bin; nothing where the question was not asked then.
  func days(_ question: AskedQuestion, at node: String) -> DailyTallies {
    guard let number = places[Key(node: node, question: question)] else {
      return DailyTallies([], buttons: question.buttons)
    }
    return DailyTallies(sums.tallies(series: number), buttons: question.buttons)
  }
}

extension SeriesAggregates {
  /// One series, bin by bin.
  func tallies(series number: Int) -> [Tally] {
    bins.indices.map { tally(series: number, bin: $0) }
  }
}
