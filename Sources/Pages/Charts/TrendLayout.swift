/// Where the parts of a ``TrendChart`` lie.
struct TrendLayout {
  let size: ChartSize
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  /// Indexes at the bottom and the top of the plot.
  let indexes: ClosedRange<Double>
  /// Indexes that have a line across.
  let ticks: [Double]
  let count: Int
  /// Middle line of the glyphs of absences.
  let absenceY: Double
  /// Baseline of the labels.
  let labelY: Double
  let flagTop: Double
  /// Row of each annotation's flag.
  let flagRows: [Int]
  let height: Double

  static let flagWidth = 18.0
  static let flagHeight = 20.0

  init(_ chart: TrendChart, _ size: ChartSize, legendHeight: Double) {
    self.size = size
    count = chart.points.count
    left = size == .wide ? 36 : 30
    right = size.width - (size == .wide ? 16 : 10)
    top = legendHeight + 10
    bottom = top + (size == .wide ? 220 : 170)
    let axis = TrendLayout.axis(chart)
    (indexes, ticks) = (axis.indexes, axis.ticks)
    let hasAbsences = chart.points.contains { $0.index == nil }
    absenceY = bottom + 11
    labelY = bottom + (hasAbsences ? 20 : 6) + size.fontSize
    let hasLabels = chart.points.contains { $0.label != nil }
    flagTop = (hasLabels ? labelY : labelY - size.fontSize) + 8
    var rows: [Int] = []
    var ends: [Double] = []
    let places = chart.annotations.map(\.place)
    for place in places {
      let x = TrendLayout.x(place, of: chart.points.count, left, right)
      let row = ends.firstIndex { $0 <= x - TrendLayout.flagWidth / 2 } ?? ends.count
      if row == ends.count { ends.append(0) }
      ends[row] = x + TrendLayout.flagWidth / 2 + 2
      rows.append(row)
    }
    flagRows = rows
    height = flagTop + Double(ends.count) * TrendLayout.flagHeight
  }

  /// Width of one period.
  var step: Double { (right - left) / Double(max(1, count)) }

  /// So many points that each has no mark of its own.
  var isDense: Bool { step < 6 }

  func x(_ place: Int) -> Double { TrendLayout.x(place, of: count, left, right) }

  /// Clipped to the plot.
  func y(_ index: Double) -> Double {
    let index = min(max(index, indexes.lowerBound), indexes.upperBound)
    return bottom - (index - indexes.lowerBound) / (indexes.upperBound - indexes.lowerBound)
      * (bottom - top)
  }

  /// Of an edge beside the line: in whole units where a year's edges would outweigh it.
  func edge(_ length: Double) -> Double { isDense ? length.rounded() : length }

  private static func x(_ place: Int, of count: Int, _ left: Double, _ right: Double) -> Double {
    left + (right - left) * (Double(place) + 0.5) / Double(max(1, count))
  }

  private static func axis(_ chart: TrendChart) -> IndexAxis {
    let values = chart.points.compactMap(\.index)
    if chart.scale == .full || values.isEmpty { return .full }
    return IndexAxis(
      values: values + (chart.mean.map { [$0] } ?? []),
      ranges: chart.points.flatMap { [$0.interval, $0.limits].compactMap { $0 } },
      leavingOut: 0.1)
  }
}
