import Foundation
import Reporting
import Testing

@Suite struct StatisticsTests {
  static func tally(
    _ buttons: Int, _ responses: Int, mood: Double, _ generator: inout Seeded
  ) -> Tally {
    let weights = (0..<buttons).map { exp(mood * Double($0)) }
    let sum = weights.reduce(0, +)
    var counts = [Int](repeating: 0, count: buttons)
    for _ in 0..<responses {
      var left = Double.random(in: 0..<sum, using: &generator)
      var button = 0
      while button < buttons - 1, left >= weights[button] {
        left -= weights[button]
        button += 1
      }
      counts[button] += 1
    }
    return Tally(counts: counts)
  }

  /// Days of so many responses each, whose mood sways by itself.
  static func days(
    _ buttons: Int, _ days: Int, of responses: Int, mood: Double, sway: Double = 0,
    _ generator: inout Seeded
  ) -> DailyTallies {
    daily(
      (0..<days).map { _ in
        // Of variance 1, near enough to normal.
        let swing = (0..<12).reduce(-6.0) { sum, _ in
          sum + Double.random(in: 0..<1, using: &generator)
        }
        return tally(buttons, responses, mood: mood + sway * swing, &generator)
      })
  }

  static func daily(_ tallies: [Tally]) -> DailyTallies {
    DailyTallies(tallies, buttons: tallies[0].counts.count)
  }

  static func pair(_ generator: inout Seeded) -> (DailyTallies, DailyTallies) {
    let buttons = Int.random(in: 2...5, using: &generator)
    func one() -> DailyTallies {
      days(
        buttons, Int.random(in: 1...20, using: &generator),
        of: Int.random(in: 1...60, using: &generator),
        mood: Double.random(in: -1...1, using: &generator), sway: 0.2, &generator)
    }
    return (one(), one())
  }

  // MARK: shares

  @Test(
    "shares: the middle of an odd number of buttons is neither positive nor negative",
    arguments: [
      ([1, 3], 0.75, 0.75, 0.25), ([1, 2, 1], 0.25, 0.25, 0.25),
      ([1, 1, 2, 4], 0.5, 0.75, 0.25), ([1, 1, 2, 2, 2], 0.25, 0.5, 0.25),
    ])
  func shares(counts: [Int], veryPositive: Double, positive: Double, negative: Double) throws {
    let shares = try #require(Tally(counts: counts).shares)
    #expect(shares.veryPositive == veryPositive)
    #expect(shares.positive == positive)
    #expect(shares.negative == negative)
    #expect(Tally(buttons: counts.count).shares == nil)
  }

  // MARK: changes

  @Test(
    "one satisfied press beside 2000 responses is not called lower; ten of a side are a verdict")
  func onePress() {
    let month = Self.daily([Tally](repeating: Tally(counts: [4, 5, 16, 75]), count: 20))
    for button in 0..<4 {
      var counts = [0, 0, 0, 0]
      counts[button] = 1
      let press = Self.daily([Tally(counts: counts)])
      #expect(IndexChange(of: press, from: month).verdict == .fewResponses)
      #expect(IndexChange(of: month, from: press).verdict == .fewResponses)
      let nine = Self.daily([Tally](repeating: Tally(counts: counts), count: 9))
      #expect(IndexChange(of: nine, from: month).verdict == .fewResponses)
      #expect(IndexChange(of: nine, from: month).interval == nil)
    }
    // A press a day, all very negative.
    let ten = Self.daily([Tally](repeating: Tally(counts: [1, 0, 0, 0]), count: 10))
    #expect(IndexChange(of: ten, from: month).verdict == .lower)
    #expect(IndexChange(of: month, from: ten).verdict == .higher)
  }

  @Test("on fewer than three days no verdict is given, however many responded")
  func fewDays() {
    let (low, high) = (Tally(counts: [500, 100]), Tally(counts: [100, 500]))
    for days in 1...2 {
      let few = Self.daily([Tally](repeating: high, count: days) + [Tally(buttons: 2)])
      let change = IndexChange(of: few, from: Self.daily([low, low, low]))
      #expect(change.verdict == .fewDays && change.interval == nil && change.evidence == nil)
      #expect(abs((change.difference ?? 0) - 400.0 / 6) < 1e-9)
    }
  }

