import Registry
import Reporting
import Store

/// A period beside the one before, the same a year ago, and the siblings: `GET /api/v1/comparison`.
struct ComparisonText: Sendable {
  /// Sums of one period, and of what it is held against.
  struct Sums: Sendable {
    var now: SeriesSums
    /// nil when the period began before 1970.
    var before: SeriesSums?
    var yearAgo: SeriesSums?
    /// nil when no siblings are shown.
    var siblings: SeriesSums?
  }

  let query: StatisticsQuery
  let family: SiblingFamily
  let sums: Sums

  /// Reads all periods at one moment.
  static func read(_ query: StatisticsQuery, reader: StoreReader) async throws -> ComparisonText {
    let family = SiblingFamily(of: query.node, in: query.index, query.scope)
    guard family.members.count <= StatisticsRoutes.placesMax else {
      throw Problem.parameter(
        "node",
        "'\(query.node)' has \(family.members.count) siblings; "
          + "\(StatisticsRoutes.placesMax) are compared at most")
    }
    let now = try query.plan(of: query.node, in: query.hours)
    func plan(_ hours: Range<Int>?) throws -> (plan: SeriesPlan, hours: Range<Int>)? {
      try hours.map { (try query.plan(of: query.node, in: $0), $0) }
    }
    let before = try plan(query.calendar.periodBefore(query.hours))
    let yearAgo = try plan(query.calendar.periodYearAgo(query.hours))
    let siblings = try family.parent.map {
      try query.plan(of: $0, in: query.hours, withChildren: true)
    }
    let sums = try await reader.read { snapshot in
      Sums(
        now: try snapshot.sums(of: now, bins: [query.hours], calendar: query.calendar),
        before: try before.map {
          try snapshot.sums(of: $0.plan, bins: [$0.hours], calendar: query.calendar)
        },
        yearAgo: try yearAgo.map {
          try snapshot.sums(of: $0.plan, bins: [$0.hours], calendar: query.calendar)
        },
        siblings: try siblings.map {
          try snapshot.sums(of: $0, bins: [query.hours], calendar: query.calendar)
        })
    }
    return ComparisonText(query: query, family: family, sums: sums)
  }

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", query.node)
      json.member("time_zone", query.timeZone)
      json.list("series", Array(sums.now.plan.series.enumerated())) { series, json in
        let tally = sums.now.tally(series: series.offset, bin: 0)
        json.member("question", series.element.question)
        json.member("buttons", series.element.buttons)
        json.member("now") { period(tally, query.hours, &$0) }
        write("before", sums.before, series.element, tally, &json)
        write("year_ago", sums.yearAgo, series.element, tally, &json)
        json.member("siblings") { siblings(series.element, &$0) }
      }
    }
    return json.bytes
  }

  private func period(_ tally: Tally, _ hours: Range<Int>, _ json: inout JSONText) {
    json.period(hours, query.calendar)
    json.members(tally)
  }

  private func write(
    _ name: String, _ sums: SeriesSums?, _ series: SeriesPlan.Series, _ now: Tally,
    _ json: inout JSONText
  ) {
    guard let sums, let hours = sums.bins.first else { return json.member(name, json: nil) }
    let other = sums.tally(asked: series, of: series.node)
    json.member(name) { json in
      period(other, hours, &json)
      json.member("change", IndexChange(of: now, from: other))
    }
  }

  private func siblings(_ series: SeriesPlan.Series, _ json: inout JSONText) {
    let members = family.members.filter { sums.siblings?.asks(series, at: $0) ?? false }
    let tallies = members.compactMap { sums.siblings?.tally(asked: series, of: $0) }
    let comparison = SiblingComparison(tallies)
    json.member("comparisons", comparison.comparisons)
    json.list("units", Array(zip(members, zip(tallies, comparison.units)))) { unit, json in
      let (tally, compared) = unit.1
      json.member("node", unit.0)
      json.member("responses", tally.responses)
      json.member("index", tally.index)
      json.member("interval", tally.interval)
      json.member("rest") { json in
        json.member("responses", compared.rest.responses)
        json.member("index", compared.rest.index)
      }
      json.member("change", compared.change)
    }
    json.member("left_out", family.leftOut)
    json.member("reason", family.reason)
  }
}

extension SeriesSums {
  /// Whether the same question is asked at a node.
  func asks(_ series: SeriesPlan.Series, at node: String) -> Bool {
    plan.series.contains { $0.node == node && $0.isSameQuestion(as: series) }
  }

  /// The sums of a node's answers to the same question; nothing where it was not asked then.
  func tally(asked series: SeriesPlan.Series, of node: String) -> Tally {
    let number = plan.series.firstIndex { $0.node == node && $0.isSameQuestion(as: series) }
    return number.map { tally(series: $0, bin: 0) } ?? Tally(buttons: series.buttons)
  }
}

extension JSONText {
  mutating func member(_ name: String, _ change: IndexChange) {
    member(name) { json in
      json.member("word", change.word.rawValue)
      json.member("difference", change.difference)
      json.member("estimate", change.estimate)
      json.member("interval", change.interval)
    }
  }
}
