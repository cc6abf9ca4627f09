package import CivilTime
import Registry
package import Reporting
package import Store

/// How the numbers of visits are told: by the day, some days late, and so many together
/// (`VisitBlocks`).
///
/// The one place where they are held back. All that stands at or above a visit's touchpoint adds up what
/// is told of it: so no difference of two answers tells more than both.
struct VisitReading {
  private let site: Site
  private let plan: SeriesPlan
  private let bins: [Range<UTCHour>]
  private let nowHour: UTCHour
  /// Touchpoints of visits that count in the plan.
  let touchpoints: [String]

  /// - Returns: nil where nothing has to be held back.
  init?(_ plan: SeriesPlan, _ bins: [Range<UTCHour>], site: Site, nowSeconds: Int) {
    let nodes = Set(plan.series.map(\.node))
    touchpoints = site.guardedVisits.filter { visit in
      sequence(first: visit, next: site.index.parent).contains { nodes.contains($0) }
    }
    if touchpoints.isEmpty || bins.isEmpty { return nil }
    self.site = site
    self.plan = plan
    self.bins = bins
    nowHour = UTC.hour(ofSecond: nowSeconds)
  }

  /// The whole months that the bins lie in, up to now; a month that was begun is told in parts.
  var months: Range<UTCHour> {
    let from = bins[0].lowerBound
    let to = min(bins[bins.count - 1].upperBound, nowHour + 1)
    let calendar = site.calendar
    guard from < to else { return from..<from }
    let first = calendar.startOfMonth(containing: from)
    return first..<max(first, calendar.endOfMonth(containing: to - 1))
  }

  /// The days that are told or joined.
  var days: [Range<UTCHour>] {
    site.calendar.bins(from: months.lowerBound, to: months.upperBound, by: .day)
  }

  /// The series of one touchpoint, all questions.
  func plan(of touchpoint: String, in hours: Range<UTCHour>) throws(QueryError) -> SeriesPlan {
    try site.plan(of: touchpoint, in: hours)
  }

  /// Takes the numbers of a touchpoint out of all that it counts in.
  func take(_ raw: SeriesAggregates, from sums: inout SeriesAggregates) {
    for (number, series) in raw.plan.series.enumerated() {
      let targets = targets(of: series)
      for bin in raw.bins.indices {
        var numbers = raw.numbers(series: number, bin: bin)
        for index in numbers.indices { numbers[index] = -numbers[index] }
        for target in targets { sums.add(series: target, bin: bin, numbers) }
      }
    }
  }

  /// Adds what may be told of a touchpoint, each block in the first hour of its day.
  ///
  /// - Parameter byDay: its numbers, of ``days``.
  func tell(_ byDay: SeriesAggregates, to sums: inout SeriesAggregates) {
    let asked = bins[0].lowerBound..<bins[bins.count - 1].upperBound
    for (number, series) in byDay.plan.series.enumerated() {
      let targets = targets(of: series)
      for month in site.calendar.months(of: byDay.bins) {
        let known = month.prefix { isTold(byDay.bins[$0]) }
        let told = VisitBlocks.days(
          responses: known.map { byDay.tally(series: number, bin: $0).responses },
          isWhole: known.count == month.count, minimum: site.registry.visitRules.minimum,
          telling: telling(series.question))
        for (day, place) in zip(known, told) {
          guard let place else { continue }
          let hour = byDay.bins[month.lowerBound + place].lowerBound
          guard asked.contains(hour) else { continue }
          let bin = bins.firstIndex(ending: hour)
          for target in targets {
            sums.add(series: target, bin: bin, byDay.numbers(series: number, bin: day))
          }
        }
      }
    }
  }

  private func telling(_ question: String) -> VisitBlocks.Telling {
    if !site.registry.countsHelpApart(question) { return .days }
    return site.registry.withHelp(question) == nil ? .fullMonths : .fullMonthsByDays
  }

  /// Whether a day ended long enough ago.
  private func isTold(_ day: Range<UTCHour>) -> Bool {
    let end = site.calendar.date(of: day.upperBound).daysSince1970
    return site.calendar.startOfDay(end + site.registry.visitRules.delayDays) <= nowHour
  }

  /// The series of the plan that a touchpoint's series counts in.
  private func targets(of series: SeriesPlan.Series) -> [Int] {
    plan.series.indices.filter { number in
      let target = plan.series[number]
      return target.question == series.question && target.buttons == series.buttons
        && site.index.isPlace(series.node, within: target.node)
    }
  }
}

extension StoreReader.Snapshot {
  /// The sums of a plan as they may be told: those of visits late and together.
  ///
  /// - Parameter withVisits: false leaves visits out altogether, where hours of the day are the question.
  package func told(
    of plan: SeriesPlan, bins: [Range<UTCHour>], site: Site, nowSeconds: Int,
    withVisits: Bool = true
  ) throws -> SeriesAggregates {
    var sums = try sums(of: plan, bins: bins, calendar: site.calendar)
    guard let visits = VisitReading(plan, bins, site: site, nowSeconds: nowSeconds) else {
      return sums
    }
    let asked = bins[0].lowerBound..<bins[bins.count - 1].upperBound
    let days = visits.days
    for touchpoint in visits.touchpoints {
      visits.take(
        try self.sums(
          of: try visits.plan(of: touchpoint, in: asked), bins: bins, calendar: site.calendar),
        from: &sums)
      if !withVisits || days.isEmpty { continue }
      visits.tell(
        try self.sums(
          of: try visits.plan(of: touchpoint, in: visits.months), bins: days,
          calendar: site.calendar),
        to: &sums)
    }
    return sums
  }
}

extension [Range<Int>] {
  /// The index of the first range that ends after `hour`; ranges are sorted and without gap.
  func firstIndex(ending hour: UTCHour) -> Int {
    var low = 0
    var high = count - 1
    while low < high {
      let middle = (low + high) / 2
      if self[middle].upperBound > hour { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
