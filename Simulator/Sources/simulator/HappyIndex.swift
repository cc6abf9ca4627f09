/// The index of the contract's section 4, written a second time for comparison.
struct HappyIndex {
  /// 0…100, unrounded.
  var value: Double
  /// Ends of the 95 % interval, 0…100.
  var low: Double
  var high: Double

  /// - Precondition: two counts or more, from the most negative button, not all 0.
  init(counts: [Int]) {
    let steps = Double(counts.count - 1)
    let responses = Double(counts.reduce(0, +))
    let weighted = counts.indices.reduce(0) { $0 + $1 * counts[$1] }
    value = 100 * Double(weighted) / (steps * responses)
    // A Dirichlet with prior ½ per button.
    let mass = responses + 0.5 * Double(counts.count)
    var mean = 0.0
    var square = 0.0
    for (button, count) in counts.enumerated() {
      let score = 100 * Double(button) / steps
      let share = (Double(count) + 0.5) / mass
      mean += score * share
      square += score * score * share
    }
    let deviation = ((square - mean * mean) / (mass + 1)).squareRoot()
    low = max(0, mean - 1.959964 * deviation)
    high = min(100, mean + 1.959964 * deviation)
  }
}
