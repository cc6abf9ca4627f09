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

  func add(to routes: inout GuardedRoutes) {
    routes.open("/public/v1/nodes") { try nodes($0) }
    routes.open("/public/v1/results") { try await results($0) }
    routes.get("/api/v1/publications") { try await list($0, $1) }
  }

  private func nodes(_ request: Request) throws -> Response {
    _ = try QueryParameters(request, known: [])
    let (_, registry) = try site.require()
    return Self.answer(
      request, "application/json", PublicPlacesText(registry: registry).json())
  }

  private func results(_ request: Request) async throws -> Response {
    let (site, registry) = try site.require()
    let query = try PublicQuery(
      request, calendar: site.calendar, registry: registry,
      more: ["question", "children", "format"])
    guard let node = registry.node(query.node), node.isPublic else {
      throw Problem(.notFound, "no public node '\(query.node)'; see /public/v1/nodes")
    }
    var nodes = [node.id]
    if try query.parameters.flag("children") {
      nodes += node.children.filter(\.isPublic).map(\.id)
    }
    let format = try TableFormat(request, query.parameters)
    let text = PublicResultsText(
      node: node.id, registry: registry, calendar: site.calendar,
      series: PublishedSeries.all(
        try await publications.versions(in: query.hours, nodes: nodes), nodes: nodes,
        question: try query.question(of: registry)))
    return Self.answer(
      request, format.contentType, format == .csv ? text.csv() : text.json())
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

  /// An answer that caches may keep; 304 when the client has it already.
  private static func answer(_ request: Request, _ type: String, _ bytes: [UInt8]) -> Response {
    let tag = "\"\(Token.hash(String(decoding: bytes, as: UTF8.self)).base64EncodedString())\""
    var headers: HTTPFields = [
      .cacheControl: "public, max-age=\(maxAgeSeconds)", .eTag: tag, .vary: "Accept",
    ]
    if request.headers[.ifNoneMatch]?.contains(tag) ?? false {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = type
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

/// The parameters of questions about what was published.
struct PublicQuery {
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
