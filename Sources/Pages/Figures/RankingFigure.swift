import Queries
import Registry
import Reporting

extension Figure {
  /// The units below a node.
  ///
  /// - Parameter link: of a unit's own page.
  static func ranking(
    _ series: Rankings.Series, leftOut: [String], node: String, query: Address, _ site: Site,
    _ language: Language, link: (String) -> String
  ) -> Figure {
    let heading = Phrase("Yksiköt", "Enheter", "Units")[language]
    func name(_ id: String) -> String { language.name(site.registry.node(id)?.name ?? [:], or: id) }
    let ranked = series.units.filter { $0.ranked != nil }
    // One whose rank is the only one that it may have.
    let first = ranked.first.flatMap { $0.ranked?.ranks == 1...1 ? $0 : nil }
    let last = ranked.last.flatMap { unit in
      unit.ranked.map(\.ranks) == ranked.count...ranked.count ? unit : nil
    }
    let parts: [String]
    if ranked.count < 2 {
      parts = [
        Phrase(
          "Vertailtavaa ei ole.", "Det finns inget att jämföra.", "There is nothing to compare.")[
            language]
      ]
    } else if first == nil && last == nil {
      parts = [
        Phrase(
          "Järjestys voi olla sattumaa: mistään yksiköstä ei voi sanoa, että se on ensimmäinen tai viimeinen.",
          "Ordningen kan vara slump: om ingen enhet kan man säga att den är först eller sist.",
          "The order may be chance: of no unit it can be said that it is first or last.")[language]
      ]
    } else {
      parts =
        (first.map {
          [
            Phrase(
              "Ensimmäisenä on hyvin todennäköisesti \(name($0.node)).",
              "Mycket sannolikt först är \(name($0.node)).",
              "Very likely first is \(name($0.node)).")[language]
          ]
        } ?? [])
        + (last.map {
          [
            Phrase(
              "Viimeisenä on hyvin todennäköisesti \(name($0.node)).",
              "Mycket sannolikt sist är \(name($0.node)).",
              "Very likely last is \(name($0.node)).")[language]
          ]
        } ?? [])
    }
    let sentence = parts.joined(separator: " ")
    let chart = RankingChart(
      title: "\(heading): \(node)", sentence: sentence,
      units: series.units.map { unit in
        RankingChart.Unit(
          name: name(unit.node), responses: unit.tally.responses, shrunk: unit.ranked?.shrunk,
          interval: unit.ranked.map { $0.interval.low...max($0.interval.low, $0.interval.high) },
          ranks: unit.ranked?.ranks)
      }, mean: series.ranking.mean)
    let rows = series.units.map { unit -> [TableView.Cell] in
      [
        .header(name(unit.node), link: link(unit.node)),
        .number(language.integer(unit.tally.responses)),
        .number(unit.tally.index.map { language.decimal($0) }),
        .number(unit.ranked.map { language.decimal($0.shrunk) }),
        .number(
          unit.ranked.map {
            $0.ranks.count == 1
              ? "\($0.ranks.lowerBound)" : "\($0.ranks.lowerBound)–\($0.ranks.upperBound)"
          }),
      ]
    }
    return Figure(
      "units", heading: heading, sentence: sentence, svg: chart.frame(in: language),
      note: leftOut.isEmpty
        ? nil
        : Phrase(
          "Kotikäyntien tiimejä ei aseteta järjestykseen.",
          "Hembesökens team rangordnas inte.", "Teams of home visits are not ranked.")[language],
      table: TableView(
        heading,
        head: [
          language.text(.unit), language.text(.responses), language.text(.index),
          language.text(.shrunk), language.text(.rank),
        ], rows: rows),
      query: query, language: language)
  }
}
