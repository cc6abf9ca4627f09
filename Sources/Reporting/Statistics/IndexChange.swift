/// How one index differs from another, and whether that means anything.
public struct IndexChange: Sendable, Equatable {
  /// What the interval of the difference says, in plain words.
  public enum Verdict: String, CaseIterable, Sendable {
    /// The whole interval lies above 0.
    case higher
    /// The whole interval lies below 0.
    case lower
    /// The interval holds 0: chance alone may have made the difference.
    case none = "no_significant_change"
    /// A side has fewer than ``IndexChange/responsesMin``.
    case fewResponses = "not_enough_responses"
    /// A side has fewer days with responses than ``IndexChange/daysMin``.
    case fewDays = "not_enough_days"
  }

  /// What the width of an interval comes from.
  public struct Evidence: Sendable, Equatable {
    /// By how much days widen the variance over that of independent responses, at least 1.
    public let dispersion: Double
    /// Degrees of freedom of the t quantile, above 0; few where few days carry most responses.
    public let freedom: Double
  }

  /// Responses of each side, at least: below, a single press may move the index by more than ten
  /// points, and no difference that services show could be told from chance.
  public static let responsesMin = 10
  /// Days with responses of each side, at least: what days differ by cannot be seen on one, and of
  /// two the quantile is so wide (4 to 13 standard errors) that nothing would ever be said.
  public static let daysMin = 3

  /// Index less index, −100…100, the middle of the interval; nil when a side has no responses.
  public let difference: Double?
  /// Of the difference, clipped to −100…100; nil without a verdict.
  public let interval: Tally.Interval?
  /// nil without a verdict.
  public let evidence: Evidence?
  public let verdict: Verdict

  /// Whether a side has what a verdict needs.
  static func verdict(withheldFrom sides: [DailyTallies]) -> Verdict? {
    if sides.contains(where: { $0.total.responses < responsesMin }) { return .fewResponses }
    if sides.contains(where: { $0.daysWithResponses < daysMin }) { return .fewDays }
    return nil
  }

  /// The change from `other` to `own`, two sets of responses of which none is in both.
  ///
  /// Two variances are estimated and the larger one is believed: that of responses which know
  /// nothing of each other, and that of days, by leaving out one after the other (the jackknife).
  ///
  /// - Parameters:
  ///   - sameDays: both sides have the same days, in the same order. What a day did to both then
  ///     makes no difference.
  ///   - comparisons: how many are made at once, at least 1. Above 1 all of their intervals hold
  ///     together with 95 %, each with 1 − 0.05/comparisons (Bonferroni).
  public init(
    of own: DailyTallies, from other: DailyTallies, sameDays: Bool = false, comparisons: Int = 1
  ) {
    let difference = own.total.index.flatMap { index in other.total.index.map { index - $0 } }
    self.difference = difference
    let withheld = IndexChange.verdict(withheldFrom: [own, other])
    guard let difference, withheld == nil else {
      (interval, evidence, verdict) = (nil, nil, withheld ?? .fewResponses)
      return
    }
    let error =
      sameDays ? StandardError(onSameDays: own, other) : StandardError(apart: own, other)
    let leftOut = (1 - Tally.level) / Double(max(1, comparisons))
    let margin =
      StudentT.deviations(leavingOut: leftOut, freedom: error.freedom)
      * error.variance.squareRoot()
    interval = Tally.Interval(
      low: max(-100, difference - margin), high: min(100, difference + margin), level: 1 - leftOut)
    evidence = Evidence(
      dispersion: error.variance / error.varianceOfResponses, freedom: error.freedom)
    verdict = difference - margin > 0 ? .higher : difference + margin < 0 ? .lower : .none
  }
}

/// The variance of the difference of two indexes, and how well it is known.
private struct StandardError {
  let variance: Double
  /// As if every response were independent of all others.
  let varianceOfResponses: Double
  let freedom: Double

  /// Sides with days of their own.
  ///
  /// Satterthwaite's degrees of freedom of the variances found, or of those that days of one spread
  /// would give, if they are fewer: a side of few days that look alike by chance is not believed.
  init(apart own: DailyTallies, _ other: DailyTallies) {
    let spread = StandardError.spread(own, other)
    let sides = [own, other]
    let variances = sides.map { side in
      max(
        StandardError.jackknife(side.influences, days: side.daysWithResponses),
        spread / Double(side.total.responses))
    }
    variance = variances[0] + variances[1]
    varianceOfResponses = StandardError.responses(spread, own, other)
    freedom = min(
      StandardError.satterthwaite(variances, sides),
      StandardError.satterthwaite(sides.map { 1 / $0.effectiveDays }, sides))
  }

  /// Sides of the same days: each day is left out of both at once.
  init(onSameDays own: DailyTallies, _ other: DailyTallies) {
    let days = zip(own.days, other.days).count { $0.responses + $1.responses > 0 }
    let moves = zip(own.influences, other.influences).map { $0 - $1 }
    varianceOfResponses = StandardError.responses(
      StandardError.spread(own, other), own, other)
    variance = max(StandardError.jackknife(moves, days: days), varianceOfResponses)
    freedom = min(own.freedom, other.freedom)
  }

  private static func satterthwaite(_ variances: [Double], _ sides: [DailyTallies]) -> Double {
    let sum = variances[0] + variances[1]
    var squares = 0.0
    for (variance, side) in zip(variances, sides) { squares += variance * variance / side.freedom }
    return sum * sum / squares
  }

  private static func jackknife(_ moves: [Double], days: Int) -> Double {
    moves.reduce(0) { $0 + $1 * $1 } * Double(days - 1) / Double(days)
  }

  /// Variance of one response around the mean of both sides, with ½ added per button: never 0,
  /// also where all responses agree.
  private static func spread(_ own: DailyTallies, _ other: DailyTallies) -> Double {
    var both = own.total
    both += other.total
    return both.posterior.varianceOfResponse
  }

  private static func responses(
    _ spread: Double, _ own: DailyTallies, _ other: DailyTallies
  ) -> Double {
    spread / Double(own.total.responses) + spread / Double(other.total.responses)
  }
}
