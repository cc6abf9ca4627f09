/// Where the cells of a ``HeatMap`` lie.
struct HeatGrid {
  let size: ChartSize
  /// Those that are shown.
  let hours: Range<Int>
  let left: Double
  let top: Double
  let cellWidth: Double
  let cellHeight: Double

  /// Units of a cell at most: an office's day fills its card, a shorter one does not become a wall.
  private static let cellWidthMax = 86.0

  init(_ size: ChartSize, hours: Range<Int>, top: Double) {
    self.hours = hours
    self.size = size
    self.top = (top + size.fontSize + 8).rounded()
    left = size == .wide ? 34 : 52
    let columns = Double(size == .wide ? hours.count : 7)
    cellWidth = min(Self.cellWidthMax, ((size.width - left) / columns).rounded(.down))
    cellHeight = size == .wide ? 26 : 20
  }

  var bottom: Double { top + cellHeight * Double(size == .wide ? 7 : hours.count) }

  /// Upper left one of a cell.
  func corner(weekday: Int, hour: Int) -> (x: Double, y: Double) {
    let hour = hour - hours.lowerBound
    let (column, row) = size == .wide ? (hour, weekday) : (weekday, hour)
    return (left + Double(column) * cellWidth, top + Double(row) * cellHeight)
  }
}
