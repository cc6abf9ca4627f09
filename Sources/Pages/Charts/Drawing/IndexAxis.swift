/// A span of indexes with round ends, and where it has its lines.
struct IndexAxis: Equatable {
  /// Indexes that a focused axis spans at least: less would show noise as news.
  static let spanMin = 10.0

  let indexes: ClosedRange<Double>
  let ticks: [Double]

  /// 0–100.
  static let full = IndexAxis(from: 0, to: 100)

  /// All values and ranges. 0–100 where there are no values.
  ///
  /// - Parameter leftOut: share of the ranges that may reach out on each side, so that a few
  ///   periods of hardly any responses do not flatten all others.
  init(values: [Double], ranges: [ClosedRange<Double>], leavingOut leftOut: Double = 0) {
    guard let least = values.min(), let most = values.max() else {
      self = .full
      return
    }
    let low = min(least, IndexAxis.quantile(leftOut, of: ranges.map(\.lowerBound)) ?? least)
    let high = max(most, IndexAxis.quantile(1 - leftOut, of: ranges.map(\.upperBound)) ?? most)
    let missing = max(0, IndexAxis.spanMin - (high - low))
    self.init(from: low - missing / 2, to: high + missing / 2)
  }

  private init(from low: Double, to high: Double) {
    let step = [2.0, 5, 10].first { (high - low) / $0 <= 6 } ?? 20
    let top = min(100, max(step, (high / step).rounded(.up) * step))
    let bottom = min(top - step, max(0, (low / step).rounded(.down) * step))
    indexes = bottom...top
    ticks = Array(stride(from: bottom, through: top, by: step))
  }

  private static func quantile(_ share: Double, of numbers: [Double]) -> Double? {
    numbers.isEmpty ? nil : numbers.sorted()[Int(share * Double(numbers.count - 1))]
  }
}
