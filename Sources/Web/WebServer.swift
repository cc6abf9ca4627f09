import Foundation
import HTTPTypes
public import Hummingbird
public import Ingest
public import Logging
import NIOCore
import Registry
public import Store

/// Everything that HTTP can ask of the service, as a table of contents.
public struct WebServer: Sendable {
  private let site: CurrentSite
  private let reader: StoreReader
  private let access: Access
  private let publications: PublicationStore
  private let queue: SubmissionQueue
  private let status: IngestStatus
  private let startedAtMilliseconds: Int64
  private let nowMilliseconds: @Sendable () -> Int64

  public init(
    site: CurrentSite, reader: StoreReader, access: Access, publications: PublicationStore,
    queue: SubmissionQueue, status: IngestStatus, nowMilliseconds: @escaping @Sendable () -> Int64
  ) {
    self.site = site
    self.reader = reader
    self.access = access
    self.publications = publications
    self.queue = queue
    self.status = status
    startedAtMilliseconds = nowMilliseconds()
    self.nowMilliseconds = nowMilliseconds
  }

  /// The server on `host` and `port`, to be run as a service.
  public func application(
    host: String, port: Int, logger: Logger,
    onRunning: @escaping @Sendable () async -> Void
  ) -> some ApplicationProtocol {
    Application(
      router: router(),
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: "pikapalaute"),
      onServerRunning: { _ in await onRunning() },
      logger: logger)
  }

  func router() -> Router<BasicRequestContext> {
    let ingest = IngestRoute(
      site: site, queue: queue, nowMilliseconds: nowMilliseconds)
    let router = Router(
      context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ProblemMiddleware())
    var routes = GuardedRoutes(router: router, access: access)
    routes.post("/ingest/v1/{site}/{device}/press") { try await ingest.post($0, $1) }
    routes.get("/api/v1/nodes") { try await nodes($0, $1) }
    routes.get("/api/v1/results") { try await results($0, $1) }
    StatisticsRoutes(site: site, reader: reader).add(to: &routes)
    routes.get("/api/v1/devices") { try await devices($0, $1) }
    PublicRoutes(site: site, publications: publications, reader: reader).add(to: &routes)
    let exports = ExportRoutes(
      site: site, reader: reader, startedAtMilliseconds: startedAtMilliseconds,
      nowMilliseconds: nowMilliseconds)
    routes.get("/api/v1/exports/{place}/{year}/{file}") { try await exports.file($0, $1, $2) }
    routes.get("/api/v1/presses") { try await exports.presses($0, $1) }
    routes.open("/api/v1/openapi.json") { _ in
      Self.response("application/json", Array(OpenAPI.document.utf8))
    }
    routes.open("/healthz") { _ in Self.response("text/plain", Array("ok\n".utf8)) }
    routes.open("/readyz") { _ in try readiness() }
    routes.open("/metrics") { _ in
      Self.response(
        "text/plain; version=0.0.4", Array(MetricsText(status: status.current).text().utf8))
    }
    routes.finish()
    return router
  }

  private func nodes(_ request: Request, _ scope: Scope) async throws -> Response {
    _ = try QueryParameters(request, known: [])
    let (site, registry) = try site.require()
    return Self.response(
      "application/json",
      PlacesText(registry: registry, calendar: site.calendar, scope: scope).json())
  }

  private func results(_ request: Request, _ scope: Scope) async throws -> Response {
    let (site, registry) = try site.require()
    let query = try ResultsQuery(request, calendar: site.calendar, registry: registry)
    try scope.covers(query.node)
    // What is known of devices changes without any count; so such answers are always made anew.
    if !query.withCoverage {
      let revision = try await reader.read { try $0.revision(hours: query.hours) }
      if let answer = tag(revision, query).notModified(request) { return answer }
    }
    let reading = try await query.read(
      site: site, reader: reader, nowSeconds: Int(nowMilliseconds() / 1000))
    let tag = query.withCoverage ? nil : tag(reading.revision, query)
    switch query.format {
    case .json, .csv:
      let text = ResultsText(
        query: query, reading: reading, calendar: site.calendar,
        timeZone: registry.timeZone.identifier)
      let type =
        query.format == .json ? "application/json" : "text/csv; charset=utf-8; header=present"
      return Response(type, tag, pieces: text.pieceCount, text.piece)
    case .jsonStat:
      let text = JSONStatText(
        node: query.node, sums: reading.sums, calendar: site.calendar, registry: registry,
        language: query.language)
      return Response("application/json", tag, pieces: text.pieceCount, text.piece)
    }
  }

  private func tag(_ revision: DataRevision, _ query: ResultsQuery) -> EntityTag {
    EntityTag(
      revision, form: query.format.rawValue, hours: query.hours,
      startedAtMilliseconds: startedAtMilliseconds, nowMilliseconds: nowMilliseconds())
  }

  private func devices(_ request: Request, _ scope: Scope) async throws -> Response {
    _ = try QueryParameters(request, known: [])
    let (site, registry) = try site.require()
    let text = DevicesText(
      devices: site.applied.devices, health: try await reader.read { try $0.deviceHealth() },
      nowMilliseconds: nowMilliseconds(), calendar: site.calendar, registry: registry,
      scope: scope)
    return Self.response("application/json", text.json())
  }

  private func readiness() throws -> Response {
    let status = status.current
    if !status.isStoring {
      throw Problem.unavailable("the store does not write: \(status.storeFailure)")
    }
    if !status.isSubscribed { throw Problem.unavailable("not subscribed to the broker") }
    return Self.response("text/plain", Array("ready\n".utf8))
  }

  private static func response(_ type: String, _ bytes: [UInt8]) -> Response {
    Response(
      status: .ok, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
