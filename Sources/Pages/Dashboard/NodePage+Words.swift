import Queries
import Registry
import Reporting
import Store

/// What the numbers say in words, and how they came about.
extension NodePage {
  /// `1 248 vastausta; indeksi on 95 %:n varmuudella 73,9–82,0.`
  func headline(_ tally: Tally, _ language: Language) -> String {
    let responses = language.responses(tally.responses)
    guard let interval = tally.interval else { return responses }
    let range = language.interval(interval.low, interval.high)
    return Phrase(
      "\(responses); indeksi on 95 %:n varmuudella \(range).",
      "\(responses); index ligger med 95 % säkerhet på \(range).",
      "\(responses); with 95% certainty the index is \(range).")[language]
  }

  /// The change from the period before, in plain words.
  func change(_ earlier: Comparison.Earlier?, _ language: Language) -> String {
    guard let earlier else { return "" }
    let difference = earlier.change.index.difference.map { language.signed($0) } ?? "–"
    let phrase =
      switch earlier.change.index.verdict {
      case .higher:
        Phrase(
          "Korkeampi kuin edellisellä jaksolla: \(difference).",
          "Högre än under föregående period: \(difference).",
          "Higher than in the period before: \(difference).")
      case .lower:
        Phrase(
          "Matalampi kuin edellisellä jaksolla: \(difference).",
          "Lägre än under föregående period: \(difference).",
          "Lower than in the period before: \(difference).")
      case .none:
        Phrase(
          "Ero edelliseen jaksoon (\(difference)) voi olla sattumaa.",
          "Skillnaden till föregående period (\(difference)) kan vara slump.",
          "The difference from the period before (\(difference)) may be chance.")
      case .fewResponses, .fewDays:
        Phrase(
          "Vastauksia on liian vähän vertailuun edellisen jakson kanssa.",
          "Svaren är för få för att jämföras med föregående period.",
          "Too few responses to compare with the period before.")
      }
    return phrase[language]
  }

  /// Now, before, a year ago, and the siblings: a figure whose picture is its table.
  func compared(_ shown: NodeOverview.Shown, _ query: Address, _ language: Language) -> Figure {
    let series = shown.comparison
    func row(_ words: String, _ tally: Tally, _ change: Comparison.Change?) -> [TableView.Cell] {
      [
        .header(words), .number(language.integer(tally.responses)),
        .number(tally.index.map { language.decimal($0) }),
        .number(tally.interval.map { language.interval($0.low, $0.high) }),
        .number(change?.index.difference.map { language.signed($0) } ?? ""),
        .text(change.map { $0.index.verdict.words(language) } ?? ""),
      ]
    }
    var rows = [row(language.text(.now), series.now, nil)]
    if let before = series.before {
      rows.append(row(language.text(.before), before.tally, before.change))
    }
    if let yearAgo = series.yearAgo {
      rows.append(row(language.text(.yearAgo), yearAgo.tally, yearAgo.change))
    }
    if let own = series.siblings.units.first(where: { $0.node == overview.asked.node }),
      series.siblings.units.count > 1
    {
      rows.append(row(language.text(.others), own.rest, own.change))
    }
    let heading = Phrase("Vertailu", "Jämförelse", "Comparison")[language]
    let table = TableView(
      heading,
      head: [
        language.text(.period), language.text(.responses), language.text(.index),
        language.text(.interval), language.text(.difference), language.text(.verdict),
      ], rows: rows)
    return Figure(
      "comparison", heading: heading, sentence: change(series.before, language),
      svg: Templates.render("table", table),
      note: Phrase(
        "Ero on tämä jakso miinus rivin luku; päätelmä sanoo, mitä siitä tiedetään.",
        "Skillnaden är den här perioden minus radens tal; slutsatsen säger vad man vet om den.",
        "The difference is this period less the row’s; the verdict says what is known of it.")[
          language],
      table: nil, query: query, language: language)
  }

  // MARK: How it came about

  func originText(_ language: Language) -> String {
    let rule = site.rules(below: overview.asked.node).map(\.rawValue).joined(separator: ", ")
    let data = language.integer(Int(overview.revision.data))
    let registry = language.integer(Int(overview.revision.registry))
    let counted = Phrase(
      "Laskettu säännöllä \(rule), tietojen versio \(data), rekisterin versio \(registry).",
      "Räknat med regeln \(rule), datans version \(data), registrets version \(registry).",
      "Counted by the rule \(rule), version \(data) of the data and \(registry) of the registry."
    )[language]
    guard site.holdsBack(at: overview.asked.node) else { return counted }
    let (days, minimum) = (site.registry.visitRules.delayDays, site.registry.visitRules.minimum)
    let late = Phrase(
      "Kotikäyntien vastaukset näytetään päivittäin, \(days) päivän viiveellä ja vähintään \(minimum) kerrallaan, jottei yhtäkään voi yhdistää käyntiin.",
      "Svar från hembesök visas per dag, \(days) dagar senare och minst \(minimum) åt gången, så att inget kan kopplas till ett besök.",
      "Answers at home visits are shown by the day, \(days) days late and at least \(minimum) together, so that none can be matched with a visit."
    )[language]
    guard let question = overview.shown?.question.question,
      site.registry.countsHelpApart(question)
    else { return "\(counted) \(late)" }
    let helped = Phrase(
      "Autettuna annetut vastaukset näytetään kuukausittain. Kuukautta, jona tiimi sai vähemmän, ei näytetä lainkaan.",
      "Svar som getts med hjälp visas per månad. En månad då ett team fick färre visas inte alls.",
      "Answers given with help are shown by the month. A month in which a team got fewer is not shown at all."
    )[language]
    return "\(counted) \(late) \(helped)"
  }

  func origin(_ tally: Tally, _ language: Language) -> TableView {
    let counts: [(PageWord, Int)] = [
      (.responses, tally.responses), (.excluded, tally.excluded), (.invalid, tally.invalid),
      (.lost, tally.lost), (.estimated, tally.estimated), (.late, tally.late),
      (.imported, tally.imported), (.annulled, tally.annulled),
    ]
    return TableView(
      language.text(.origin), head: [language.text(.kind), language.text(.presses)],
      rows: counts.map { [.header(language.text($0)), .number(language.integer($1))] })
  }

  func originLinks(_ asked: [(name: String, value: String?)], _ language: Language) -> [NodeView
    .Link]
  {
    let range = asked.filter { $0.name == "from" || $0.name == "to" }
    var links = [
      NodeView.Link(
        name: language.text(.revisions),
        href: Address("/api/v1/revisions", range).asTable(language).text)
    ]
    if showsPresses {
      let query = asked.filter { $0.name != "question" }
      links.append(
        NodeView.Link(
          name: language.text(.singlePresses),
          href: Address("/api/v1/presses", query).asTable(language).text))
    }
    return links
  }
}

extension IndexChange.Verdict {
  func words(_ language: Language) -> String {
    let phrase =
      switch self {
      case .higher: Phrase("korkeampi", "högre", "higher")
      case .lower: Phrase("matalampi", "lägre", "lower")
      case .none:
        Phrase("ei merkitsevää eroa", "ingen signifikant skillnad", "no significant change")
      case .fewResponses:
        Phrase("liian vähän vastauksia", "för få svar", "not enough responses")
      case .fewDays: Phrase("liian vähän päiviä", "för få dagar", "not enough days")
      }
    return phrase[language]
  }
}
