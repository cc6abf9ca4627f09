/// Where the days of a ``CalendarChart`` lie: in one block of weeks, or in two below each other.
struct CalendarLayout {
  let size: ChartSize
  let left = 26.0
  let columns: Int
  let blocks: Int
  /// From one day to the next, in both ways.
  let pitch: Double
  let height: Double
  private let firstTop: Double
  private let blockHeight: Double
  private let firstWeekday: Int

  /// A year has days in at most so many weeks.
  static let yearColumns = 54

  init(_ chart: CalendarChart, _ size: ChartSize, top: Double) {
    self.size = size
    firstWeekday = chart.firstWeekday
    let weeks = chart.days.isEmpty ? 0 : (chart.firstWeekday - 1 + chart.days.count + 6) / 7
    let columnsMax = size == .wide ? CalendarLayout.yearColumns : CalendarLayout.yearColumns / 2
    columns = min(columnsMax, max(1, weeks))
    blocks = (weeks + columnsMax - 1) / columnsMax
    pitch = min(28, (10 * (size.width - left) / Double(columns)).rounded(.down) / 10)
    firstTop = top + 18
    blockHeight = pitch * 7 + 26
    height = blocks == 0 ? top + 4 : firstTop + Double(blocks) * blockHeight - 22
  }

  /// There is room for the values.
  var hasText: Bool { pitch >= 21 }

  func top(of block: Int) -> Double { firstTop + Double(block) * blockHeight }

  /// Of a day: upper left corner, row of its weekday, block of its week.
  func corner(_ place: Int) -> (x: Double, y: Double, row: Int, block: Int) {
    let (week, row) = (firstWeekday - 1 + place).quotientAndRemainder(dividingBy: 7)
    let (block, column) = week.quotientAndRemainder(dividingBy: columns)
    return (
      left + Double(column) * pitch, top(of: block) + Double(row) * pitch, row, block
    )
  }
}
