import Registry
import Reporting
import Store

/// A period beside the one before, the same a year ago, and the siblings: `GET /api/v1/comparison`.
struct ComparisonText: Sendable {
  /// Daily sums of one period, and of what it is held against.
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
    let calendar = query.calendar
    let sums = try await reader.read { snapshot in
      func daily(_ plan: SeriesPlan, _ hours: Range<Int>) throws -> SeriesSums {
        try snapshot.sums(of: plan, bins: Self.days(of: hours, plan, calendar), calendar: calendar)
      }
      return Sums(
        now: try daily(now, query.hours), before: try before.map { try daily($0.plan, $0.hours) },
        yearAgo: try yearAgo.map { try daily($0.plan, $0.hours) },
        siblings: try siblings.map { try daily($0, query.hours) })
    }
    return ComparisonText(query: query, family: family, sums: sums)
  }

  /// The local days of a range, or as many of them at a time as keep the sums of all series within
  /// ``ResultsQuery/cellsMax``: a longer stretch is as independent of the next as a day.
  private static func days(
    of hours: Range<Int>, _ plan: SeriesPlan, _ calendar: SiteCalendar
  ) -> [Range<Int>] {
    let days = calendar.bins(from: hours.lowerBound, to: hours.upperBound, by: .day)
    let most = max(1, ResultsQuery.cellsMax / max(1, plan.series.count))
    let together = (days.count + most - 1) / most
    return stride(from: 0, to: days.count, by: together).map { first in
      days[first].lowerBound..<days[min(first + together, days.count) - 1].upperBound
    }
  }

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", query.node)
      json.member("time_zone", query.timeZone)
      json.list("series", Array(sums.now.plan.series.enumerated())) { series, json in
        let now = sums.now.days(series: series.offset)
        json.member("question", series.element.question)
        json.member("buttons", series.element.buttons)
        json.member("now") { period(now.total, query.hours, &$0) }
        write("before", sums.before, series.element, now, &json)
        write("year_ago", sums.yearAgo, series.element, now, &json)
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
    _ name: String, _ sums: SeriesSums?, _ series: SeriesPlan.Series, _ now: DailyTallies,
    _ json: inout JSONText
  ) {
    guard let sums, let first = sums.bins.first, let last = sums.bins.last else {
      return json.member(name, json: nil)
    }
    let other = sums.days(asked: series, of: series.node)
    json.member(name) { json in
      period(other.total, first.lowerBound..<last.upperBound, &json)
      json.member("change", IndexChange(of: now, from: other), from: other, to: now)
    }
  }

  private func siblings(_ series: SeriesPlan.Series, _ json: inout JSONText) {
    let members = family.members.filter { sums.siblings?.asks(series, at: $0) ?? false }
    let units = members.compactMap { sums.siblings?.days(asked: series, of: $0) }
    let comparison = SiblingComparison(units, buttons: series.buttons)
    json.member("comparisons", comparison.comparisons)
    json.member("family_level", SiblingComparison.familyLevel)
    json.list("units", Array(zip(members, zip(units, comparison.units)))) { unit, json in
      let (own, compared) = unit.1
      json.member("node", unit.0)
      json.member("responses", own.total.responses)
      json.member("index", own.total.index)
      json.member("interval", own.total.interval)
      json.member("rest") { json in
        json.member("responses", compared.rest.total.responses)
        json.member("index", compared.rest.total.index)
      }
      json.member("change", compared.change, from: compared.rest, to: own)
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
    days(asked: series, of: node).total
  }

  /// The same by the bin.
  func days(asked series: SeriesPlan.Series, of node: String) -> DailyTallies {
    let number = plan.series.firstIndex { $0.node == node && $0.isSameQuestion(as: series) }
    return number.map { days(series: $0) } ?? DailyTallies([], buttons: series.buttons)
  }

  /// One series by the bin.
  func days(series number: Int) -> DailyTallies {
    DailyTallies(
      bins.indices.map { tally(series: number, bin: $0) }, buttons: plan.series[number].buttons)
  }
}

extension JSONText {
  mutating func member(
    _ name: String, _ change: IndexChange, from other: DailyTallies, to own: DailyTallies
  ) {
    member(name) { json in
      json.member("word", change.word.rawValue)
      json.member("difference", change.difference)
      // Once drawn to 50, when the prior had a say; the member is kept.
      json.member("estimate", change.difference)
      json.member("interval", change.interval)
      json.member("days", own.daysWithResponses)
      json.member("other_days", other.daysWithResponses)
      json.member("dispersion", change.evidence?.dispersion)
      json.member("degrees_of_freedom", change.evidence?.freedom)
    }
  }
}
