import Foundation
import Reporting
import Testing

/// What Tests/statistics/reference.py computes with SciPy, from the same counts.
struct StatisticsVectors: Decodable, Sendable {
  struct Interval: Decodable, Sendable {
    let low: Double
    let high: Double
    let level: Double
  }

  struct Change: Decodable, Sendable {
    let verdict: String
    let difference: Double?
    let interval: Interval?
    let dispersion: Double?
    let degrees_of_freedom: Double?
  }

  struct Pair: Decodable, Sendable {
    let days: [[Int]]
    let other_days: [[Int]]
    let comparisons: Int
  }

  struct Family: Decodable, Sendable {
    struct Unit: Decodable, Sendable {
      let rest: [Int]
      let change: Change
    }
    let days: [[[Int]]]
    let comparisons: Int
    let units: [Unit]
  }

  struct Chart: Decodable, Sendable {
    let tallies: [[Int]]
    let measure: String
    let baseline: Int?
    let center: Double?
    let sigma_z: Double?
    let baseline_points: Int
    let trial: Bool
    let values: [Double?]
    let limits: [[Double]?]
    let signals: [[String]]
  }

  struct Ranked: Decodable, Sendable {
    struct Unit: Decodable, Sendable {
      let shrunk: Double
      let interval: Interval
      let rank: Int
      let rank_low: Int
      let rank_high: Int
    }
    let tallies: [[Int]]
    let mean: Double?
    let between_variance: Double?
    let within_variance: Double?
    let units: [Unit?]
  }

  struct Period: Decodable, Sendable {
    let from: String
    let to: String
    let before: [String]
    let year_ago: [String]
  }

  let siblings: [Family]
  let charts: [Chart]
  let rankings: [Ranked]
  let periods: [Period]

  static let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("statistics/vectors.json")

  static func load<Part: Decodable>(_ type: Part.Type) throws -> Part {
    try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }
}

@Suite struct StatisticsVectorTests {
  /// Both absent, or equal but for the last digits.
  static func same(_ a: Double?, _ b: Double?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return abs(a - b) <= 1e-8 * max(1, abs(b))
  }

  static func same(_ a: Tally.Interval?, _ b: StatisticsVectors.Interval?) -> Bool {
    same(a?.low, b?.low) && same(a?.high, b?.high) && same(a?.level, b?.level)
  }

  static func same(_ a: IndexChange, _ b: StatisticsVectors.Change) -> Bool {
    a.verdict.rawValue == b.verdict && same(a.difference, b.difference)
      && same(a.interval, b.interval)
      && same(a.evidence?.dispersion, b.dispersion)
      && same(a.evidence?.freedom, b.degrees_of_freedom)
  }

  static func daily(_ days: [[Int]]) -> DailyTallies {
    DailyTallies(days.map { Tally(counts: $0) }, buttons: days[0].count)
  }

  struct Changes: Decodable {
    let changes: [StatisticsVectors.Pair]
  }

  struct ChangeAnswers: Decodable {
    let changes: [StatisticsVectors.Change]
  }

  @Test("changes are what NumPy's jackknife and SciPy's t distribution say")
  func changes() throws {
    let pairs = try StatisticsVectors.load(Changes.self).changes
    let answers = try StatisticsVectors.load(ChangeAnswers.self).changes
    #expect(pairs.count >= 60)
    for (pair, answer) in zip(pairs, answers) {
      let change = IndexChange(
        of: Self.daily(pair.days), from: Self.daily(pair.other_days),
        comparisons: pair.comparisons)
      #expect(Self.same(change, answer), "\(pair) \(change) \(answer)")
    }
  }

  @Test("each sibling is compared with the pooled rest, all at once")
  func siblings() throws {
    for family in try StatisticsVectors.load(StatisticsVectors.self).siblings {
      let comparison = SiblingComparison(
        family.days.map(Self.daily), buttons: family.days[0][0].count)
      #expect(comparison.comparisons == family.comparisons)
      #expect(comparison.units.map(\.rest.total.counts) == family.units.map(\.rest))
      for (unit, answer) in zip(comparison.units, family.units) {
        #expect(Self.same(unit.change, answer.change), "\(family.days)")
      }
    }
  }

  @Test("centers, limits and signals are what NumPy finds window by window")
  func charts() throws {
    for answer in try StatisticsVectors.load(StatisticsVectors.self).charts {
      let measure = try #require(ControlChart.Measure(rawValue: answer.measure))
      let chart = ControlChart(
        answer.tallies.map { Tally(counts: $0) }, measure: measure, baseline: answer.baseline)
      #expect(Self.same(chart.center, answer.center))
      #expect(Self.same(chart.sigmaZ, answer.sigma_z), "\(answer.tallies)")
      #expect(chart.baselinePoints == answer.baseline_points && chart.isTrial == answer.trial)
      #expect(chart.points.map { $0.signals.map(\.rawValue) } == answer.signals)
      for (point, (value, limits)) in zip(chart.points, zip(answer.values, answer.limits)) {
        #expect(Self.same(point.value, value))
        #expect(Self.same(point.limits?.low, limits?[0]))
        #expect(Self.same(point.limits?.high, limits?[1]))
      }
    }
  }

  @Test("shrunk values, their intervals and ranks solve the mixed-model equations")
  func rankings() throws {
    for answer in try StatisticsVectors.load(StatisticsVectors.self).rankings {
      let ranking = Ranking(answer.tallies.map { Tally(counts: $0) })
      #expect(Self.same(ranking.mean, answer.mean))
      #expect(Self.same(ranking.betweenVariance, answer.between_variance))
      #expect(Self.same(ranking.withinVariance, answer.within_variance))
      #expect(ranking.units.count == answer.units.count)
      for (unit, wanted) in zip(ranking.units, answer.units) {
        #expect(Self.same(unit?.shrunk, wanted?.shrunk))
        #expect(Self.same(unit?.interval, wanted?.interval))
        #expect(unit?.rank == wanted?.rank, "\(answer.tallies)")
        #expect(unit?.ranks.lowerBound == wanted?.rank_low)
        #expect(unit?.ranks.upperBound == wanted?.rank_high)
      }
    }
  }

  @Test("the period before and the same a year ago are those of Python's calendar")
  func periods() throws {
    let calendar = try CalendarBinTests.helsinki()
    func hours(_ dates: [String]) throws -> Range<Int> {
      try calendar.hour(parsing: dates[0])..<calendar.hour(parsing: dates[1])
    }
    for period in try StatisticsVectors.load(StatisticsVectors.self).periods {
      let asked = try hours([period.from, period.to])
      #expect(try calendar.periodBefore(asked) == hours(period.before), "\(period)")
      #expect(try calendar.periodYearAgo(asked) == hours(period.year_ago), "\(period)")
    }
  }
}
