/// Where the parts of a ``RankingChart`` lie.
struct RankingLayout {
  let size: ChartSize
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let indexes: ClosedRange<Double>
  let ticks: [Double]
  let rowHeight: Double

  init(_ chart: RankingChart, _ size: ChartSize, legendHeight: Double) {
    self.size = size
    // A compact row has its words above its interval.
    left = size == .wide ? 262 : 4
    right = size == .wide ? 572 : size.width - 4
    rowHeight = size == .wide ? 24 : 38
    top = legendHeight + (chart.units.isEmpty ? 0 : 24)
    bottom = top + rowHeight * Double(chart.units.count)
    let axis = IndexAxis(
      values: chart.units.compactMap(\.shrunk) + (chart.mean.map { [$0] } ?? []),
      ranges: chart.units.compactMap(\.interval))
    (indexes, ticks) = (axis.indexes, axis.ticks)
  }

  var height: Double { bottom + 4 }
  var rankX: Double { 644 }
  var responsesX: Double { size.width }

  /// Clipped to the scale.
  func x(_ index: Double) -> Double {
    let index = min(max(index, indexes.lowerBound), indexes.upperBound)
    return left + (index - indexes.lowerBound) / (indexes.upperBound - indexes.lowerBound)
      * (right - left)
  }

  /// Middle line of a unit's interval.
  func y(_ place: Int) -> Double {
    top + rowHeight * Double(place) + (size == .wide ? rowHeight / 2 : 28)
  }

  /// Baseline of a unit's words.
  func textY(_ place: Int) -> Double {
    size == .wide ? y(place) + size.fontSize * 0.33 : top + rowHeight * Double(place) + 18
  }
}
