import Foundation

/// A series with the limits within which it varies by itself, and the points that say more.
///
/// Each point is the mean of a score over its responses: of the index 100·k/(K−1), of a share 1
/// or 0. The center is that of all responses of the baseline, and a point's own standard error
/// σ_i = √(variance of one response / responses). Since large points vary more than that, Laney's
/// correction widens the limits by what neighbours differ: z_i = (value − center)/σ_i, σ_z = mean
/// of |z_i − z_i₋₁| / (2/√π), limits = center ± 3·σ_i·σ_z (Laney, Improved control charts for
/// attributes, Quality Engineering 14 (2002) 531–537). For a share this is the p′ chart itself; with
/// σ_z = 1 it is the plain p chart.
///
/// Points that come after the baseline are compared with limits that know only those of the baseline:
/// for them the 3 grows to what leaves out as much, ``laterWidth(baselinePoints:)``.
public struct ControlChart: Sendable, Equatable {
  /// What is charted.
  public enum Measure: String, CaseIterable, Sendable {
    /// The happy index, 0…100.
    case index
    /// Share of the highest button, 0…1.
    case veryPositive = "very_positive"
    /// Share of the buttons below the middle, 0…1.
    case negative
  }

  /// Between which values a point varies by chance, three deviations around the center or more.
  public struct Limits: Sendable, Equatable {
    /// Clipped to the measure's range.
    public let low: Double
    public let high: Double
  }

  /// One period.
  public struct Point: Sendable, Equatable {
    /// nil without responses: a gap, which belongs to no run and breaks none.
    public internal(set) var value: Double?
    /// nil at a gap, and where the baseline is too short or shows no variation to judge by.
    public internal(set) var limits: Limits?
    /// In the order of ``Signal``; empty = common variation.
    public internal(set) var signals: [Signal]
  }

  /// Fewer points make no limits: of two to four of them none can be beyond three deviations of
  /// its own baseline, and ``laterWidth(baselinePoints:)`` would be 17 to 260.
  public static let limitPointsMin = 5
  /// Limits from fewer points than this are trial limits.
  public static let settledPointsMin = 12

  /// Value of all responses of the baseline; nil without any.
  public let center: Double?
  /// Laney's σ_z; nil with fewer than two points or no variation.
  public let sigmaZ: Double?
  /// Points with responses from which center and limits were taken.
  public let baselinePoints: Int
  /// As many as there were tallies, in their order.
  public private(set) var points: [Point]

  /// Too few points for limits that stay: look again when there are more.
  public var isTrial: Bool { baselinePoints < ControlChart.settledPointsMin }

  /// - Parameters:
  ///   - tallies: of one question, in order of time.
  ///   - baseline: center and limits come from the first so many points with responses, so that
  ///     a later shift shows against them; nil = from all.
  public init(_ tallies: [Tally], measure: Measure, baseline: Int? = nil) {
    let base = Array(tallies.filter { $0.responses > 0 }.prefix(baseline ?? .max))
    baselinePoints = base.count
    points = tallies.map { Point(value: $0.value(of: measure), limits: nil, signals: []) }
    guard let first = base.first else {
      (center, sigmaZ) = (nil, nil)
      return
    }
    var pooled = Tally(buttons: first.counts.count)
    for tally in base { pooled += tally }
    let center = pooled.value(of: measure) ?? 0
    self.center = center
    let variance = ControlChart.variance(of: pooled, around: center, measure)
    let sigmaZ = ControlChart.sigmaZ(base, center: center, variance: variance, measure)
    self.sigmaZ = sigmaZ
    var marks = ChartRules(center: center)
    let laterWidth = ControlChart.laterWidth(baselinePoints: base.count)
    var seen = 0
    for (place, tally) in tallies.enumerated() {
      guard let value = points[place].value else { continue }
      seen += 1
      let width = seen <= base.count ? 3 : laterWidth
      let margin = sigmaZ.flatMap { sigmaZ in
        base.count < ControlChart.limitPointsMin
          ? nil : width * sigmaZ * (variance / Double(tally.responses)).squareRoot()
      }
      if let margin {
        points[place].limits = Limits(
          low: max(0, center - margin), high: min(measure.maximum, center + margin))
      }
      marks.add(place: place, value: value, sigma: margin.map { $0 / 3 })
    }
    for (place, signals) in marks.signals() { points[place].signals = signals }
  }

  /// How many deviations from the center the limits of a point after the baseline lie.
  ///
  /// t·√(1 + 1/m) of m points, t leaving out what three deviations of a known normal law do, with
  /// the degrees of freedom that a mean moving range of m points has: 0.62·(m − 1) + 0.4, fitted to
  /// simulated ranges, within 3 % for 5…100 points. From 10.7 at 5 points down to 3.
  static func laterWidth(baselinePoints: Int) -> Double {
    let points = Double(max(2, baselinePoints))
    return StudentT.deviations(
      leavingOut: erfc(3 / 2.0.squareRoot()), freedom: 0.62 * (points - 1) + 0.4)
      * (1 + 1 / points).squareRoot()
  }

  /// Variance of a single response's score.
  private static func variance(
    of pooled: Tally, around center: Double, _ measure: Measure
  ) -> Double {
    var sum = 0.0
    for (button, count) in pooled.counts.enumerated() {
      let distance = measure.score(button, of: pooled.counts.count) - center
      sum += distance * distance * Double(count)
    }
    return sum / Double(pooled.responses)
  }

  /// Laney's σ_z; nil where nothing varies, so that no limits are drawn that any change breaks.
  private static func sigmaZ(
    _ base: [Tally], center: Double, variance: Double, _ measure: Measure
  ) -> Double? {
    guard base.count > 1, variance > 0 else { return nil }
    let scores = base.map { tally in
      ((tally.value(of: measure) ?? center) - center)
        / (variance / Double(tally.responses)).squareRoot()
    }
    var ranges = 0.0
    for (before, after) in zip(scores, scores.dropFirst()) { ranges += abs(after - before) }
    guard ranges > 0 else { return nil }
    let expectedRange = 2 / Double.pi.squareRoot()
    return ranges / Double(scores.count - 1) / expectedRange
  }
}

extension ControlChart.Measure {
  /// The largest value, the smallest being 0.
  var maximum: Double { self == .index ? 100 : 1 }

  /// What a response of that button adds to the mean.
  func score(_ button: Int, of buttons: Int) -> Double {
    switch self {
    case .index: Double(100 * button) / Double(buttons - 1)
    case .veryPositive: button == buttons - 1 ? 1 : 0
    case .negative: Tally.negativeButtons(of: buttons).contains(button) ? 1 : 0
    }
  }
}

extension Tally {
  /// The value charted, the double nearest to the exact quotient; nil without responses.
  func value(of measure: ControlChart.Measure) -> Double? {
    switch measure {
    case .index: index
    case .veryPositive: shares?.veryPositive
    case .negative: shares?.negative
    }
  }
}
