/// How one index differs from another, and whether that means anything.
public struct IndexChange: Sendable, Equatable {
  /// What the interval of the difference says, in plain words.
  public enum Word: String, CaseIterable, Sendable {
    /// The whole interval lies above 0.
    case higher
    /// The whole interval lies below 0.
    case lower
    /// The interval holds 0: chance alone may have made the difference.
    case none = "no significant change"
    /// One side has no responses.
    case unknown = "not enough responses"
  }

  /// Index less index, −100…100; nil when a side has no responses.
  public let difference: Double?
  /// Posterior mean less posterior mean, the middle of the interval before it was clipped.
  public let estimate: Double?
  /// Of the difference, clipped to −100…100.
  public let interval: Tally.Interval?
  public let word: Word

  /// The change from `other` to `tally`, two sets of responses of which none is in both.
  ///
  /// Both posteriors are taken as normal and independent: the mean of the difference is the
  /// difference of the means, its variance the sum of the variances.
  ///
  /// - Parameter comparisons: how many are made at once, at least 1. Above 1 all of their
  ///   intervals hold together with 95 %, each with 1 − 0.05/comparisons (Bonferroni).
  public init(of tally: Tally, from other: Tally, comparisons: Int = 1) {
    guard let index = tally.index, let otherIndex = other.index else {
      (difference, estimate, interval, word) = (nil, nil, nil, .unknown)
      return
    }
    let (posterior, otherPosterior) = (tally.posterior, other.posterior)
    let mean = posterior.mean - otherPosterior.mean
    let deviations =
      comparisons <= 1
      ? Tally.deviations
      : Normal.deviations(leavingOut: (1 - Tally.level) / Double(comparisons))
    let margin = deviations * (posterior.variance + otherPosterior.variance).squareRoot()
    difference = index - otherIndex
    estimate = mean
    interval = Tally.Interval(
      low: max(-100, mean - margin), high: min(100, mean + margin), level: Tally.level)
    word = mean - margin > 0 ? .higher : mean + margin < 0 ? .lower : .none
  }
}
