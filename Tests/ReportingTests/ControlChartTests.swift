import Foundation
import Reporting
import Testing

@Suite struct ControlChartTests {
  typealias Signal = ControlChart.Signal

  /// Points of 100 responses of two buttons, of which so many are the better one.
  static func signals(_ positives: [Int?], baseline: Int? = nil) -> [[Signal]] {
    let tallies = positives.map { number in
      number.map { Tally(counts: [100 - $0, $0]) } ?? Tally(buttons: 2)
    }
    return ControlChart(tallies, measure: .index, baseline: baseline).points.map(\.signals)
  }

  static let stable: [Int?] = [50, 54, 47, 52, 46, 53, 49, 51, 48, 55, 45, 50]

  @Test("a shift after the baseline is a run of seven, and six are none")
  func run() {
    let six = Self.signals(Self.stable + [51, 52, 51, 52, 51, 52, 49], baseline: 12)
    #expect(six.allSatisfy { !$0.contains(.run) })
    let seven = Self.signals(Self.stable + [51, 52, 51, 52, 51, 52, 51], baseline: 12)
    #expect(
      seven.map { $0.contains(.run) } == Array(repeating: false, count: 12)
        + Array(repeating: true, count: 7))
  }

  @Test("a gap is part of no run and breaks none; a point on the center ends it")
  func gaps() {
    let gap = Self.signals(Self.stable + [51, 52, 51, nil, 52, 51, 52, 51], baseline: 12)
    #expect(
      gap.suffix(8).map { $0.contains(.run) } == [true, true, true, false, true, true, true, true])
    #expect(gap[15] == [])
    let onCenter = Self.signals(Self.stable + [51, 52, 51, 50, 52, 51, 52], baseline: 12)
    #expect(onCenter.allSatisfy { !$0.contains(.run) })
  }

  @Test("seven that rise are a trend, six or two equal ones are none")
  func trend() {
    #expect(
      Self.signals(Self.stable + [46, 47, 48, 49, 50, 51, 52], baseline: 12).suffix(7)
        .allSatisfy { $0.contains(.trend) })
    #expect(
      Self.signals(Self.stable + [46, 47, 48, 49, 49, 51, 52], baseline: 12)
        .allSatisfy { !$0.contains(.trend) })
    #expect(
      Self.signals([50, 47, 48, 49, 50, 51, 52, 40], baseline: 8)
        .allSatisfy { !$0.contains(.trend) })
  }

  @Test("far out is beyond the limits; two of three beyond two thirds of the way are near")
  func limits() throws {
    let far = Self.signals(Self.stable + [90], baseline: 12)
    #expect(far[12].contains(.beyondLimits))
    let chart = ControlChart(
      (Self.stable + [50]).map { Tally(counts: [100 - ($0 ?? 0), $0 ?? 0]) }, measure: .index,
      baseline: 12)
    let limits = try #require(chart.points[12].limits)
    let third = (limits.high - 50) / 3
    let near = Int(50 + 2.5 * third)
    #expect(
      Self.signals(Self.stable + [near, 50, near], baseline: 12).suffix(3)
        == [[.twoOfThree], [], [.twoOfThree]])
    #expect(
      Self.signals(Self.stable + [near, 50, 100 - near], baseline: 12).suffix(3) == [[], [], []])
  }

  @Test("limits hold the center, and are on trial until twelve points")
  func center() throws {
    var generator = Seeded()
    for measure in ControlChart.Measure.allCases {
      for points in 1...30 {
        let tallies = (0..<points).map { _ in
          StatisticsTests.tally(
            4, Int.random(in: 0...60, using: &generator), mood: 0.8, &generator)
        }
        let chart = ControlChart(tallies, measure: measure)
        #expect(chart.isTrial == (tallies.count { $0.responses > 0 } < 12))
        for case let (point, limits?) in chart.points.map({ ($0, $0.limits) }) {
          let center = try #require(chart.center)
          #expect(limits.low <= center && center <= limits.high, "\(Seeded.command)")
          #expect(point.value != nil)
        }
      }
    }
  }

  @Test("with σ_z = 1 the limits are those of the plain p chart")
  func plain() throws {
    // Laney's limits lie σ_z times as far from the center as p ± 3·√(p(1−p)/n).
    var generator = Seeded()
    let tallies = (0..<40).map { _ in
      StatisticsTests.tally(
        2, Int.random(in: 300...900, using: &generator), mood: 0, &generator)
    }
    let chart = ControlChart(tallies, measure: .negative)
    let (center, sigmaZ) = (try #require(chart.center), try #require(chart.sigmaZ))
    #expect(
      (0.6...1.5).contains(sigmaZ), "of binomial numbers about 1: \(sigmaZ) \(Seeded.command)")
    for (tally, point) in zip(tallies, chart.points) {
      let plain = 3 * (center * (1 - center) / Double(tally.responses)).squareRoot()
      let limits = try #require(point.limits)
      #expect(abs((limits.high - center) / sigmaZ - plain) < 1e-12)
      #expect(abs((center - limits.low) / sigmaZ - plain) < 1e-12)
    }
  }

  @Test("for two buttons the index's chart is the share's, a hundred times as high")
  func twoButtons() throws {
    var generator = Seeded()
    let tallies = (0..<30).map { _ in StatisticsTests.tally(2, 80, mood: 0.5, &generator) }
    let index = ControlChart(tallies, measure: .index)
    let share = ControlChart(tallies, measure: .veryPositive)
    for (a, b) in zip(index.points, share.points) {
      let (own, other) = (try #require(a.limits), try #require(b.limits))
      #expect(abs(own.high - 100 * other.high) < 1e-9)
      #expect(a.signals == b.signals)
    }
  }

  @Test("two to four points make no limits, however far the next one lies")
  func shortBaseline() throws {
    for baseline in 2...4 {
      let tallies = (Self.stable + [99]).map { Tally(counts: [100 - ($0 ?? 0), $0 ?? 0]) }
      let chart = ControlChart(tallies, measure: .index, baseline: baseline)
      #expect(chart.sigmaZ != nil)
      #expect(chart.points.allSatisfy { $0.limits == nil && !$0.signals.contains(.beyondLimits) })
    }
    #expect(Self.signals(Self.stable + [99], baseline: 8)[12].contains(.beyondLimits))
  }

  @Test("a point after a short baseline is beyond its limits as seldom as one of a long baseline")
  func laterPoints() {
    var generator = Seeded()
    for baseline in [5, 8, 12] {
      var beyond = 0
      let charts = 1500
      for _ in 0..<charts {
        let tallies = (0...baseline).map { _ in
          StatisticsTests.tally(4, 60, mood: 0.4, &generator)
        }
        let chart = ControlChart(tallies, measure: .index, baseline: baseline)
        if chart.points[baseline].signals.contains(.beyondLimits) { beyond += 1 }
      }
      // 0.27 % of 1500 is 4; with three deviations it would be 86, 46 and 28.
      #expect(beyond <= 14, "baseline \(baseline): \(beyond) of \(charts) \(Seeded.command)")
    }
  }

  @Test("a stable process raises as many false alarms as the rules' theory says")
  func falseAlarms() {
    var generator = Seeded()
    var found: [Signal: Int] = [:]
    // A trend signals seven points at once: there are some 20 of them in so many.
    let (charts, points) = (120, 500)
    for _ in 0..<charts {
      let tallies = (0..<points).map { _ in
        StatisticsTests.tally(
          4, Int.random(in: 100...300, using: &generator), mood: 0.4, &generator)
      }
      for point in ControlChart(tallies, measure: .index).points {
        for signal in point.signals { found[signal, default: 0] += 1 }
      }
    }
    let rates = found.mapValues { Double($0) / Double(charts * points) }
    // Theory for independent normal points: beyond 3σ 0.0027; part of a run of seven or more
    // (7+1)/2⁷ = 0.0625; the others by simulation, docs/statistics.md.
    let theory: [Signal: ClosedRange<Double>] = [
      .beyondLimits: 0.0010...0.0055, .run: 0.045...0.080, .trend: 0.0008...0.0060,
      .twoOfThree: 0.0012...0.0060,
    ]
    for (signal, range) in theory {
      #expect(range.contains(rates[signal] ?? 0), "\(signal): \(rates) \(Seeded.command)")
    }
  }
}
