extension Ledger {
  /// Takes over what the service holds in a free load's days, so that the comparison
  /// afterwards is of every number and not of a difference.
  mutating func adoptResults(
    _ reader: ResultsReader, city: City, calendar: LocalCalendar, scenario: Scenario
  ) async throws {
    let start = calendar.midnight(scenario.range.from) / 3600
    for service in city.services where scenario.services.contains(service.id) {
      // Touchpoints are the children of units.
      for unit in service.nodes.flatMap(\.nodes) {
        let answer = try await reader.results(
          node: unit.id, range: scenario.range, by: "hour", children: true)
        for child in unit.nodes {
          guard let touchpoint = child.touchpoint else { continue }
          for series in answer.series where series.node == child.id {
            for (hour, row) in series.rows.enumerated() {
              adopt(row.cell, touchpoint: touchpoint, hour: start + hour)
            }
          }
        }
      }
    }
  }
}

extension ResultsReader {
  /// The row by=total of every service of a scenario.
  func totals(_ scenario: Scenario) async throws -> [String: ResultsAnswer.Row] {
    var totals: [String: ResultsAnswer.Row] = [:]
    for service in scenario.services {
      let answer = try await results(node: service, range: scenario.range, by: "total")
      totals[service] = answer.series.first { $0.node == service }?.rows.first
    }
    return totals
  }
}
