extension Tally {
  /// Where a number lies with the given probability.
  public struct Interval: Sendable, Equatable {
    /// Of an index 0…100, of a difference −100…100; not above ``high``.
    public let low: Double
    /// In the same unit.
    public let high: Double
    /// Probability, 0…1.
    public let level: Double
  }

  /// What counts say of the index that many more responses would show.
  public struct Posterior: Sendable, Equatable {
    /// Expected index, 0…100.
    public let mean: Double
    /// Square of its standard deviation, in points of the index; above 0.
    public let variance: Double
    /// Responses and what the prior adds to them, ½ per button.
    let weight: Double

    /// Variance of one response around the mean, in squared points; above 0.
    var varianceOfResponse: Double { variance * (weight + 1) }
  }

  /// The probability of every interval.
  static let level = 0.95
  /// Standard deviations to either side for ``level``; the contract's own digits.
  static let deviations = 1.959964

  /// Posterior of the index under a Dirichlet with prior ½ per button; without responses the prior.
  ///
  /// Of Dirichlet(a₀…), A = Σa: mean Σ v_k·a_k/A and variance Σ (v_k − mean)²·a_k/A/(A+1), with
  /// v_k = 100·k/(K−1) and a_k = count_k + ½ (Gelman et al., Bayesian Data Analysis, 3rd ed.,
  /// appendix A, from the moments of the Dirichlet; ½ is Jeffreys' prior).
  public var posterior: Posterior {
    let prior = 0.5
    let weight = Double(responses) + prior * Double(counts.count)
    let step = 100 / Double(counts.count - 1)
    var mean = 0.0
    for (button, count) in counts.enumerated() {
      mean += step * Double(button) * (Double(count) + prior) / weight
    }
    // Around the mean and not E[x²] − mean²: nothing cancels when all agree.
    var variance = 0.0
    for (button, count) in counts.enumerated() {
      let distance = step * Double(button) - mean
      variance += distance * distance * (Double(count) + prior) / weight
    }
    return Posterior(mean: mean, variance: variance / (weight + 1), weight: weight)
  }

  /// The index's 95 % interval, clipped to 0…100; nil when there are no responses.
  ///
  /// Posterior mean ± 1.959964 standard deviations under a Dirichlet with prior ½ per button.
  /// The mean is drawn to the middle: of three people who all pressed the best button it says
  /// 53…100, where the index alone says 100.
  public var interval: Interval? {
    guard responses > 0 else { return nil }
    let posterior = posterior
    let margin = Tally.deviations * posterior.variance.squareRoot()
    return Interval(
      low: max(0, posterior.mean - margin), high: min(100, posterior.mean + margin),
      level: Tally.level)
  }
}
