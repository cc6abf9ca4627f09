/// Where the cells of a ``HeatMap`` lie.
struct HeatGrid {
  let size: ChartSize
  let left: Double
  let top: Double
  let cellWidth: Double
  let cellHeight: Double

  init(_ size: ChartSize, top: Double) {
    self.size = size
    self.top = (top + size.fontSize + 8).rounded()
    left = size == .wide ? 34 : 52
    cellWidth = ((size.width - left) / (size == .wide ? 24 : 7)).rounded(.down)
    cellHeight = size == .wide ? 26 : 20
  }

  var bottom: Double { top + cellHeight * (size == .wide ? 7 : 24) }

  /// Upper left one of a cell.
  func corner(weekday: Int, hour: Int) -> (x: Double, y: Double) {
    let (column, row) = size == .wide ? (hour, weekday) : (weekday, hour)
    return (left + Double(column) * cellWidth, top + Double(row) * cellHeight)
  }
}
