/// Units by their shrunk index, each with its interval and the ranks that it may have.
///
/// Whoever's intervals overlap may stand the other way round: that is what the picture shows.
public struct RankingChart: Chart {
  /// One unit, in the order in which they are drawn.
  public struct Unit: Sendable, Equatable {
    public var name: String
    public var responses: Int
    /// 0…100; nil = not ranked.
    public var shrunk: Double?
    public var interval: ClosedRange<Double>?
    /// The ranks it may have.
    public var ranks: ClosedRange<Int>?
    /// Why it is not ranked, where it is not.
    public var absence: Absence

    public init(
      name: String, responses: Int, shrunk: Double?, interval: ClosedRange<Double>? = nil,
      ranks: ClosedRange<Int>? = nil, absence: Absence = .noResponses
    ) {
      self.name = name
      self.responses = responses
      self.shrunk = shrunk
      self.interval = interval
      self.ranks = ranks
      self.absence = absence
    }
  }

  public let title: String
  public let sentence: String
  public let units: [Unit]
  /// 0…100.
  public let mean: Double?

  public init(title: String, sentence: String, units: [Unit], mean: Double?) {
    self.title = title
    self.sentence = sentence
    self.units = units
    self.mean = mean
  }

  public func svg(_ size: ChartSize, in language: Language) -> String {
    let legend = legend(size, language)
    let layout = RankingLayout(self, size, legendHeight: legend.height)
    var body = Markup()
    legend.draw(from: 0, into: &body)
    drawScale(layout, language, into: &body)
    for (place, unit) in units.enumerated() {
      drawWords(unit, place, layout, language, into: &body)
      drawInterval(unit, place, layout, language, into: &body)
    }
    return Drawing(
      kind: "ranking", sizeName: size.name, width: size.width, height: layout.height, body: body
    ).svg(title: title, sentence: sentence)
  }

  private func legend(_ size: ChartSize, _ language: Language) -> Legend {
    guard units.contains(where: { $0.shrunk != nil }) else {
      return Legend([(.none, language.word(.noData))], from: 0, to: size.width, size: size)
    }
    var keys: [(Legend.Key, String)] = [(.dot, language.word(.shrunkIndex))]
    if units.contains(where: { $0.interval != nil }) {
      keys.append((.whisker, language.word(.interval)))
    }
    if let mean { keys.append((.mean, "\(language.word(.mean)) \(language.decimal(mean))")) }
    let layout = RankingLayout(self, size, legendHeight: 0)
    if layout.indexes != 0...100 {
      let (low, high) = (layout.indexes.lowerBound, layout.indexes.upperBound)
      keys.append((.none, "\(language.word(.scale)) \(language.interval(low, high, places: 0))"))
    }
    return Legend(keys, from: 0, to: size.width, size: size)
  }

  private func drawScale(_ layout: RankingLayout, _ language: Language, into body: inout Markup) {
    guard !units.isEmpty else { return }
    var grid = Path()
    for tick in layout.ticks {
      grid.stroke(layout.x(tick), layout.top, layout.x(tick), layout.bottom)
      body.add(
        language.decimal(tick, places: 0), layout.x(tick), layout.top - 6, as: "mid small")
    }
    body.add(grid, as: "grid")
    if let mean, layout.indexes.contains(mean) {
      var line = Path()
      line.stroke(layout.x(mean), layout.top, layout.x(mean), layout.bottom)
      body.add(line, as: "mean")
    }
    if layout.size == .wide {
      body.add(language.word(.rank), layout.rankX, layout.top - 6, as: "end small")
      body.add(language.word(.responses), layout.responsesX, layout.top - 6, as: "end small")
    }
  }

  private func drawWords(
    _ unit: Unit, _ place: Int, _ layout: RankingLayout, _ language: Language,
    into body: inout Markup
  ) {
    let y = layout.textY(place)
    let ranks = ranks(unit, language)
    let responses = language.integer(unit.responses)
    switch layout.size {
    case .wide:
      let room = layout.left - 14
      let name = TextWidth.fitted(unit.name, into: room, fontSize: layout.size.fontSize)
      body.add(name, 0, y, as: "start")
      body.add(ranks, layout.rankX, y, as: "end small")
      body.add(responses, layout.responsesX, y, as: "end small")
    case .compact:
      let facts =
        (unit.ranks == nil ? "" : "\(language.word(.rank)) \(ranks) · ")
        + "n\(Language.noBreakSpace)\(responses)"
      let width = TextWidth.of(facts, fontSize: layout.size.smallFontSize)
      let name = TextWidth.fitted(
        unit.name, into: layout.size.width - width - 10, fontSize: layout.size.fontSize)
      body.add(name, 0, y, as: "start")
      body.add(facts, layout.size.width, y, as: "end small")
    }
  }

  private func drawInterval(
    _ unit: Unit, _ place: Int, _ layout: RankingLayout, _ language: Language,
    into body: inout Markup
  ) {
    let y = layout.y(place)
    guard let shrunk = unit.shrunk else {
      var glyph = Path()
      glyph.glyph(unit.absence, layout.left + 6, y, size: 7)
      body.add(glyph, as: "absence")
      body.add(
        language.word(unit.absence.word), layout.left + 16, y + layout.size.fontSize * 0.33,
        as: "muted small")
      return
    }
    if let interval = unit.interval {
      var whisker = Path()
      whisker.stroke(layout.x(interval.lowerBound), y, layout.x(interval.upperBound), y)
      body.add(whisker, as: "reach")
    }
    var dot = Path()
    dot.dot(layout.x(shrunk), y)
    if layout.size == .wide {
      body.add(dot, as: "dot", title: words(unit, shrunk, language))
    } else {
      body.add(dot, as: "dot")
    }
  }

  /// `Kallion terveysasema: 87,3 (84,1–89,9), sija 3–9, 351 vastausta`.
  private func words(_ unit: Unit, _ shrunk: Double, _ language: Language) -> String {
    var text = "\(unit.name): \(language.decimal(shrunk))"
    if let interval = unit.interval {
      text += " (\(language.interval(interval.lowerBound, interval.upperBound)))"
    }
    if unit.ranks != nil { text += ", \(language.word(.rank)) \(ranks(unit, language))" }
    return text + ", " + language.responses(unit.responses)
  }

  /// `3–9`, `4`, `–`.
  private func ranks(_ unit: Unit, _ language: Language) -> String {
    guard let ranks = unit.ranks else { return "–" }
    let low = language.integer(ranks.lowerBound)
    return ranks.lowerBound == ranks.upperBound
      ? low : "\(low)–\(language.integer(ranks.upperBound))"
  }
}
