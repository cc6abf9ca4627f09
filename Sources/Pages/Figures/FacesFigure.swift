import Reporting

extension Figure {
  /// How responses fall on the buttons.
  static func faces(_ tally: Tally, node: String, query: Address, _ language: Language) -> Figure {
    let heading = Phrase("Vastausten jakauma", "Svarens fördelning", "Distribution of responses")[
      language]
    let sentence: String
    if let shares = tally.shares {
      let positive = language.percent(shares.positive)
      let negative = language.percent(shares.negative)
      sentence =
        Phrase(
          "Tyytyväisiä \(positive), tyytymättömiä \(negative).",
          "Nöjda \(positive), missnöjda \(negative).", "Positive \(positive), negative \(negative)."
        )[language]
    } else {
      sentence = Phrase("Ei vastauksia.", "Inga svar.", "No responses.")[language]
    }
    let faces = Face.faces(tally.counts.count)
    let total = tally.responses
    let rows = zip(faces, tally.counts).reversed().map { face, count -> [TableView.Cell] in
      [
        .header(face.words(language)), .number(language.integer(count)),
        .number(total == 0 ? nil : language.percent(Double(count) / Double(total), places: 1)),
      ]
    }
    return Figure(
      "faces", heading: heading, sentence: sentence,
      svg: FacesBar(title: "\(heading): \(node)", sentence: sentence, counts: tally.counts)
        .frame(in: language),
      table: TableView(
        heading,
        head: [language.text(.face), language.text(.responses), language.text(.share)], rows: rows),
      query: query, language: language)
  }
}
