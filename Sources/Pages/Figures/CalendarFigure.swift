import CivilTime
import Queries
import Reporting

extension Figure {
  /// Where there are too many touchpoints for coverage.
  static func unjudged(_ language: Language) -> String {
    Phrase(
      "Kattavuutta ei arvioida: paikkoja on liikaa näin pitkälle jaksolle. Valitse lyhyempi jakso tai alempi paikka.",
      "Täckningen bedöms inte: platserna är för många för en så lång period. Välj en kortare period eller en plats längre ned.",
      "Coverage is not judged: there are too many places for so long a range. Choose a shorter one, or a place below."
    )[language]
  }

  /// The days of a range, with what is known of those without responses.
  static func calendar(
    _ results: Results, series: Int, node: String, query: Address, _ site: Site,
    _ language: Language
  ) -> Figure {
    let heading = Phrase("Päivät", "Dagar", "Days")[language]
    let bins = results.sums.bins
    let tallies = bins.indices.map { results.sums.tally(series: series, bin: $0) }
    func state(_ bin: Int) -> RowState? {
      results.coverage?.row(series: series, bin: bin).state(responses: tallies[bin].responses)
    }
    let states = bins.indices.map(state)
    let silent = states.count { $0 == .deviceSilent || $0 == .noDevice }
    let pressed = tallies.count { $0.responses > 0 }
    let sentence =
      results.coverage == nil
      ? Phrase(
        "Vastauksia on \(language.integer(pressed)) päivältä.",
        "Svar finns från \(language.integer(pressed)) dagar.",
        "There are responses of \(language.integer(pressed)) days.")[language] + " "
        + unjudged(language)
      : Phrase(
        "Vastauksia on \(language.integer(pressed)) päivältä; laite oli hiljaa \(language.integer(silent)) aukiolopäivänä.",
        "Svar finns från \(language.integer(pressed)) dagar; enheten var tyst \(language.integer(silent)) öppna dagar.",
        "There are responses of \(language.integer(pressed)) days; the device was silent on \(language.integer(silent)) open days."
      )[language]
    var total = Tally(buttons: tallies.first?.counts.count ?? 2)
    for tally in tallies { total += tally }
    let chart = CalendarChart(
      title: "\(heading): \(node)", sentence: sentence,
      firstWeekday: bins.first.map { site.calendar.weekday(of: $0.lowerBound) } ?? 1,
      days: bins.indices.map { bin in
        let date = site.calendar.date(of: bins[bin].lowerBound)
        let tally = tallies[bin]
        let isFew = tally.responses < responsesMin
        return CalendarChart.Day(
          month: date.month, day: date.day, value: isFew ? nil : tally.index,
          responses: tally.responses,
          absence: tally.responses > 0 ? .fewResponses : Absence(states[bin]))
      }, scale: DivergingScale(around: total.index ?? 50, width: 5))
    return Figure(
      "days", heading: heading, sentence: sentence, svg: chart.frame(in: language),
      note: Phrase(
        "Päivä, jolla on alle \(responsesMin) vastausta, jää vaille väriä.",
        "En dag med färre än \(responsesMin) svar får ingen färg.",
        "A day with fewer than \(responsesMin) responses has no colour.")[language],
      table: nil, query: query, language: language)
  }
}

extension Absence {
  init(_ state: RowState?) {
    self =
      switch state {
      case .closed: .closed
      case .deviceSilent, .noDevice: .silent
      case nil, .responses, .noResponses, .future: .noResponses
      }
  }
}
