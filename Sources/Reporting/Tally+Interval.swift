extension Tally {
  /// Where the index lies with the given probability.
  public struct Interval: Sendable, Equatable {
    /// 0…100, not above ``high``.
    public let low: Double
    /// 0…100.
    public let high: Double
    /// Probability, 0…1.
    public let level: Double
  }

  /// The index's 95 % interval, clipped to 0…100; nil when there are no responses.
  ///
  /// Posterior mean ± 1.959964 standard deviations under a Dirichlet with prior ½ per button.
  /// The mean is drawn to the middle: of three people who all pressed the best button it says
  /// 53…100, where the index alone says 100.
  public var interval: Interval? {
    guard responses > 0 else { return nil }
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
    let margin = 1.959964 * (variance / (weight + 1)).squareRoot()
    return Interval(low: max(0, mean - margin), high: min(100, mean + margin), level: 0.95)
  }
}
