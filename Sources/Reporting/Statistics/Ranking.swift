/// Units by their index, each drawn to the mean of all as far as it has few responses.
///
/// A model of two levels: a unit's true index varies around the mean with variance τ², and what
/// was seen around the true one with σ²/responses. σ² is what single responses vary around their
/// own unit's posterior mean; τ² is DerSimonian and Laird's moment estimate (Controlled Clinical
/// Trials 7 (1986) 177–188), never below 0. Shrunk value = mean + τ²/(τ² + σ²/n)·(index − mean), as
/// in Bühlmann and Straub's credibility (1970) and Efron and Morris's estimate (1975). Its variance
/// counts in that τ² is an estimate: N. G. N. Prasad and J. N. K. Rao, JASA 85 (1990) 163–171.
public struct Ranking: Sendable, Equatable {
  /// One unit.
  public struct Unit: Sendable, Equatable {
    /// Between the unit's own index and the mean, 0…100.
    public let shrunk: Double
    /// Of the unit's true index, 95 %, clipped to 0…100.
    public let interval: Tally.Interval
    /// 1 = the highest shrunk value; equal ones share a rank.
    public let rank: Int
    /// The ranks it may have: after every unit whose true index is higher with 97.5 %, before
    /// every one whose is lower with as much. Holds ``rank``.
    public let ranks: ClosedRange<Int>
  }

  /// As many as there were tallies, in their order; nil without responses, and for all of them
  /// when fewer than two have any.
  public let units: [Unit?]
  /// Weighted mean of the units' indexes, 0…100; nil when nothing is ranked.
  public let mean: Double?
  /// τ², how much true indexes differ, squared points; 0 = they cannot be told apart.
  public let betweenVariance: Double?
  /// σ², how much single responses differ within a unit, squared points; above 0.
  public let withinVariance: Double?

  /// - Parameter tallies: of one question, a unit each.
  public init(_ tallies: [Tally]) {
    let present = tallies.indices.filter { tallies[$0].responses > 0 }
    guard present.count > 1 else {
      (units, mean, betweenVariance, withinVariance) = (tallies.map { _ in nil }, nil, nil, nil)
      return
    }
    let model = ShrinkageModel(present.map { tallies[$0] })
    var units = [Unit?](repeating: nil, count: tallies.count)
    for (unit, place) in zip(Ranking.ranked(model), present) { units[place] = unit }
    self.units = units
    mean = model.mean
    betweenVariance = model.betweenVariance
    withinVariance = model.withinVariance
  }

  /// Quadratic in the number of units: each is compared with each.
  private static func ranked(_ model: ShrinkageModel) -> [Unit] {
    model.values.indices.map { place in
      let own = model.values[place]
      var above = 0
      var surelyAbove = 0
      var surelyBelow = 0
      for other in model.values {
        if other.value > own.value { above += 1 }
        let margin = Tally.deviations * (own.variance + other.variance).squareRoot()
        if other.value - own.value > margin { surelyAbove += 1 }
        if own.value - other.value > margin { surelyBelow += 1 }
      }
      let margin = Tally.deviations * own.variance.squareRoot()
      return Unit(
        shrunk: own.value,
        interval: Tally.Interval(
          low: max(0, own.value - margin), high: min(100, own.value + margin),
          level: Tally.level),
        rank: above + 1, ranks: surelyAbove + 1...model.values.count - surelyBelow)
    }
  }
}

/// The two levels' estimates, from at least two tallies that all have responses.
struct ShrinkageModel {
  private(set) var mean = 0.0
  private(set) var betweenVariance = 0.0
  private(set) var withinVariance = 0.0
  /// Shrunk values with their posterior variances, in the order of the tallies.
  private(set) var values: [(value: Double, variance: Double)] = []

  init(_ tallies: [Tally]) {
    let indexes = tallies.map { $0.index ?? 0 }
    withinVariance = ShrinkageModel.withinVariance(tallies)
    let variances = tallies.map { withinVariance / Double($0.responses) }
    betweenVariance = ShrinkageModel.betweenVariance(indexes, variances)
    let weights = variances.map { 1 / ($0 + betweenVariance) }
    let weight = weights.reduce(0, +)
    // Of the estimated τ², from its Fisher information.
    let uncertainty = 2 / weights.reduce(0) { $0 + $1 * $1 }
    mean = ShrinkageModel.mean(indexes, weights)
    for (index, variance) in zip(indexes, variances) {
      let total = betweenVariance + variance
      let trust = betweenVariance / total
      // Around a mean that is an estimate itself: what is not trusted hangs on it. And the trust
      // is an estimate: twice what that adds, since once is missing from the first term (Prasad
      // and Rao).
      let ofTrust = variance * variance / (total * total * total) * uncertainty
      values.append(
        (
          mean + trust * (index - mean),
          trust * variance + (1 - trust) * (1 - trust) / weight + 2 * ofTrust
        ))
    }
  }

  /// Variance of a single response, averaged over the units by the weight of each posterior.
  private static func withinVariance(_ tallies: [Tally]) -> Double {
    var sum = 0.0
    var weight = 0.0
    for posterior in tallies.map(\.posterior) {
      sum += posterior.weight * posterior.varianceOfResponse
      weight += posterior.weight
    }
    return sum / weight
  }

  private static func betweenVariance(_ indexes: [Double], _ variances: [Double]) -> Double {
    let weights = variances.map { 1 / $0 }
    let mean = mean(indexes, weights)
    var spread = 0.0
    for (index, weight) in zip(indexes, weights) {
      spread += weight * (index - mean) * (index - mean)
    }
    let sum = weights.reduce(0, +)
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    return max(0, (spread - Double(indexes.count - 1)) / (sum - squares / sum))
  }

  private static func mean(_ values: [Double], _ weights: [Double]) -> Double {
    var sum = 0.0
    var weight = 0.0
    for (value, own) in zip(values, weights) {
      sum += value * own
      weight += own
    }
    return sum / weight
  }
}
