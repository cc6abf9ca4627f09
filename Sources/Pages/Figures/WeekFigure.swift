import Queries
import Reporting

extension Figure {
  /// Responses that an hour of the week needs to be shown a value: below, one press moves it by more
  /// than ten points.
  static let responsesMin = IndexChange.responsesMin

  /// The hours of the week.
  static func week(
    _ series: HoursOfWeek.Series, node: String, query: Address, _ language: Language
  ) -> Figure {
    let heading = Phrase("Viikon tunnit", "Veckans timmar", "Hours of the week")[language]
    let cells = series.week.cells
    let known = cells.filter { $0.tally.responses >= responsesMin }
    func value(_ cell: HourOfWeek.Cell) -> Double? {
      cell.tally.responses >= responsesMin ? cell.tally.index : nil
    }
    func name(_ cell: HourOfWeek.Cell) -> String {
      "\(language.weekdayName(cell.weekday)) \(language.hours(from: cell.hour, to: cell.hour + 1))"
    }
    let best = known.max { (value($0) ?? 0) < (value($1) ?? 0) }
    let worst = known.min { (value($0) ?? 0) < (value($1) ?? 0) }
    let sentence: String
    if let best, let worst, known.count > 1, let high = value(best), let low = value(worst) {
      sentence =
        Phrase(
          "Korkein \(name(best)) (\(language.decimal(high))), matalin \(name(worst)) (\(language.decimal(low))).",
          "Högst \(name(best)) (\(language.decimal(high))), lägst \(name(worst)) (\(language.decimal(low))).",
          "Highest \(name(best)) (\(language.decimal(high))), lowest \(name(worst)) (\(language.decimal(low)))."
        )[language]
    } else {
      sentence =
        Phrase(
          "Vastauksia on liian vähän tuntien vertailuun.",
          "Svaren är för få för att jämföra timmar.", "Too few responses to compare hours."
        )[language]
    }
    var total = Tally(buttons: series.question.buttons)
    for cell in cells { total += cell.tally }
    let chart = HeatMap(
      title: "\(heading): \(node)", sentence: sentence,
      cells: cells.map { cell in
        HeatMap.Cell(
          value: value(cell), responses: cell.tally.responses,
          absence: cell.tally.responses == 0 ? .noResponses : .fewResponses)
      }, scale: DivergingScale(around: total.index ?? 50, width: 5))
    let rows = cells.filter { $0.tally.responses > 0 }.map { cell -> [TableView.Cell] in
      [
        .header(name(cell)), .number(language.integer(cell.tally.responses)),
        .number(cell.tally.index.map { language.decimal($0) }),
      ]
    }
    return Figure(
      "week", heading: heading, sentence: sentence, svg: chart.frame(in: language),
      note: Phrase(
        "Tunti, jolla on alle \(responsesMin) vastausta, jää vaille väriä.",
        "En timme med färre än \(responsesMin) svar får ingen färg.",
        "An hour with fewer than \(responsesMin) responses has no colour.")[language],
      table: TableView(
        heading,
        head: [language.text(.weekday), language.text(.responses), language.text(.index)],
        rows: rows),
      query: query, language: language)
  }
}
