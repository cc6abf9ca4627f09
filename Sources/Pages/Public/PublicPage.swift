import CivilTime
public import Publishing
public import Queries
public import Registry
import Reporting

/// What a site publishes, for everybody.
public struct PublicPage: Sendable {
  private struct Context {
    let t: [String: String]
    let heading: String
    let lead: String
    let places: [Place]
    let rules: String
  }

  private struct Link {
    let name: String
    let href: String
  }

  private struct Place {
    let id: String
    let name: String
    let api: String
    let csv: String
    let stat: String
    let series: [Series]
    let hasBelow: Bool
    let below: [Link]
  }

  private struct Series {
    let question: String
    /// nil where the latest period is hidden.
    let index: String?
    let sentence: String
    let svg: String
    /// The place's own page, where the picture stands; nil where it stands here.
    let more: String?
    let note: String?
    let table: TableView
    let embedding: Embedding?
  }

  /// Series that a page draws in full. Of more each has a line, on one scale, and its table; the
  /// picture is on the place's own page.
  static let chartsMax = 4

  private let nodes: [Node]
  private let series: [PublishedSeries]
  private let site: Site
  private let isStart: Bool
  private let origin: String

  /// - Parameters:
  ///   - nodes: the public places that are shown.
  ///   - series: what was published of them.
  ///   - isStart: the page is that of the whole site.
  ///   - origin: `https://feedback.example`, for what other sites copy.
  public init(
    _ nodes: [Node], _ series: [PublishedSeries], site: Site, isStart: Bool, origin: String
  ) {
    self.nodes = nodes
    self.series = series
    self.site = site
    self.isStart = isStart
    self.origin = origin
  }

  public func html(_ frame: Frame) -> String {
    let language = frame.language
    let heading =
      isStart
      ? Phrase("Palaute palveluista", "Respons på tjänsterna", "How services were felt")[language]
      : nodes.first.map { language.name($0.name, or: $0.id) } ?? ""
    return frame.page(
      title: heading,
      Templates.render(
        "public",
        Context(
          t: language.texts, heading: heading,
          lead: Phrase(
            "Mitä asiakkaat painoivat palautelaitteista. Jokainen painallus on laskettu kerran.",
            "Vad kunderna tryckte på responsenheterna. Varje tryckning är räknad en gång.",
            "What clients pressed on feedback terminals. Every press is counted once.")[language],
          places: nodes.map { place($0, frame) }, rules: rules(language))))
  }

  private func place(_ node: Node, _ frame: Frame) -> Place {
    let language = frame.language
    let words = PublishedWords(site: site, language: language)
    let below = node.children.filter(\.isPublic)
    let query = Address("/public/v1/results", [("node", node.id)])
    return Place(
      id: node.id, name: words.name(node), api: query.text,
      csv: query.asTable(language).text,
      stat: query.with("format", "json-stat").with("lang", language.rawValue).text,
      series: series.filter { $0.node == node.id && !$0.periods.isEmpty }.map {
        shown($0, node, words)
      },
      hasBelow: !below.isEmpty,
      below: below.map {
        Link(name: words.name($0), href: frame.link("/places/\($0.id)"))
      })
  }

  private func shown(
    _ series: PublishedSeries, _ node: Node, _ words: PublishedWords
  ) -> Series {
    let language = words.language
    let periods = series.periods.suffix(PublishedWords.periodsMax)
    let question = words.question(series)
    let hasPicture = periods.contains { $0.last.shown != nil }
    return Series(
      question: question, index: periods.last?.last.shown.map { _ in words.index(periods.last) },
      sentence: sentence(series, words),
      // Of hidden periods alone a picture says nothing that the table does not.
      svg: hasPicture ? picture(series, node, words) : "",
      more: hasPicture && hasLines
        ? Address("/places/\(node.id)", [("lang", language.rawValue)]).text : nil,
      note: periods.contains(where: \.laterCountsDiffer)
        ? Phrase(
          "Jokin julkaistuista luvuista on sittemmin tarkentunut.",
          "Någon av de publicerade siffrorna har preciserats sedan dess.",
          "Something that was published is counted otherwise by now.")[language] : nil,
      table: table(question, Array(periods), words),
      embedding: isStart || node.id != nodes.first?.id
        ? nil : Embedding(series, title: "\(words.name(node)): \(question)", origin, language))
  }

