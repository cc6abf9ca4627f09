import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Queries
import Registry
import Reporting
import Store
@testable import Web

private let registry: Registry = {
  let yaml = """
    site: helsinki
    time_zone: Europe/Helsinki
    questions:
      - {id: palvelu, buttons: 4}
      - {id: siisteys, buttons: 5}
    nodes:
      - id: kirjasto
        kind: service
        nodes:
          - id: aula
            kind: touchpoint
            question: palvelu
            devices: [{id: d-1, from: 2016-01-01}, {id: d-2, from: 2020-01-01}]
          - id: piha
            kind: touchpoint
            question: siisteys
            devices: [{id: d-3}]
    """
  do {
    return try Registry(yaml: yaml, name: "query.yaml")
  } catch {
    fatalError("\(error)")
  }
}()
private let current: CurrentSite = {
  let current = CurrentSite()
  let devices = registry.timelines.enumerated().map { number, timeline in
    StoredDevice(number: number, isRegistered: true, timeline: timeline)
  }
  current.set(AppliedSite(registry: registry, devices: devices))
  return current
}()
private let base = "node=kirjasto&from=2017-01-01&to=2017-03-01&"
private let names = [
  "node", "from", "to", "by", "children", "question", "format", "details", "coverage", "lang",
  "as_of", "dialect",
]

/// The query of an address: refused with a word that names a parameter, or a range whose rows
/// cover it. The first byte chooses the Accept header and whether a whole query stands before.
/// Also compiled into Tests/ResultsTests, where `require` is another.
@Sendable
func fuzzQuery(_ input: [UInt8]) {
  guard let choice = input.first else { return }
  let text = (choice & 1 != 0 ? base : "") + String(decoding: input.dropFirst(), as: UTF8.self)
  let wantsCSV = choice & 2 != 0
  // As the server makes it from what it read of the connection.
  let head = HTTPRequest(
    method: .get, scheme: "http", authority: "localhost", path: "/api/v1/results?" + text,
    headerFields: wantsCSV ? [.accept: "text/csv"] : [:])
  let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
  do {
    let arguments = try Arguments(
      request, path: Hummingbird.Parameters(), of: .results, site: current)
    let asked = try ResultsQuery.Asked(arguments)
    let format = try arguments[Parameters.resultsFormat]
    require(format == .csv || !wantsCSV || text.contains("format"), "asked for CSV")
    let query = try ResultsQuery(
      asked, site: try arguments.site, scope: .everything, nowSeconds: 0)
    check(asked, query.plan, try query.bins())
  } catch let problem as Problem {
    check(problem, request.uri.query ?? "")
  } catch let error as QueryError {
    check(Problem(error), request.uri.query ?? "")
  } catch {
    require(false, "\(error)")
  }
}

private func check(_ query: ResultsQuery.Asked, _ plan: SeriesPlan, _ bins: [Range<Int>]) {
  require(0 <= query.hours.lowerBound && query.hours.upperBound <= Registry.hourEnd, "hours")
  require(!query.hours.isEmpty && !bins.isEmpty, "an empty range")
  require(bins.count * max(1, plan.series.count) <= QueryLimits.cellsMax, "too many cells")
  require(bins.first?.lowerBound == query.hours.lowerBound, "a gap before the first row")
  require(bins.last?.upperBound == query.hours.upperBound, "a gap after the last row")
  for (bin, next) in zip(bins, bins.dropFirst()) {
    require(!bin.isEmpty && bin.upperBound == next.lowerBound, "a gap between rows")
  }
  for span in plan.spans {
    require(span.hours.clamped(to: query.hours) == span.hours, "hours that nobody asked for")
    for case .some(let target) in span.targets {
      require(plan.series.indices.contains(target), "a target that is not there")
    }
  }
  if let question = query.question {
    require(plan.series.allSatisfy { $0.question == question }, "another question")
  }
}

private func check(_ problem: Problem, _ text: String) {
  switch problem.status {
  case .notFound:
    require([nil, "question"].contains(problem.parameter), "404 of what is not there")
  case .badRequest:
    require(problem.parameter != nil, "400 without a parameter")
    let name = problem.parameter ?? ""
    require(
      names.contains(name) || name.isEmpty || text.contains(name),
      "a parameter that nobody gave: \(name)")
  default: require(false, "\(problem.status)")
  }
  var json = JSONWriter()
  json.object { $0.member("detail", problem.detail) }
  let read = try? JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: String]
  require(read?["detail"] == problem.detail, "the detail is not its own JSON")
}
