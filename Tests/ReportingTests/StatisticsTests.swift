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

  static func pair(_ generator: inout Seeded) -> (Tally, Tally) {
    let buttons = Int.random(in: 2...5, using: &generator)
    func one() -> Tally {
      tally(
        buttons, Int.random(in: 1...400, using: &generator),
        mood: Double.random(in: -1...1, using: &generator), &generator)
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

  @Test("seen from the other side a change is the opposite, to the digit")
  func mirror() throws {
    var generator = Seeded()
    let opposite: [IndexChange.Word: IndexChange.Word] = [.higher: .lower, .lower: .higher]
    for _ in 0..<2000 {
      let (a, b) = Self.pair(&generator)
      let there = IndexChange(of: a, from: b, comparisons: 3)
      let back = IndexChange(of: b, from: a, comparisons: 3)
      #expect(back.word == opposite[there.word] ?? there.word, "\(a) \(b) \(Seeded.command)")
      #expect(back.estimate == there.estimate.map { -$0 })
      #expect(back.interval?.low == there.interval.map { -$0.high })
    }
  }

  @Test("the same counts added to both of two equally large sides never turn the word around")
  func equalCounts() {
    var generator = Seeded()
    for _ in 0..<3000 {
      let buttons = Int.random(in: 2...5, using: &generator)
      let responses = Int.random(in: 1...300, using: &generator)
      func one() -> Tally {
        Self.tally(
          buttons, responses, mood: Double.random(in: -1...1, using: &generator), &generator)
      }
      var (a, b, more) = (one(), one(), one())
      let before = IndexChange(of: a, from: b).word
      a += more
      b += more
      let after = IndexChange(of: a, from: b).word
      #expect(Set([before, after]) != [.higher, .lower], "\(a) \(b) \(more) \(Seeded.command)")
      more += more
      #expect(IndexChange(of: more, from: more).word == .none)
    }
  }

  @Test("more of the same makes a change plainer and never turns it around")
  func moreOfTheSame() throws {
    var generator = Seeded()
    for _ in 0..<1000 {
      var (a, b) = Self.pair(&generator)
      var word = IndexChange(of: a, from: b).word
      for _ in 0..<6 {
        (a, b) = (Tally(counts: a.counts.map { 2 * $0 }), Tally(counts: b.counts.map { 2 * $0 }))
        let next = IndexChange(of: a, from: b).word
        #expect(word == .none || next == word, "\(a) \(b) \(Seeded.command)")
        word = next
      }
    }
  }

  @Test("of changes that are none, about one in twenty is called one")
  func coverage() {
    var generator = Seeded()
    var wrong = 0
    let rounds = 4000
    for _ in 0..<rounds {
      let mood = Double.random(in: 0...1, using: &generator)
      let change = IndexChange(
        of: Self.tally(4, 200, mood: mood, &generator),
        from: Self.tally(4, 80, mood: mood, &generator))
      if change.word != .none { wrong += 1 }
    }
    // 5 % of 4000 is 200, with a standard deviation of 14.
    #expect((130...270).contains(wrong), "\(wrong) of \(rounds) \(Seeded.command)")
  }

  @Test("of families without a difference, at most one in twenty has a unit called different")
  func familywise() {
    var generator = Seeded()
    var families = 0
    let rounds = 600
    for _ in 0..<rounds {
      let comparison = SiblingComparison(
        (0..<12).map { _ in Self.tally(4, 120, mood: 0.6, &generator) })
      if comparison.units.contains(where: { $0.change.word != .none }) { families += 1 }
    }
    // At most 5 % of 600, and three standard deviations of 5.3.
    #expect(families <= 46, "\(families) of \(rounds) \(Seeded.command)")
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
