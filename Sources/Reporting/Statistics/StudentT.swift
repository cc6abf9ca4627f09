import Foundation

/// Student's t distribution, for degrees of freedom that need not be whole.
enum StudentT {
  /// How many standard errors to either side leave out `probability` in all; above 0.
  ///
  /// Newton's iteration: from 0 it climbs to the root without passing it, because the tail is
  /// convex there.
  ///
  /// - Parameters:
  ///   - probability: above 0, below 1.
  ///   - freedom: degrees of freedom, above 0.
  static func deviations(leavingOut probability: Double, freedom: Double) -> Double {
    let logScale =
      lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - log(freedom * Double.pi) / 2
    var deviations = 0.0
    for _ in 0..<1000 {
      let square = deviations * deviations
      let density = exp(logScale - (freedom + 1) / 2 * log1p(square / freedom))
      let tails = tails(beyond: deviations, freedom: freedom)
      let next = deviations + (tails - probability) / (2 * density)
      // Once rounding alone is left, it stops climbing.
      guard next > deviations else { break }
      deviations = next
    }
    return deviations
  }

  /// Probability beyond ±deviations: the incomplete beta function I_x(ν/2, ½), x = ν/(ν + t²).
  static func tails(beyond deviations: Double, freedom: Double) -> Double {
    let square = deviations * deviations
    return incompleteBeta(
      freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5)
  }

  /// I_x(a, b), by its continued fraction on the side where that converges fast.
  ///
  /// - Parameter rest: 1 − x, given apart so that nothing cancels.
  private static func incompleteBeta(
    _ x: Double, _ rest: Double, _ a: Double, _ b: Double
  ) -> Double {
    if x <= 0 { return 0 }
    if rest <= 0 { return 1 }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest))
    return x < (a + 1) / (a + b + 2)
      ? front * continuedFraction(x, a, b) / a : 1 - front * continuedFraction(rest, b, a) / b
  }

  /// Of the incomplete beta function, by Lentz's method (NIST Digital Library of Mathematical
  /// Functions, 8.17.22).
  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func apart(_ number: Double) -> Double { abs(number) < tiny ? tiny : number }
    var numerator = 1.0
    var denominator = 1 / apart(1 - (a + b) * x / (a + 1))
    var value = denominator
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      denominator = 1 / apart(1 + even * denominator)
      numerator = apart(1 + even / numerator)
      value *= denominator * numerator
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      denominator = 1 / apart(1 + odd * denominator)
      numerator = apart(1 + odd / numerator)
      let factor = denominator * numerator
      value *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return value
  }
}
