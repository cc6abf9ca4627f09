/// Keys and their words in as many rows as they need.
struct Legend {
  /// What stands before a word.
  enum Key: Equatable {
    case line, band, limit, mean, dot, whisker
    case mark(TrendMark)
    /// What has a mark of its own where there is room, and is a thicker line where there is none.
    case thick(TrendMark)
    case absence(Absence)
    case step(Int, hasBar: Bool)
    case flag
    /// Words alone.
    case none
  }

  private static let keyWidth = 24.0
  private static let gap = 16.0

  private let entries: [(key: Key, words: String, x: Double, row: Int)]
  private let rowHeight: Double

  /// Of all rows.
  let height: Double

  init(_ keys: [(Key, String)], from left: Double, to right: Double, size: ChartSize) {
    let fontSize = min(size.fontSize, 13)
    // Whole, so that what lies below has short coordinates.
    rowHeight = (fontSize * 1.5).rounded()
    var entries: [(key: Key, words: String, x: Double, row: Int)] = []
    var (x, row) = (left, 0)
    for (key, words) in keys {
      let before = key == .none ? 0 : Legend.keyWidth
      let words = TextWidth.fitted(
        words, into: right - left - before, fontSize: fontSize)
      let width = before + TextWidth.of(words, fontSize: fontSize)
      if x > left && x + width > right { (x, row) = (left, row + 1) }
      entries.append((key, words, x, row))
      x += width + Legend.gap
    }
    self.entries = entries
    height = keys.isEmpty ? 0 : Double(row + 1) * rowHeight
  }

  func draw(from top: Double, into body: inout Markup) {
    guard !entries.isEmpty else { return }
    for entry in entries {
      let y = top + Double(entry.row) * rowHeight + rowHeight / 2
      draw(entry.key, entry.x, y, into: &body)
      body.add(
        entry.words, entry.x + (entry.key == .none ? 0 : Legend.keyWidth), y + rowHeight * 0.22,
        as: "key")
    }
  }

  private func draw(_ key: Key, _ x: Double, _ y: Double, into body: inout Markup) {
    var path = Path()
    let middle = x + 9
    switch key {
    case .line, .limit, .mean:
      path.stroke(x, y, x + 18, y)
      body.add(path, as: key == .line ? "line" : key == .limit ? "limit" : "mean")
    case .band:
      path.rectangle(x, y - 5, 18, 10)
      body.add(path, as: "band")
    case .dot:
      path.dot(middle, y)
      body.add(path, as: "dot")
    case .whisker:
      path.stroke(x, y, x + 18, y)
      body.add(path, as: "reach")
    case .mark(let mark):
      mark.draw(middle, y, into: &path)
      body.add(path, as: mark.name)
    case .thick(let mark):
      path.stroke(x, y, x + 18, y)
      body.add(path, as: mark.thickName)
    case .absence(let absence):
      path.glyph(absence, middle, y, size: 8)
      body.add(path, as: "absence")
    case .step(let step, let hasBar):
      path.rectangle(x + 2, y - 7, 15, 14)
      body.add(path, as: DivergingScale.names[step - 1])
      var bar = Path()
      if hasBar { bar.stepBar(step, x + 9.5, y, width: 15) }
      body.add(bar, as: DivergingScale.barNames[step - 1])
    case .flag:
      path.rectangle(x + 4, y - 6, 10, 12)
      body.add(path, as: "flag")
    case .none: break
    }
  }
}
