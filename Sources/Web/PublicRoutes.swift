import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Registry
import Reporting
import Store

/// `/public/v1/…`, for everybody: what was published, and nothing that is counted now.
struct PublicRoutes: Sendable {
  /// Seconds for which an answer may be kept: periods are published at most four times an hour.
  static let maxAgeSeconds = 900
  /// Every answer may be read by any page; so may errors (`ProblemMiddleware`).
  static let prefix = "/public/"

  let site: CurrentSite
  let publications: PublicationStore
  let reader: StoreReader
  private let answers: PublicAnswers

  init(site: CurrentSite, publications: PublicationStore, reader: StoreReader) {
    self.site = site
    self.publications = publications
    self.reader = reader
    answers = PublicAnswers(publications)
  }

  func add(to routes: inout GuardedRoutes) {
    routes.open("/public/v1/nodes") { try await nodes($0) }
    routes.open("/public/v1/results") { try await results($0) }
    routes.get("/api/v1/publications") { try await list($0, $1) }
  }

  private func nodes(_ request: Request) async throws -> Response {
    _ = try QueryParameters(request, known: [])
    let (_, registry) = try site.require()
    let answer = try await answers.answer(["nodes"], in: 0..<0, format: .json) {
      PublicAnswers.Answer("application/json", PublicPlacesText(registry: registry).json())
    }
    return Response(answer, to: request)
  }

  private func results(_ request: Request) async throws -> Response {
    let (site, registry) = try site.require()
    let query = try PublicQuery(
      request, calendar: site.calendar, registry: registry,
      more: ["question", "children", "coarser", "format"])
    guard let node = registry.node(query.node), node.isPublic else {
      throw Problem(.notFound, "no public node '\(query.node)'; see /public/v1/nodes")
    }
    var nodes = [node.id]
    if try query.parameters.flag("children") {
      nodes += node.children.filter(\.isPublic).map(\.id)
    }
    // Not beside each other: who adds up the rows would count twice.
    let isCoarser = try query.parameters.flag("coarser")
    let format = try TableFormat(request, query.parameters)
    let question = try query.question(of: registry)
    let answer = try await answers.answer(
      ["results"] + query.parameters.listed(without: ["from", "to", "format"]), in: query.hours,
      format: format
    ) { [publications, nodes] in
      let found = try await publications.versions(in: query.hours, nodes: nodes)
        .filter { $0.isCoarser == isCoarser }
      let text = PublicResultsText(
        node: node.id, registry: registry, calendar: site.calendar,
        series: PublishedSeries.all(found, nodes: nodes, question: question))
      return PublicAnswers.Answer(
        format.contentType, format == .csv ? text.csv() : text.json())
    }
    return Response(answer, to: request)
  }

  /// What was published of a node, and whether the numbers are still the same.
  private func list(_ request: Request, _ scope: Scope) async throws -> Response {
    let (site, registry) = try site.require()
    let query = try PublicQuery(
      request, calendar: site.calendar, registry: registry, more: [])
    try scope.covers(query.node)
    guard registry.node(query.node) != nil, let index = site.index else {
      throw Problem(
        .notFound, "node '\(query.node)' is not in the registry; see /api/v1/nodes")
    }
    let versions = try await publications.versions(in: query.hours, nodes: [query.node])
    let series = PublishedSeries.all(versions, nodes: [query.node], question: nil)
    var now: [Range<Int>: SeriesSums] = [:]
    for hours in Set(series.flatMap { $0.periods.map(\.hours) }) {
      let plan = SeriesPlan(index: index, nodes: [query.node], hours: hours)
      now[hours] = try await reader.read {
        try $0.sums(of: plan, bins: [hours], calendar: site.calendar)
      }
    }
    let text = PublicationsText(
      node: query.node, calendar: site.calendar, timeZone: registry.timeZone.identifier,
      series: series, now: now)
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: text.json())))
  }
}

/// The parameters of questions about what was published.
struct PublicQuery: Sendable {
  let parameters: QueryParameters
  let node: String
  /// Periods that lie in it whole are answered; without `from` and `to` all of them.
  let hours: Range<Int>

  /// - Throws: 400 that names the parameter.
  init(
    _ request: Request, calendar: SiteCalendar, registry: Registry, more: [String]
  ) throws {
    let parameters = try QueryParameters(request, known: ["node", "from", "to"] + more)
    func hour(_ name: String, default hour: Int) throws -> Int {
      guard let text = parameters.text(name) else { return hour }
      do throws(TimeTextError) {
        return try calendar.hour(parsing: text)
      } catch {
        throw Problem.parameter(name, error.description)
      }
    }
    let from = try hour("from", default: 0)
    let to = try hour("to", default: Registry.hourEnd)
    guard from < to else { throw Problem.parameter("to", "must be later than from") }
    node = try parameters.required("node")
    self.parameters = parameters
    hours = from..<to
  }

  func question(of registry: Registry) throws -> String? {
    guard let question = parameters.text("question") else { return nil }
    guard registry.question(question) != nil else {
      throw Problem.parameter("question", "'\(question)' is not a question of this site")
    }
    return question
  }
}
