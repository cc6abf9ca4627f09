public import CivilTime
public import Reporting
public import Store

/// The places below a node by their shrunk index.
public struct RankingQuery: RevisedQuery {
  private let period: NodePeriod
  private let plan: SeriesPlan
  private let places: [String]
  private let leftOut: [String]

  /// - Throws: `.parameter` where nothing below the node may be ranked.
  public init(_ period: NodePeriod) throws(QueryError) {
    let (node, index) = (period.node, period.site.index)
    let below = index.placesBelow(node)
    let places = below.filter { !index.isVisit($0) }
    guard !below.isEmpty else {
      throw .parameter("node", "'\(node)' has nothing below it to be ranked")
    }
    guard !places.isEmpty else {
      throw .parameter(
        "node",
        "below '\(node)' are touchpoints of visits only; they are not ranked "
          + "finer than their area, since that would rank the workers")
    }
    guard places.count <= QueryLimits.placesMax else {
      throw .parameter(
        "node",
        "'\(node)' has \(places.count) places below it; \(QueryLimits.placesMax) are ranked at most"
      )
    }
    self.period = period
    self.places = places
    leftOut = below.filter { index.isVisit($0) }
    plan = try period.plan(of: node, in: period.hours, withChildren: true)
  }

  public var revisedHours: Range<Int> { period.hours }

  public var registryRevision: Int64? { period.site.revision }

  public var cost: QueryCost { period.dailyCost(places: 1 + places.count + leftOut.count) }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> Rankings {
    let sums = SumsByPlace(
      try period.told(of: plan, bins: [period.hours], snapshot))
    return Rankings(
      node: period.node, revision: try snapshot.revision(hours: period.hours),
      hours: period.hours, leftOut: leftOut,
      series: plan.series.filter { $0.node == period.node }.map { rank(AskedQuestion($0), sums) })
  }

  private func rank(_ question: AskedQuestion, _ sums: SumsByPlace) -> Rankings.Series {
    let asked = places.filter { sums.asks(question, at: $0) }
    let tallies = asked.map { sums.days(question, at: $0).total }
    let ranking = Ranking(tallies)
    // By rank, places without one last; among equals the registry's order.
    let order = asked.indices.sorted {
      (ranking.units[$0]?.rank ?? .max, $0) < (ranking.units[$1]?.rank ?? .max, $1)
    }
    return Rankings.Series(
      question: question, ranking: ranking,
      units: order.map {
        Rankings.Unit(node: asked[$0], tally: tallies[$0], ranked: ranking.units[$0])
      })
  }
}

/// A ranking for each question of a node.
public struct Rankings: Revised, Sendable {
  public struct Unit: Sendable {
    public let node: String
    public let tally: Tally
    /// nil without responses, and when fewer than two have any.
    public let ranked: Ranking.Unit?
  }

  public struct Series: Sendable {
    public let question: AskedQuestion
    public let ranking: Ranking
    /// By rank; without responses last.
    public let units: [Unit]
  }

  public let node: String
  public let revision: DataRevision
  public let hours: Range<UTCHour>
  /// Touchpoints of visits, which are not ranked.
  public let leftOut: [String]
  public let series: [Series]
}
