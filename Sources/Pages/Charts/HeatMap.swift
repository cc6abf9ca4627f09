/// The hours of a week, each by its value: weekdays down and hours across; in a compact chart
/// hours down and weekdays across.
public struct HeatMap: Chart {
  /// One hour of the week.
  public struct Cell: Sendable, Equatable {
    /// 0…100; nil = none, or too few responses to say one.
    public var value: Double?
    public var responses: Int
    /// Why there is no value, where there is none.
    public var absence: Absence

    public init(value: Double?, responses: Int, absence: Absence = .noResponses) {
      self.value = value
      self.responses = responses
      self.absence = absence
    }
  }

  /// 7 days of 24 hours.
  public static let cellCount = 168

  public let title: String
  public let sentence: String
  /// 168, Monday 00 first.
  public let cells: [Cell]
  public let scale: DivergingScale

  /// - Parameter cells: Monday 00 first; those that are missing have no responses, those beyond
  ///   168 are left out.
  public init(title: String, sentence: String, cells: [Cell], scale: DivergingScale) {
    self.title = title
    self.sentence = sentence
    let missing = max(0, HeatMap.cellCount - cells.count)
    self.cells =
      cells.prefix(HeatMap.cellCount)
      + Array(repeating: Cell(value: nil, responses: 0), count: missing)
    self.scale = scale
  }

  /// From the first hour to the last in which anybody ever pressed; all of a week without any.
  var hours: Range<Int> {
    let pressed = cells.indices.filter { cells[$0].responses > 0 || cells[$0].value != nil }
      .map { $0 % 24 }
    guard let first = pressed.min(), let last = pressed.max() else { return 0..<24 }
    return first..<last + 1
  }

  public func svg(_ size: ChartSize, in language: Language) -> String {
    let legend = Legend(
      Legend.keys(
        values: cells.contains { $0.value != nil } ? scale : nil, hasBars: false,
        absences: cells.indices.filter { hours.contains($0 % 24) && cells[$0].value == nil }
          .map { cells[$0].absence }, language),
      from: 0, to: size.width, size: size)
    let grid = HeatGrid(size, hours: hours, top: legend.height + 8)
    var body = Markup()
    legend.draw(from: 0, into: &body)
    drawNames(grid, language, into: &body)
    drawValues(grid, language, into: &body)
    drawAbsences(grid, language, into: &body)
    return Drawing(
      kind: "heat", sizeName: size.name, width: size.width, height: grid.bottom + 2, body: body
    ).svg(title: title, sentence: sentence)
  }

  private func drawNames(_ grid: HeatGrid, _ language: Language, into body: inout Markup) {
    let small = grid.size.smallFontSize * 0.35
    for weekday in 0..<7 {
      let words = language.weekdayShort(weekday + 1)
      let (x, y) = grid.corner(weekday: weekday, hour: grid.hours.lowerBound)
      switch grid.size {
      case .wide: body.add(words, 0, y + grid.cellHeight / 2 + small, as: "name")
      case .compact: body.add(words, x + grid.cellWidth / 2, grid.top - 6, as: "mid")
      }
    }
    for hour in grid.hours {
      let (x, y) = grid.corner(weekday: 0, hour: hour)
      switch grid.size {
      case .wide: body.add(String(hour), x + grid.cellWidth / 2, grid.top - 6, as: "mid small")
      case .compact:
        body.add(
          "\(hour)–\(hour + 1)", grid.left - 6, y + grid.cellHeight / 2 + small, as: "end small")
      }
    }
  }

  private func drawValues(_ grid: HeatGrid, _ language: Language, into body: inout Markup) {
    for step in 1...5 {
      var group = Markup()
      for (place, cell) in cells.enumerated() {
        guard let value = cell.value, scale.step(value) == step else { continue }
        let (x, y) = grid.corner(weekday: place / 24, hour: place % 24)
        var path = Path()
        path.rectangle(x, y, grid.cellWidth - 1, grid.cellHeight - 1)
        let title: Markup =
          grid.size == .wide ? "<title>\(words(place, language))</title>" : ""
        let middle = x + (grid.cellWidth / 2).rounded()
        let base = y + (grid.cellHeight / 2 + grid.size.smallFontSize * 0.33).rounded()
        group += """
          <path d="\(path)">\(title)</path><text x="\(middle)" y="\(base)">\
          \(language.decimal(value, places: 0))</text>
          """
      }
      if !group.text.isEmpty {
        body += "<g class=\"cells \(DivergingScale.cellNames[step - 1])\">\(group)</g>"
      }
    }
  }

  /// A glyph for each, and what a pointer on it is told where there were some responses.
  private func drawAbsences(_ grid: HeatGrid, _ language: Language, into body: inout Markup) {
    for absence in Absence.allCases {
      var path = Path()
      for (place, cell) in cells.enumerated()
      where cell.value == nil && cell.absence == absence && grid.hours.contains(place % 24) {
        let (x, y) = grid.corner(weekday: place / 24, hour: place % 24)
        let (middle, center) = (x + (grid.cellWidth - 1) / 2, y + (grid.cellHeight - 1) / 2)
        if cell.responses > 0 && grid.size == .wide {
          var own = Path()
          own.glyph(absence, middle, center, size: 7)
          body.add(own, as: "absence", title: words(place, language))
        } else {
          path.glyph(absence, middle, center, size: absence == .fewResponses ? 7 : 5)
        }
      }
      body.add(path, as: "absence faint")
    }
  }

  /// `ma klo 14–15: 87,3, n 351`; of what is hidden, not how many.
  private func words(_ place: Int, _ language: Language) -> String {
    let cell = cells[place]
    let value = cell.value.map { language.decimal($0) } ?? language.word(cell.absence.word)
    let hours = language.hours(from: place % 24, to: place % 24 + 1)
    let words = "\(language.weekdayShort(place / 24 + 1)) \(hours): \(value)"
    guard cell.value != nil || cell.absence == .fewResponses else { return words }
    return words + ", n\(Language.noBreakSpace)\(language.integer(cell.responses))"
  }
}
