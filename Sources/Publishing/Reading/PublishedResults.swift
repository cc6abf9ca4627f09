public import CivilTime
public import Queries
import Registry
public import Reporting
public import Store

/// What was published of a node, for everybody: nothing that is counted now.
public struct PublishedQuery: Sendable {
  private let nodes: [String]
  private let hours: Range<UTCHour>
  private let question: String?
  private let isCoarser: Bool

  /// - Parameters:
  ///   - hours: periods that lie in it whole are answered.
  ///   - withChildren: also the public children, after the node itself.
  ///   - isCoarser: periods made of several published ones; never beside the others: who adds up the
  ///     rows would count twice.
  /// - Throws: `.notPublic`, `.parameter`.
  public init(
    node: String, hours: Range<UTCHour>, question: String?, withChildren: Bool, isCoarser: Bool,
    site: Site
  ) throws(QueryError) {
    guard let found = site.registry.node(node), found.isPublic else { throw .notPublic(node) }
    try site.check(question: question)
    nodes = [node] + (withChildren ? found.children.filter(\.isPublic).map(\.id) : [])
    self.hours = hours
    self.question = question
    self.isCoarser = isCoarser
  }

  /// Everything that was published of some public nodes.
  public init(nodes: [String]) {
    self.nodes = nodes
    hours = 0..<Registry.hourEnd
    question = nil
    isCoarser = false
  }

  public func answer(_ publications: PublicationStore) async throws -> [PublishedSeries] {
    let found = try await publications.versions(in: hours, nodes: nodes)
      .filter { $0.isCoarser == isCoarser }
    return PublishedSeries.all(found, nodes: nodes, question: question)
  }
}

/// What was published of a node, hidden numbers too, beside what is counted now.
public struct PublicationsQuery: Sendable {
  private let node: String
  private let hours: Range<UTCHour>
  private let site: Site
  private let nowSeconds: Int

  /// - Parameter nowSeconds: UTC since 1970.
  /// - Throws: `.outside`, `.unknownNode`.
  public init(
    node: String, hours: Range<UTCHour>, site: Site, scope: Scope, nowSeconds: Int
  ) throws(QueryError) {
    try scope.covers(node)
    guard site.registry.node(node) != nil else { throw .unknownNode(node) }
    self.node = node
    self.hours = hours
    self.site = site
    self.nowSeconds = nowSeconds
  }

  public func answer(
    _ publications: PublicationStore, _ reader: StoreReader
  ) async throws -> PublicationHistory {
    let versions = try await publications.versions(in: hours, nodes: [node])
    let series = PublishedSeries.all(versions, nodes: [node], question: nil)
    let (site, node, nowSeconds) = (site, node, nowSeconds)
    let periods = Set(series.flatMap { $0.periods.map(\.hours) })
    let now = try await reader.read(under: site.revision) { snapshot in
      try periods.reduce(into: [Range<UTCHour>: SeriesAggregates]()) { now, hours in
        let plan = SeriesPlan(index: site.index, nodes: [node], hours: hours)
        now[hours] = try snapshot.told(
          of: plan, bins: [hours], site: site, nowSeconds: nowSeconds)
      }
    }
    return PublicationHistory(
      node: node,
      series: series.map { series in
        let question = AskedQuestion(question: series.question, buttons: series.buttons)
        return PublicationHistory.Series(
          question: question,
          periods: series.periods.map { period in
            // Nothing where the question is not asked any more.
            let counted = now[period.hours]?.total(of: question)
            return PublicationHistory.Period(
              published: period, now: counted ?? Tally(buttons: question.buttons))
          })
      })
  }
}

/// Published periods with their versions, and what is counted of each by now.
public struct PublicationHistory: Sendable {
  public struct Period: Sendable {
    public let published: PublishedSeries.Period
    public let now: Tally

    /// What each version counted, shown or hidden.
    public func counted(_ version: PublishedSeries.Period.Version) -> Tally { version.counted }

    public var differs: Bool { now.counts != published.last.counted.counts }
  }

  public struct Series: Sendable {
    public let question: AskedQuestion
    public let periods: [Period]
  }

  public let node: String
  public let series: [Series]
}

extension SeriesAggregates {
  /// What the one node of a plan answers to a question; nil where it is not asked.
  fileprivate func total(of question: AskedQuestion) -> Tally? {
    plan.series.firstIndex {
      $0.question == question.question && $0.buttons == question.buttons
    }.map { tally(series: $0, bin: 0) }
  }
}
