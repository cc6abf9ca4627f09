import Foundation

/// The standard normal distribution.
enum Normal {
  /// How many standard deviations to either side leave out `probability` in all; above 0.
  ///
  /// For a probability in 0…1 that is not 0. Newton's iteration on erfc: from 0 it climbs to the
  /// root without passing it, because the tail is convex there.
  static func deviations(leavingOut probability: Double) -> Double {
    var deviations = 0.0
    for _ in 0..<200 {
      let tails = erfc(deviations / 2.0.squareRoot())
      let density = 2 * exp(-deviations * deviations / 2) / (2 * Double.pi).squareRoot()
      let next = deviations + (tails - probability) / density
      // Once rounding alone is left, it stops climbing.
      guard next > deviations else { break }
      deviations = next
    }
    return deviations
  }
}