  private var hasLines: Bool { isStart && series.count > Self.chartsMax }

  private func picture(_ series: PublishedSeries, _ node: Node, _ words: PublishedWords) -> String {
    let chart = words.chart(series, of: node)
    guard hasLines else { return chart.frame(in: words.language) }
    return Sparkline(
      title: chart.title, sentence: chart.sentence, values: chart.points.map(\.index),
      range: scale
    ).svg()
  }

  /// From the lowest to the highest of all periods that the lines show.
  private var scale: ClosedRange<Double>? {
    let shown = series.flatMap { $0.periods.suffix(PublishedWords.periodsMax) }
      .compactMap { $0.last.shown?.index }
    guard let low = shown.min(), let high = shown.max() else { return nil }
    return low...high
  }

  /// The latest period, and where it is hidden the last that is not.
  private func sentence(_ series: PublishedSeries, _ words: PublishedWords) -> String {
    let latest = words.sentence(series.periods.last)
    guard series.periods.last?.last.shown == nil,
      let shown = series.periods.last(where: { $0.last.shown != nil })
    else { return latest }
    return latest + " "
      + Phrase("Viimeksi näytetty:", "Senast visad:", "Last shown:")[words.language]
      + " \(words.sentence(shown)) "
      + "\(words.language.text(.index)) \(words.index(shown))."
  }

  /// The newest first; beside a line without when each was published.
  private func table(
    _ caption: String, _ periods: [PublishedSeries.Period], _ words: PublishedWords
  ) -> TableView {
    let language = words.language
    return TableView(
      caption,
      head: [
        language.text(.period), language.text(.responses), language.text(.index),
        language.text(.interval),
      ] + (hasLines ? [] : [language.text(.publishedAt)]),
      rows: periods.reversed().map { period in
        let shown = period.last.shown
        return [
          .header(words.name(period)),
          .number(shown.map { language.integer($0.responses) } ?? language.text(.suppressed)),
          .number(shown?.index.map { language.decimal($0) }),
          .number(shown?.interval.map { language.interval($0.low, $0.high) }),
        ] + (hasLines ? [] : [.text(published(period, words))])
      })
  }

  private func published(_ period: PublishedSeries.Period, _ words: PublishedWords) -> String {
    let first = words.moment(period.versions[0].publishedAtMilliseconds)
    guard period.versions.count > 1 else { return first }
    let last = words.moment(period.last.publishedAtMilliseconds)
    return Phrase(
      "\(first), korjattu \(last)", "\(first), rättad \(last)", "\(first), revised \(last)")[
        words.language]
  }

  private func rules(_ language: Language) -> String {
    let rules = site.registry.publicRules
    return Phrase(
      """
      Jakson luvut näytetään, kun vastauksia on vähintään \(rules.totalMin) ja jokaisella napilla \
      vähintään \(rules.cellMin), ja kun niistä ei voi päätellä piilotettuja lukuja. Jakso \
      julkaistaan \(rules.delayDays) päivää päättymisensä jälkeen.
      """,
      """
      En periods siffror visas när det finns minst \(rules.totalMin) svar och minst \
      \(rules.cellMin) per knapp, och när dolda siffror inte kan räknas ut ur dem. Perioden \
      publiceras \(rules.delayDays) dagar efter sitt slut.
      """,
      """
      Numbers of a period are shown when there are at least \(rules.totalMin) responses and at \
      least \(rules.cellMin) of each button, and when hidden numbers cannot be worked out from \
      them. A period is published \(rules.delayDays) days after its end.
      """)[language]
  }
}
