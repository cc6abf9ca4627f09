/// Whole counts over four buttons that give a printed figure exactly.
enum ButtonMix {
  /// Counts from the most negative button whose exact index, rounded half up, is `shownIndex`.
  ///
  /// About nine in ten are the two positive buttons, fewer where people are less content.
  static func counts(
    responses: Int, shownIndex: Int, random: inout SplitMix64
  ) throws -> [Int] {
    // Anywhere inside the rounding interval, but not at its very edge.
    let index = (Double(shownIndex) + 0.8 * (random.unit() - 0.5)) / 100
    let positive: Double =
      switch shownIndex {
      case 94...: 0.955
      case 90..<94: 0.93
      case 85..<90: 0.90
      default: 0.85
      }
    let negative = 1 - positive
    // With shares b0…b3, index · 3 = b1 + 2·b2 + 3·b3 and b2 = positive - b3.
    let second = negative * 0.45
    let top = 3 * index - second - 2 * positive
    let total = Double(responses)
    var counts = [Int((negative * 0.55 * total).rounded()), Int((second * total).rounded()), 0, 0]
    counts[3] = Int((top * total).rounded())
    counts[2] = responses - counts[0] - counts[1] - counts[3]
    guard counts.allSatisfy({ $0 >= 0 }), roundedIndex(counts) == shownIndex else {
      throw Failure("no counts give index \(shownIndex) from \(responses) responses: \(counts)")
    }
    return counts
  }

  /// Counts from the most negative button with `topShare` of them on the last one.
  static func counts(responses: Int, topShare: Double, random: inout SplitMix64) -> [Int] {
    let total = Double(responses)
    let top = Int(((topShare + 0.006 * (random.unit() - 0.5)) * total).rounded())
    let rest = Double(responses - top)
    let low = Int((rest * 0.12).rounded())
    let second = Int((rest * 0.18).rounded())
    return [low, second, responses - top - low - second, top]
  }

  /// Shares from the most negative button that come to `index`, 50…97.
  static func shares(index: Double) -> [Double] {
    let index = min(97, max(50, index))
    let negative = (100 - index) * 0.0072
    let second = negative * 0.45
    let top = 0.03 * index - second - 2 * (1 - negative)
    return [negative - second, second, 1 - negative - top, top]
  }

  /// The button under a draw of 0 ..< 1.
  static func pick(_ shares: [Double], _ draw: Double) -> Int {
    var sum = 0.0
    for (button, share) in shares.enumerated().dropLast() {
      sum += share
      if draw < sum { return button }
    }
    return shares.count - 1
  }

  /// 100 · Σ(k·count_k) / ((K−1)·responses), rounded half up in whole numbers; nil without
  /// responses.
  static func roundedIndex(_ counts: [Int]) -> Int? {
    let divisor = (counts.count - 1) * counts.reduce(0, +)
    if divisor == 0 { return nil }
    let sum = counts.indices.reduce(0) { $0 + $1 * counts[$1] }
    return (200 * sum + divisor) / (2 * divisor)
  }
}
