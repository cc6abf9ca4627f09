import Registry
import Reporting

/// Results as one JSON-stat 2.0 dataset: node × question × time × measure.
///
/// Made piece by piece. A node that does not ask a question, and a button that a
/// question does not have, are null.
struct JSONStatText: Sendable {
  private static let measures = [
    "responses", "index", "interval_low", "interval_high", "excluded", "invalid", "lost",
    "estimated", "late", "imported", "count_0", "count_1", "count_2", "count_3", "count_4",
    "annulled",
  ]

  /// What was asked for.
  let node: String
  let sums: SeriesSums
  let calendar: SiteCalendar
  let registry: Registry
  /// Names are given in this language where the registry has them.
  let language: String

  private let nodes: [String]
  private let questions: [String]
  /// Index of the series of each node and question, in the order of the values.
  private let order: [Int?]

  init(
    node: String, sums: SeriesSums, calendar: SiteCalendar, registry: Registry, language: String
  ) {
    self.node = node
    self.sums = sums
    self.calendar = calendar
    self.registry = registry
    self.language = language
    var nodes: [String] = []
    var questions: [String] = []
    var places: [[String]: Int] = [:]
    for (number, series) in sums.plan.series.enumerated() {
      let question = Self.key(of: series, in: sums.plan)
      if !nodes.contains(series.node) { nodes.append(series.node) }
      if !questions.contains(question) { questions.append(question) }
      places[[series.node, question]] = number
    }
    self.nodes = nodes
    self.questions = questions
    order = nodes.flatMap { node in questions.map { places[[node, $0]] } }
  }

  /// A question that had another number of buttons once is two categories; no id has a colon.
  private static func key(of series: SeriesPlan.Series, in plan: SeriesPlan) -> String {
    let isAlone = plan.series.allSatisfy {
      $0.question != series.question || $0.buttons == series.buttons
    }
    return isAlone ? series.question : "\(series.question):\(series.buttons)"
  }

  /// Some hundred periods each, so that a large answer never stands in memory as a whole.
  private var piecesOfTime: Int {
    (sums.bins.count + ResultsText.rowsPerPiece - 1) / ResultsText.rowsPerPiece
  }

  /// Pieces of the whole: what stands before the periods, their ids, their labels, then the values
  /// of a node and question each.
  var pieceCount: Int { 1 + (2 + order.count) * piecesOfTime }

  /// Piece number `index`, from 0 to under `pieceCount`.
  func piece(_ index: Int) -> [UInt8] {
    var text = JSONText()
    if index == 0 {
      head(&text)
    } else {
      let (part, number) = (index - 1).quotientAndRemainder(dividingBy: piecesOfTime)
      let start = number * ResultsText.rowsPerPiece
      let bins = start..<min(start + ResultsText.rowsPerPiece, sums.bins.count)
      switch part {
      case 0: ids(bins, &text)
      case 1: labels(bins, &text)
      default: values(order[part - 2], bins, isFirst: part == 2 && start == 0, &text)
      }
    }
    if index == pieceCount - 1 { text.raw("]}") }
    return text.bytes
  }

  private func head(_ text: inout JSONText) {
    var json = JSONText()
    json.object { json in
      json.member("version", "2.0")
      json.member("class", "dataset")
      json.member("label", "Pikapalaute: \(name(ofNode: node))")
      json.member("source", registry.site)
      json.member("id", ["node", "question", "time", "measure"])
      json.member("size", [nodes.count, questions.count, sums.bins.count, Self.measures.count])
      json.member("role") { json in
        json.member("time", ["time"])
        json.member("geo", ["node"])
        json.member("metric", ["measure"])
      }
      json.member("dimension") { json in
        dimension("node", nodes, nodes.map(name(ofNode:)), &json)
        dimension("question", questions, questions.map(text(ofQuestion:)), &json)
      }
    }
    // Everything but the closing braces, which follow the other dimensions and the values.
    text.raw(String(decoding: json.bytes.dropLast(2), as: UTF8.self))
    text.raw(",\"time\":{\"label\":\"time\",\"category\":{\"index\":[")
  }

  /// The periods' ids: when each begins.
  private func ids(_ bins: Range<Int>, _ text: inout JSONText) {
    for bin in bins {
      text.raw("\(bin > 0 ? "," : "")\"\(calendar.format(hour: sums.bins[bin].lowerBound))\"")
    }
  }

  /// The periods' labels: when each begins and ends. Then what follows the periods.
  private func labels(_ bins: Range<Int>, _ text: inout JSONText) {
    if bins.lowerBound == 0 { text.raw("],\"label\":{") }
    var start = calendar.format(hour: sums.bins[bins.lowerBound].lowerBound)
    for bin in bins {
      let end = calendar.format(hour: sums.bins[bin].upperBound)
      text.raw("\(bin > 0 ? "," : "")\"\(start)\":\"\(start)/\(end)\"")
      // Each begins where the one before ends.
      start = end
    }
    guard bins.upperBound == sums.bins.count else { return }
    var json = JSONText()
    json.object { dimension("measure", Self.measures, Self.measures, &$0) }
    text.raw("}}},")
    text.raw(String(decoding: json.bytes.dropFirst(), as: UTF8.self))
    text.raw(",\"value\":[")
  }

  private func dimension(
    _ name: String, _ ids: [String], _ labels: [String], _ json: inout JSONText
  ) {
    json.member(name) { json in
      json.member("label", name)
      json.member("category") { json in
        json.member("index", ids)
        json.member("label") { json in
          for (id, label) in zip(ids, labels) { json.member(id, label) }
        }
      }
    }
  }

  private func values(
    _ series: Int?, _ bins: Range<Int>, isFirst: Bool, _ text: inout JSONText
  ) {
    var isFirst = isFirst
    for bin in bins {
      let numbers: [String]? = series.map { cells(of: sums.tally(series: $0, bin: bin)) }
      for index in Self.measures.indices {
        text.raw("\(isFirst ? "" : ",")\(numbers?[index] ?? "null")")
        isFirst = false
      }
    }
  }

  private func cells(of tally: Tally) -> [String] {
    [
      "\(tally.responses)", number(tally.index), number(tally.interval?.low),
      number(tally.interval?.high), "\(tally.excluded)", "\(tally.invalid)", "\(tally.lost)",
      "\(tally.estimated)", "\(tally.late)", "\(tally.imported)",
    ] + (0..<5).map { $0 < tally.counts.count ? "\(tally.counts[$0])" : "null" } + [
      "\(tally.annulled)"
    ]
  }

  private func number(_ value: Double?) -> String {
    value?.description ?? "null"
  }

  private func name(ofNode id: String) -> String {
    let names = registry.node(id)?.name ?? [:]
    return names[language] ?? names["fi"] ?? names.sorted { $0.key < $1.key }.first?.value ?? id
  }

  private func text(ofQuestion key: String) -> String {
    let parts = key.split(separator: ":").map(String.init)
    let texts = registry.question(parts[0])?.text ?? [:]
    let text =
      texts[language] ?? texts["fi"] ?? texts.sorted { $0.key < $1.key }.first?.value ?? parts[0]
    return parts.count > 1 ? "\(text) (\(parts[1]))" : text
  }
}
