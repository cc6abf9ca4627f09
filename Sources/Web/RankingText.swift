import Registry
import Reporting
import Store

/// The places below a node by their shrunk index, `GET /api/v1/ranking`.
struct RankingText: Sendable {
  let query: StatisticsQuery
  /// The places ranked, in the registry's order.
  let places: [String]
  /// Touchpoints of visits, which are not ranked.
  let leftOut: [String]
  let sums: SeriesSums

  /// - Throws: 400 where nothing below the node may be ranked.
  static func read(_ query: StatisticsQuery, reader: StoreReader) async throws -> RankingText {
    let below = query.index.placesBelow(query.node)
    let places = below.filter { !query.index.isVisit($0) }
    guard !below.isEmpty else {
      throw Problem.parameter("node", "'\(query.node)' has nothing below it to be ranked")
    }
    guard !places.isEmpty else {
      throw Problem.parameter(
        "node",
        "below '\(query.node)' are touchpoints of visits only; they are not ranked "
          + "finer than their area, since that would rank the workers")
    }
    guard places.count <= StatisticsRoutes.placesMax else {
      throw Problem.parameter(
        "node",
        "'\(query.node)' has \(places.count) places below it; "
          + "\(StatisticsRoutes.placesMax) are ranked at most")
    }
    let plan = try query.plan(of: query.node, in: query.hours, withChildren: true)
    let sums = try await reader.read {
      try $0.sums(of: plan, bins: [query.hours], calendar: query.calendar)
    }
    return RankingText(
      query: query, places: places, leftOut: below.filter { query.index.isVisit($0) }, sums: sums)
  }

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", query.node)
      json.member("time_zone", query.timeZone)
      json.period(query.hours, query.calendar)
      json.member("left_out", leftOut)
      let asked = sums.plan.series.filter { $0.node == query.node }
      json.list("series", asked) { series, json in
        json.member("question", series.question)
        json.member("buttons", series.buttons)
        ranking(series, &json)
      }
    }
    return json.bytes
  }

  private func ranking(_ series: SeriesPlan.Series, _ json: inout JSONText) {
    let asked = places.filter { sums.asks(series, at: $0) }
    let tallies = asked.map { sums.tally(asked: series, of: $0) }
    let ranking = Ranking(tallies)
    json.member("mean", ranking.mean)
    json.member("between_variance", ranking.betweenVariance)
    json.member("within_variance", ranking.withinVariance)
    // By rank, places without one last; among equals the registry's order.
    let order = asked.indices.sorted {
      (ranking.units[$0]?.rank ?? .max, $0) < (ranking.units[$1]?.rank ?? .max, $1)
    }
    json.list("units", order) { place, json in
      let unit = ranking.units[place]
      json.member("node", asked[place])
      json.member("responses", tallies[place].responses)
      json.member("index", tallies[place].index)
      json.member("interval", tallies[place].interval)
      json.member("shrunk", unit?.shrunk)
      json.member("shrunk_interval", unit?.interval)
      json.member("rank", unit?.rank)
      json.member("rank_low", unit?.ranks.lowerBound)
      json.member("rank_high", unit?.ranks.upperBound)
    }
  }
}