  @Test("the prior does not speak: a difference lies in the middle of its interval")
  func middle() throws {
    var generator = Seeded()
    for _ in 0..<500 {
      let (a, b) = Self.pair(&generator)
      let change = IndexChange(of: a, from: b)
      guard let difference = change.difference, let interval = change.interval,
        interval.low > -100, interval.high < 100
      else { continue }
      #expect(
        abs((interval.low + interval.high) / 2 - difference) < 1e-9, "\(a) \(b) \(Seeded.command)")
    }
  }

  @Test("days that differ widen the interval, responses that are few never narrow it")
  func dispersion() throws {
    let (low, high) = (Tally(counts: [60, 40]), Tally(counts: [40, 60]))
    let even = Self.daily([Tally](repeating: Tally(counts: [50, 50]), count: 10))
    let uneven = Self.daily((0..<10).map { $0 % 2 == 0 ? low : high })
    let calm = try #require(IndexChange(of: even, from: even).evidence)
    let swaying = try #require(IndexChange(of: uneven, from: even).evidence)
    #expect(calm.dispersion == 1)
    // σ² = 2500 with ½ per button added; days ±10 points: 100/9 of ten of them.
    #expect(abs(swaying.dispersion - (100.0 / 9 + 2.5) / 5) < 1e-9)
    #expect(swaying.freedom < calm.freedom)
  }

  @Test("what a day does to all places makes none of them different")
  func sameDays() throws {
    let days = (0..<10).map { $0 % 2 == 0 ? Tally(counts: [60, 40]) : Tally(counts: [40, 60]) }
    let place = Self.daily(days)
    let together = try #require(IndexChange(of: place, from: place, sameDays: true).evidence)
    let apart = try #require(IndexChange(of: place, from: place).evidence)
    #expect(together.dispersion == 1)
    #expect(apart.dispersion > 2)
  }

  @Test("seen from the other side a change is the opposite, to the digit")
  func mirror() throws {
    var generator = Seeded()
    let opposite: [IndexChange.Verdict: IndexChange.Verdict] = [.higher: .lower, .lower: .higher]
    for _ in 0..<1000 {
      let (a, b) = Self.pair(&generator)
      let there = IndexChange(of: a, from: b, comparisons: 3)
      let back = IndexChange(of: b, from: a, comparisons: 3)
      #expect(
        back.verdict == opposite[there.verdict] ?? there.verdict, "\(a) \(b) \(Seeded.command)")
      #expect(back.difference == there.difference.map { -$0 })
      #expect(back.interval?.low == there.interval.map { -$0.high })
    }
  }

  @Test("of changes that are none, at most one in twenty is called one, though days differ")
  func coverage() {
    var generator = Seeded()
    var wrong = 0
    let rounds = 1500
    for _ in 0..<rounds {
      let mood = Double.random(in: 0...1, using: &generator)
      func one(_ days: Int) -> DailyTallies {
        Self.days(4, days, of: 60, mood: mood, sway: 0.2, &generator)
      }
      let (a, b) = (one(10), one(6))
      if [.higher, .lower].contains(IndexChange(of: a, from: b).verdict) { wrong += 1 }
    }
    // 5 % of 1500 is 75, with a standard deviation of 8.4; responses alone would give 300.
    #expect((20...105).contains(wrong), "\(wrong) of \(rounds) \(Seeded.command)")
  }

  @Test("of families without a difference, at most one in twenty has a unit called different")
  func familywise() {
    var generator = Seeded()
    var families = 0
    let rounds = 150
    for _ in 0..<rounds {
      let comparison = SiblingComparison(
        (0..<12).map { _ in Self.days(4, 10, of: 30, mood: 0.6, sway: 0.1, &generator) },
        buttons: 4)
      #expect(comparison.comparisons == 12)
      #expect(
        comparison.units.allSatisfy {
          abs(($0.change.interval?.level ?? 0) - (1 - 0.05 / 12)) < 1e-12
        })
      if comparison.units.contains(where: { [.higher, .lower].contains($0.change.verdict) }) {
        families += 1
      }
    }
    // At most 5 % of 150, and four standard deviations of 2.7.
    #expect(families <= 18, "\(families) of \(rounds) \(Seeded.command)")
  }

  // MARK: rankings

  @Test("a shrunk value lies between its own and the mean, and the rank within its ranks")
  func shrunk() throws {
    var generator = Seeded()
    for _ in 0..<500 {
      let buttons = Int.random(in: 2...5, using: &generator)
      let tallies = (0..<Int.random(in: 2...20, using: &generator)).map { _ in
        Self.tally(
          buttons, Int.random(in: 0...200, using: &generator),
          mood: Double.random(in: -0.2...1, using: &generator), &generator)
      }
      let ranking = Ranking(tallies)
      let present = tallies.count { $0.responses > 0 }
      #expect(ranking.units.compactMap(\.self).count == (present > 1 ? present : 0))
      for (tally, unit) in zip(tallies, ranking.units) {
        guard let unit, let index = tally.index, let mean = ranking.mean else { continue }
        let between = min(index, mean) - 1e-9...max(index, mean) + 1e-9
        #expect(between.contains(unit.shrunk), "\(tallies) \(Seeded.command)")
        #expect(unit.ranks.contains(unit.rank), "\(tallies) \(Seeded.command)")
        #expect(1 <= unit.ranks.lowerBound && unit.ranks.upperBound <= present)
      }
    }
  }

  @Test("places that do not differ cannot be ranked apart")
  func noDifference() throws {
    let ranking = Ranking([[3, 7], [30, 70], [300, 700]].map { Tally(counts: $0) })
    #expect(ranking.betweenVariance == 0)
    #expect(ranking.units.map { $0?.rank } == [1, 1, 1])
    #expect(ranking.units.map { $0?.ranks } == [1...3, 1...3, 1...3])
    #expect(Ranking([Tally(counts: [1, 2]), Tally(buttons: 2)]).units == [nil, nil])
  }

  @Test("three happy people do not lead the ranking")
  func smallUnit() throws {
    let ranking = Ranking(
      [[0, 0, 0, 3], [20, 30, 200, 750], [100, 150, 300, 450], [60, 80, 260, 600]].map {
        Tally(counts: $0)
      })
    #expect(ranking.units[1]?.rank == 1)
    #expect(try #require(ranking.units[0]).ranks == 1...4)
  }

  @Test("the ranks named hold the true one, of units whose truth is known")
  func rankCoverage() {
    var generator = Seeded()
    var held = 0
    var all = 0
    for _ in 0..<150 {
      let moods = (0..<12).map { _ in Double.random(in: 0.3...0.9, using: &generator) }
      let tallies = moods.map {
        Self.tally(4, Int.random(in: 20...600, using: &generator), mood: $0, &generator)
      }
      for (mood, unit) in zip(moods, Ranking(tallies).units) {
        let truth = 1 + moods.count { $0 > mood }
        all += 1
        if unit?.ranks.contains(truth) ?? false { held += 1 }
      }
    }
    #expect(Double(held) / Double(all) > 0.93, "\(held) of \(all) \(Seeded.command)")
  }

  // MARK: periods and hours

  @Test("a range of hours follows the same hours before it, and those of a year ago")
  func oddHours() throws {
    let calendar = try CalendarBinTests.helsinki()
    let from = try calendar.hour(parsing: "2026-06-01T08:00:00+03:00")
    let before = try #require(calendar.periodBefore(from..<from + 5))
    #expect(before == from - 5..<from)
    let ago = try #require(calendar.periodYearAgo(from..<from + 5))
    #expect(calendar.format(hour: ago.lowerBound) == "2025-06-01T08:00:00+03:00")
    #expect(ago.count == 5)
    let first = try calendar.hour(parsing: "1970-02-01")
    #expect(calendar.periodYearAgo(first..<first + 24) == nil)
  }

  @Test("hours of the week are the clock's: none in the jump of spring, two in autumn's")
  func hourOfWeek() throws {
    let calendar = try CalendarBinTests.helsinki()
    func week(_ from: String, _ to: String) throws -> HourOfWeek {
      var week = HourOfWeek(buttons: 2)
      for hour in try calendar.hour(parsing: from)..<calendar.hour(parsing: to) {
        week.add(Tally(counts: [1, 2]), at: calendar.hourOfWeek(hour))
      }
      return week
    }
    let plain = try week("2026-06-01", "2026-06-08").cells
    #expect(plain.allSatisfy { $0.hours == 1 && $0.tally.responses == 3 })
    #expect(plain[0].weekday == 1 && plain[0].hour == 0)
    #expect(plain[167].weekday == 7 && plain[167].hour == 23)
    let sundayThree = 6 * 24 + 3
    let spring = try week("2026-03-23", "2026-03-30").cells
    #expect(spring[sundayThree].hours == 0 && spring[sundayThree].tally.index == nil)
    #expect(spring.reduce(0) { $0 + $1.hours } == 167)
    let autumn = try week("2026-10-19", "2026-10-26").cells
    #expect(autumn[sundayThree].hours == 2 && autumn[sundayThree].tally.responses == 6)
    #expect(autumn.reduce(0) { $0 + $1.hours } == 169)
  }
}
