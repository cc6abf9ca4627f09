/// One number of the results that is not the ledger's.
struct Difference: CustomStringConvertible {
  var place: String
  var what: String
  var expected: String
  var found: String

  var description: String { "\(place): \(what) is \(found), the ledger has \(expected)" }
}

/// Compares every number of the results API with the ledger.
struct Verifier {
  let city: City
  let calendar: LocalCalendar
  let scenario: Scenario
  let ledger: Ledger
  let reader: ResultsReader
  /// Numbers compared so far.
  private(set) var comparedCount = 0
  private(set) var differences: [Difference] = []
  /// The services' rows by=total, for the report's table.
  private(set) var totals: [String: ResultsAnswer.Row] = [:]

  /// Differences that are listed.
  static let listedMax = 20

  init(
    city: City, calendar: LocalCalendar, scenario: Scenario, ledger: Ledger, reader: ResultsReader
  ) {
    self.city = city
    self.calendar = calendar
    self.scenario = scenario
    self.ledger = ledger
    self.reader = reader
  }

  /// - Throws: `Failure` when the results cannot be read at all.
  mutating func run() async throws {
    for service in city.services where scenario.services.contains(service.id) {
      for by in ["total", "year", "hour"] { try await compare(service, by: by, children: false) }
      try await compareBranch(service)
    }
  }

  /// Day by day, down to the touchpoints.
  private mutating func compareBranch(_ node: Node) async throws {
    if node.nodes.isEmpty { return }
    try await compare(node, by: "day", children: true)
    for child in node.nodes { try await compareBranch(child) }
  }

  private mutating func compare(_ node: Node, by: String, children: Bool) async throws {
    let answer = try await reader.results(
      node: node.id, range: scenario.range, by: by, children: children)
    for shown in [node] + (children ? node.nodes : []) {
      guard let question = shown.touchpoints.first.map({ city.touchpoints[$0].question }) else {
        continue
      }
      let id = city.questions[question].id
      let matching = answer.series.filter { $0.node == shown.id && $0.question == id }
      expect(1, matching.count, "number of \(id) series", "\(shown.id) by=\(by)")
      if let series = matching.first {
        expect(city.questions[question].buttons, series.buttons, "buttons", "\(shown.id) by=\(by)")
        compare(series, touchpoints: shown.touchpoints, by: by)
      }
    }
    if by == "total" {
      totals[node.id] = answer.series.first { $0.node == node.id }?.rows.first
    }
  }

  private mutating func compare(
    _ series: ResultsAnswer.Series, touchpoints: [Int], by: String
  ) {
    let boundaries = boundaries(by: by)
    let cells = ledger.sums(touchpoints: touchpoints, boundaries: boundaries)
    let place = "\(series.node) by=\(by)"
    expect(cells.count, series.rows.count, "number of rows", place)
    for (index, (row, cell)) in zip(series.rows, cells).enumerated() {
      let place = "\(place) \(calendar.text(boundaries[index]))"
      // A year that is asked for in part may be shown as the part or as the whole.
      if by != "year" || coversWholeYears {
        expect(calendar.text(boundaries[index]), row.start, "start", place)
        expect(calendar.text(boundaries[index + 1]), row.end, "end", place)
      }
      let counts = cell.counts(buttons: series.buttons)
      expect(counts, row.counts, "counts", place)
      expect(cell.responses, row.responses, "responses", place)
      expect(cell.excluded, row.excluded, "excluded", place)
      expect(cell.invalid, row.invalid, "invalid", place)
      expect(cell.lost, row.lost, "lost", place)
      expect(cell.estimated, row.estimated, "estimated", place)
      compareIndex(row, counts: counts, place: place)
    }
  }

  /// The index and its interval, by the contract's own formulas.
  private mutating func compareIndex(_ row: ResultsAnswer.Row, counts: [Int], place: String) {
    guard counts.contains(where: { $0 > 0 }) else {
      expect("none", row.index.map { "\($0)" } ?? "none", "index", place)
      return
    }
    let index = HappyIndex(counts: counts)
    expectNear(index.value, row.index, within: 1e-6, "index", place)
    // The contract's example shows one decimal.
    expectNear(index.low, row.interval?.low, within: 0.05, "interval low", place)
    expectNear(index.high, row.interval?.high, within: 0.05, "interval high", place)
  }

  private var coversWholeYears: Bool {
    let (from, to) = (scenario.range.from.civil, scenario.range.to.civil)
    return from.month == 1 && from.day == 1 && to.month == 1 && to.day == 1
  }

  /// UTC seconds between which rows lie, first and last included.
  private func boundaries(by: String) -> [Int] {
    let range = scenario.range
    let (start, end) = (calendar.midnight(range.from), calendar.midnight(range.to))
    switch by {
    case "day": return range.dates.map(calendar.midnight) + [end]
    case "hour": return Array(stride(from: start, through: end, by: 3600))
    case "year":
      let years = (range.from.civil.year...LocalDate(days: range.to.days - 1).civil.year)
      let starts = years.dropFirst().map {
        calendar.midnight(LocalDate(year: $0, month: 1, day: 1))
      }
      return [start] + starts + [end]
    default: return [start, end]
    }
  }

  private mutating func expect<Value: Equatable>(
    _ expected: Value, _ found: Value, _ what: String, _ place: @autoclosure () -> String
  ) {
    comparedCount += 1
    if expected == found { return }
    differences.append(
      Difference(place: place(), what: what, expected: "\(expected)", found: "\(found)"))
  }

  private mutating func expectNear(
    _ expected: Double, _ found: Double?, within tolerance: Double, _ what: String, _ place: String
  ) {
    comparedCount += 1
    if let found, abs(found - expected) <= tolerance { return }
    let text = found.map { "\($0)" } ?? "null"
    differences.append(
      Difference(place: place, what: what, expected: "\(expected)", found: text))
  }
}
