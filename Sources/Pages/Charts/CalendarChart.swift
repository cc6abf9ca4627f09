/// Days as weeks across and weekdays down, each in its step of a diverging scale.
///
/// A short range prints each value; of a year, a pointer on a week is told its seven. The
/// steps carry bars where they print no value, so that no colour speaks alone.
public struct CalendarChart: Chart {
  /// One day.
  public struct Day: Sendable, Equatable {
    /// 1…12.
    public var month: Int
    /// 1…31.
    public var day: Int
    /// 0…100; nil = none.
    public var value: Double?
    public var responses: Int
    /// Why there is no value, where there is none.
    public var absence: Absence

    public init(
      month: Int, day: Int, value: Double?, responses: Int, absence: Absence = .noResponses
    ) {
      self.month = month
      self.day = day
      self.value = value
      self.responses = responses
      self.absence = absence
    }
  }

  public let title: String
  public let sentence: String
  /// Of the first day: 1 = Monday … 7 = Sunday.
  public let firstWeekday: Int
  /// One after the other, none left out.
  public let days: [Day]
  public let scale: DivergingScale

  /// - Parameter firstWeekday: 1…7.
  public init(
    title: String, sentence: String, firstWeekday: Int, days: [Day], scale: DivergingScale
  ) {
    precondition((1...7).contains(firstWeekday), "firstWeekday: 1…7")
    self.title = title
    self.sentence = sentence
    self.firstWeekday = firstWeekday
    self.days = days
    self.scale = scale
  }

  public func svg(_ size: ChartSize, in language: Language) -> String {
    let legend = Legend(
      Legend.keys(
        values: days.contains { $0.value != nil } ? scale : nil,
        hasBars: !CalendarLayout(self, size, top: 0).hasText,
        absences: days.filter { $0.value == nil }.map(\.absence), language),
      from: 0, to: size.width, size: size)
    let layout = CalendarLayout(self, size, top: legend.height + 4)
    var body = Markup()
    legend.draw(from: 0, into: &body)
    drawNames(layout, language, into: &body)
    drawDays(layout, into: &body)
    drawMonths(layout, into: &body)
    if layout.hasText { drawValues(layout, language, into: &body) }
    if size == .wide { drawTitles(layout, language, into: &body) }
    return Drawing(
      kind: "calendar", sizeName: size.name, width: size.width, height: layout.height, body: body
    ).svg(title: title, sentence: sentence)
  }

  private func drawNames(_ layout: CalendarLayout, _ language: Language, into body: inout Markup) {
    guard !days.isEmpty else { return }
    let size = layout.size
    // Names would touch on small cells: every second one.
    let every = layout.pitch < 16 ? 2 : 1
    for block in 0..<layout.blocks {
      for weekday in stride(from: 1, through: 7, by: every) {
        let y = layout.top(of: block) + layout.pitch * (Double(weekday) - 0.5)
        body.add(
          language.weekdayShort(weekday), 0, y + size.smallFontSize * 0.35, as: "start small")
      }
    }
    var ends = [Double](repeating: -.infinity, count: layout.blocks)
    for (place, day) in days.enumerated() {
      let corner = layout.corner(place)
      let isStart = place == 0 || (corner.row == 0 && corner.x == layout.left)
      guard day.day == 1 || isStart else { continue }
      // A month that ends at once leaves the room to the next.
      if isStart && day.day > 15 && days.count - place > 31 { continue }
      let words = language.monthShort(day.month)
      let width = TextWidth.of(words, fontSize: size.smallFontSize)
      // Above the month's first whole week, but for what a block begins with.
      let x = corner.x + (isStart || corner.row == 0 ? 0 : layout.pitch)
      guard x >= ends[corner.block], x + width <= size.width else { continue }
      body.add(words, x, layout.top(of: corner.block) - 5, as: "start small")
      ends[corner.block] = x + width + 6
    }
  }

  private func drawDays(_ layout: CalendarLayout, into body: inout Markup) {
    var cells = [Path](repeating: Path(), count: 5)
    var bars = [Path](repeating: Path(), count: 5)
    var absences = Path()
    let side = layout.pitch - 1
    for (place, day) in days.enumerated() {
      let corner = layout.corner(place)
      let (middleX, middleY) = (corner.x + side / 2, corner.y + side / 2)
      guard let value = day.value else {
        absences.glyph(day.absence, middleX, middleY, size: min(6, side * 0.5))
        continue
      }
      let step = scale.step(value)
      cells[step - 1].rectangle(corner.x, corner.y, side, side)
      if !layout.hasText { bars[step - 1].stepBar(step, middleX, middleY, width: side) }
    }
    for step in 1...5 {
      body.add(cells[step - 1], as: DivergingScale.names[step - 1])
      body.add(bars[step - 1], as: DivergingScale.barNames[step - 1])
    }
    body.add(absences, as: "absence")
  }

  /// A line between the months, around the weeks that they share.
  private func drawMonths(_ layout: CalendarLayout, into body: inout Markup) {
    var path = Path()
    for (place, day) in days.enumerated() where day.day == 1 && place > 0 {
      let corner = layout.corner(place)
      let (x, y) = (corner.x - 0.5, corner.y - 0.5)
      let top = layout.top(of: corner.block) - 0.5
      path.move(x, top + layout.pitch * 7)
      path.line(x, y)
      if corner.row > 0 {
        path.line(x + layout.pitch, y)
        path.line(x + layout.pitch, top)
      }
    }
    body.add(path, as: "month")
  }

  private func drawValues(_ layout: CalendarLayout, _ language: Language, into body: inout Markup) {
    for (place, day) in days.enumerated() {
      guard let value = day.value else { continue }
      let corner = layout.corner(place)
      body.add(
        language.decimal(value, places: 0), corner.x + (layout.pitch - 1) / 2,
        corner.y + layout.pitch / 2 + layout.size.smallFontSize * 0.3,
        as: DivergingScale.textNames[scale.step(value) - 1])
    }
  }

  /// Invisible strips, a week each, that a pointer finds.
  private func drawTitles(_ layout: CalendarLayout, _ language: Language, into body: inout Markup) {
    var strips = Markup()
    var place = 0
    while place < days.count {
      let weekday = (firstWeekday - 1 + place) % 7
      let end = min(days.count, place + 7 - weekday)
      let corner = layout.corner(place)
      var strip = Path()
      strip.rectangle(corner.x, corner.y, layout.pitch, layout.pitch * Double(end - place))
      let week = days[place..<end]
      let values = week.map { day in
        day.value.map { language.decimal($0, places: 0) } ?? language.word(day.absence.word)
      }
      let isEmpty = week.allSatisfy { $0.value == nil && $0.absence == week.first?.absence }
      let start = language.dayAndMonth(month: days[place].month, day: days[place].day)
      let words = isEmpty ? values[0] : values.joined(separator: ", ")
      strips += "<path d=\"\(strip)\"><title>\("\(start) \(words)")</title></path>"
      place = end
    }
    body += "<g class=\"hover\">\(strips)</g>"
  }
}
