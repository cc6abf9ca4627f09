import Queries
import Registry
import Reporting

/// Results as one JSON-stat 2.0 dataset: node × question × time × measure.
///
/// Made chunk by chunk. A node that does not ask a question, and a button that a question does not
/// have, are null.
struct JSONStatEncoder: Sendable {
  /// One node's answers to one question, found by both.
  private struct Cell: Hashable {
    var node: String
    var question: String
  }

  private let asked: String
  private let sums: SeriesAggregates
  private let site: Site
  private let names: JSONStatNames

  private var nodes: [String] = []
  private var questions: [String] = []
  /// Index of the series of each node and question, in the order of the values.
  private let order: [Int?]

  init(_ results: Results, site: Site, language: String) {
    asked = results.asked.node
    sums = results.sums
    self.site = site
    names = JSONStatNames(registry: site.registry, language: language)
    var seen: Set<String> = []
    var places: [Cell: Int] = [:]
    let keys = JSONStatNames.questionKeys(sums.plan.series.map { ($0.question, $0.buttons) })
    for (number, (series, question)) in zip(sums.plan.series, keys).enumerated() {
      if seen.insert("node \(series.node)").inserted { nodes.append(series.node) }
      if seen.insert("question \(question)").inserted { questions.append(question) }
      places[Cell(node: series.node, question: question)] = number
    }
    order = nodes.flatMap { [questions] node in
      questions.map { places[Cell(node: node, question: $0)] }
    }
  }

  /// Some hundred periods each, so that a large answer never stands in memory as a whole.
  private var chunksOfTime: Int {
    (sums.bins.count + ResultsEncoder.rowsPerChunk - 1) / ResultsEncoder.rowsPerChunk
  }

  /// Chunks of the whole: what stands before the periods, their ids, their labels, then the values
  /// of a node and question each.
  var chunkCount: Int { 1 + (2 + order.count) * chunksOfTime }

  /// Chunk `index`, from 0 to under `chunkCount`.
  func chunk(_ index: Int) -> [UInt8] {
    if index == 0 { return head() }
    let (part, number) = (index - 1).quotientAndRemainder(dividingBy: chunksOfTime)
    let start = number * ResultsEncoder.rowsPerChunk
    let bins = start..<min(start + ResultsEncoder.rowsPerChunk, sums.bins.count)
    var json = JSONWriter(isContinued: start > 0 || part > 2)
    switch part {
    case 0: for bin in bins { json.element(site.calendar.format(hour: sums.bins[bin].lowerBound)) }
    case 1: labels(bins, &json)
    default: values(order[part - 2], bins, &json)
    }
    if index == chunkCount - 1 {
      json.closeList()
      json.close()
    }
    return json.bytes
  }

  /// Everything up to the periods' ids.
  private func head() -> [UInt8] {
    var json = JSONWriter()
    json.open()
    json.member("version", "2.0")
    json.member("class", "dataset")
    json.member("label", "Pikapalaute: \(names.node(asked))")
    json.member("source", site.registry.site)
    json.member("id", ["node", "question", "time", "measure"])
    json.member("size", [nodes.count, questions.count, sums.bins.count, Measure.all.count])
    json.member("role") { json in
      json.member("time", ["time"])
      json.member("geo", ["node"])
      json.member("metric", ["measure"])
    }
    json.open("dimension")
    JSONStatNames.dimension("node", nodes, nodes.map(names.node), &json)
    JSONStatNames.dimension("question", questions, questions.map(names.question), &json)
    json.open("time")
    json.member("label", "time")
    json.open("category")
    json.openList("index")
    return json.bytes
  }

  /// The periods' labels: when each begins and ends. Then what follows the periods.
  private func labels(_ bins: Range<Int>, _ json: inout JSONWriter) {
    if bins.lowerBound == 0 {
      json.closeList()
      json.open("label")
    }
    var start = site.calendar.format(hour: sums.bins[bins.lowerBound].lowerBound)
    for bin in bins {
      let end = site.calendar.format(hour: sums.bins[bin].upperBound)
      json.member(start, "\(start)/\(end)")
      // Each begins where the one before ends.
      start = end
    }
    guard bins.upperBound == sums.bins.count else { return }
    for _ in ["label", "category", "time"] { json.close() }
    let measures = Measure.all.map(\.name)
    JSONStatNames.dimension("measure", measures, measures, &json)
    json.close()
    json.openList("value")
  }

  private func values(_ series: Int?, _ bins: Range<Int>, _ json: inout JSONWriter) {
    for bin in bins {
      let tally = series.map { sums.tally(series: $0, bin: bin) }
      for measure in Measure.all {
        switch tally.flatMap(measure.value) {
        case nil: json.elementNull()
        case .count(let count): json.element(count)
        case .number(let number): json.element(number)
        case .text(let text): json.element(text)
        }
      }
    }
  }
}
