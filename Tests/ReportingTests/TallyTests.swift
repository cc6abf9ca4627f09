import Reporting
import Testing

@Suite struct TallyTests {
  struct Vector: Sendable {
    let counts: [Int]
    let index: Double
    let shown: Int
    let interval: (low: Double, high: Double)
  }

  static let vectors = [
    Vector(counts: [17, 16, 60, 126], index: 78.2344, shown: 78, interval: (73.9395, 82.0182)),
    Vector(counts: [0, 0, 0, 3], index: 100, shown: 100, interval: (52.8001, 100)),
    Vector(counts: [4, 2, 12, 23, 51], index: 81.25, shown: 81, interval: (75.0124, 85.8342)),
    Vector(counts: [3, 0, 5], index: 62.5, shown: 63, interval: (31.7869, 89.2658)),
  ]

  @Test("the contract's vectors come out to the digit", arguments: vectors)
  func contract(vector: Vector) throws {
    let tally = Tally(counts: vector.counts)
    let index = try #require(tally.index)
    let interval = try #require(tally.interval)
    #expect((index * 1e4).rounded() / 1e4 == vector.index)
    #expect(tally.shownIndex == vector.shown)
    #expect((interval.low * 1e4).rounded() / 1e4 == vector.interval.low)
    #expect((interval.high * 1e4).rounded() / 1e4 == vector.interval.high)
    #expect(interval.level == 0.95)
  }

  @Test("without responses there is no index and no interval", arguments: 2...5)
  func empty(buttons: Int) {
    let tally = Tally(buttons: buttons)
    #expect(tally.counts == [Int](repeating: 0, count: buttons))
    #expect(tally.responses == 0)
    #expect(tally.index == nil && tally.shownIndex == nil && tally.interval == nil)
  }

  /// All counts of `buttons` entries, each 0…countMax.
  static func space(buttons: Int, countMax: Int) -> [[Int]] {
    guard buttons > 0 else { return [[]] }
    return space(buttons: buttons - 1, countMax: countMax).flatMap { head in
      (0...countMax).map { head + [$0] }
    }
  }

  @Test(
    "index and shown index are the exact quotient, for every small tally",
    arguments: [(2, 60), (3, 20), (4, 8), (5, 5)])
  func exhaustive(buttons: Int, countMax: Int) {
    for counts in TallyTests.space(buttons: buttons, countMax: countMax) {
      let responses = counts.reduce(0, +)
      guard responses > 0 else { continue }
      let tally = Tally(counts: counts)
      let numerator = 100 * counts.enumerated().map { $0.offset * $0.element }.reduce(0, +)
      let denominator = (buttons - 1) * responses
      // Both are exact doubles, and IEEE 754 divides those to the nearest.
      #expect(tally.index == Double(numerator) / Double(denominator), "\(counts)")
      // Half up, as one does it by hand: whole and rest, and the rest doubled against the whole.
      let whole = numerator / denominator
      let rest = numerator % denominator
      #expect(tally.shownIndex == (2 * rest >= denominator ? whole + 1 : whole), "\(counts)")
      if let interval = tally.interval {
        #expect(0 <= interval.low && interval.low < interval.high && interval.high <= 100)
      }
    }
  }

  @Test(
    "the interval agrees with the covariance matrix of the posterior, for every small tally",
    arguments: [(2, 30), (3, 8), (4, 4), (5, 3)])
  func interval(buttons: Int, countMax: Int) throws {
    for counts in TallyTests.space(buttons: buttons, countMax: countMax)
    where counts.reduce(0, +) > 0 {
      // The textbook's way: cov(p_i, p_j) = a_i·(δ_ij·A − a_j) / (A²·(A+1)).
      let alphas = counts.map { Double($0) + 0.5 }
      let total = alphas.reduce(0, +)
      let values = (0..<buttons).map { 100 * Double($0) / Double(buttons - 1) }
      var mean = 0.0
      var variance = 0.0
      for i in 0..<buttons {
        mean += values[i] * alphas[i] / total
        for j in 0..<buttons {
          let covariance =
            alphas[i] * ((i == j ? total : 0) - alphas[j]) / (total * total * (total + 1))
          variance += values[i] * values[j] * covariance
        }
      }
      let margin = 1.959964 * variance.squareRoot()
      let interval = try #require(Tally(counts: counts).interval)
      #expect(abs(interval.low - max(0, mean - margin)) < 1e-9, "\(counts)")
      #expect(abs(interval.high - min(100, mean + margin)) < 1e-9, "\(counts)")
    }
  }

  /// True when no double lies nearer to numerator/denominator; all integers below 2¹²⁸.
  static func isNearest(_ value: Double, _ numerator: UInt128, _ denominator: UInt128) -> Bool {
    // value = significand · 2⁻ˢʰⁱᶠᵗ; compare twice the difference with one unit in the last place.
    let shift = 52 - Int(value.exponent)
    let significand = UInt128(value.significandBitPattern) | (1 << 52)
    let exact = numerator << UInt128(shift)
    let near = significand * denominator
    return 2 * (exact > near ? exact - near : near - exact) <= denominator
  }

  @Test("counts up to 2⁵³ neither overflow nor lose a bit", arguments: 2...5)
  func large(buttons: Int) throws {
    var generator = Seeded()
    for round in 0..<3000 {
      let counts = (0..<buttons).map { button in
        round == 0 ? 1 << 53 : Int.random(in: 0...(1 << Int.random(in: 20...53)), using: &generator)
      }
      let tally = Tally(counts: counts)
      let index = try #require(tally.index)
      guard index >= 1 else { continue }
      var numerator: UInt128 = 0
      for (button, count) in counts.enumerated() {
        numerator += UInt128(100 * button) * UInt128(count)
      }
      let denominator = UInt128(buttons - 1) * UInt128(tally.responses)
      #expect(TallyTests.isNearest(index, numerator, denominator), "\(counts) \(Seeded.command)")
      let shown = UInt128(try #require(tally.shownIndex))
      #expect(2 * shown * denominator <= 2 * numerator + denominator, "\(counts) \(Seeded.command)")
      #expect(2 * (shown + 1) * denominator > 2 * numerator + denominator, "\(Seeded.command)")
    }
  }

  @Test("a shown index is rounded from the integers where the double says otherwise")
  func justBelowHalf() {
    // A hair below ½: the nearest double is 0.5, and half up of that would be 1.
    let tally = Tally(counts: [(1 << 53) - (1 << 53) / 200, (1 << 53) / 200 - 1])
    #expect(tally.shownIndex == 0)
    #expect(Tally(counts: [199, 1]).shownIndex == 1)
    #expect(Tally(counts: [1 << 53, 0]).index == 0)
    #expect(Tally(counts: [0, 0, 0, 0, 1 << 53]).index == 100)
  }

  @Test("tallies of two periods add up")
  func sum() {
    var sum = Tally(counts: [1, 2, 3], excluded: 1, invalid: 2, lost: 3, estimated: 4)
    sum += Tally(counts: [10, 20, 30], excluded: 10, invalid: 20, lost: 30, estimated: 40)
    #expect(
      sum == Tally(counts: [11, 22, 33], excluded: 11, invalid: 22, lost: 33, estimated: 44))
    #expect(sum.responses == 66)
  }
}
