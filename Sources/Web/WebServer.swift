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
  private let pressReader: StoreReader
  private let access: Access
  private let publications: PublicationStore
  private let queue: SubmissionQueue
  private let status: IngestStatus
  private let budget = AnswerBudget()
  private let silentDevices = SilentDevices()
  private let connections: ConnectionTable
  private let startedAtMilliseconds: Int64
  private let nowMilliseconds: @Sendable () -> Int64
  private let monotonicMilliseconds: @Sendable () -> Int64

  public init(
    site: CurrentSite, reader: StoreReader, pressReader: StoreReader, access: Access,
    publications: PublicationStore,
    queue: SubmissionQueue, status: IngestStatus,
    connectionsMax: Int = WebLimits.connectionsMax,
    nowMilliseconds: @escaping @Sendable () -> Int64,
    monotonicMilliseconds: @escaping @Sendable () -> Int64
  ) {
    connections = ConnectionTable(connectionsMax: connectionsMax)
    self.site = site
    self.reader = reader
    self.pressReader = pressReader
    self.access = access
    self.publications = publications
    self.queue = queue
    self.status = status
    startedAtMilliseconds = nowMilliseconds()
    self.nowMilliseconds = nowMilliseconds
    self.monotonicMilliseconds = monotonicMilliseconds
  }

  /// The server on `host` and `port`, to be run as a service.
  public func application(
    host: String, port: Int, logger: Logger,
    onRunning: @escaping @Sendable () async -> Void
  ) -> some ApplicationProtocol {
    Application(
      router: router(),
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [ConnectionWatch(connections)],
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: WebLimits.headBytesMax, maxHeaderListSize: WebLimits.headBytesMax))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: "pikapalaute",
        backlog: WebLimits.connectionsUnacceptedMax,
        availableConnectionsDelegate: .maximum(
          connections.acceptedMax, logger: logger)),
      onServerRunning: { _ in await onRunning() },
      logger: logger)
  }

  /// Ends what is still being answered: closes every connection, lets no request wait.
  public func endAll() {
    budget.close()
    connections.closeAll()
  }

  func router() -> Router<BasicRequestContext> {
    let ingest = IngestRoute(
      site: site, queue: queue, nowMilliseconds: nowMilliseconds)
    let router = Router(
      context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ProblemMiddleware())
    router.add(middleware: AnswerBudgetMiddleware(budget))
    var routes = GuardedRoutes(router: router, access: access)
    routes.post("/ingest/v1/{site}/{device}/press") { try await ingest.post($0, $1) }
    routes.get("/api/v1/nodes") { try await nodes($0, $1) }
    routes.get("/api/v1/results") { try await results($0, $1) }
    StatisticsRoutes(site: site, reader: reader, budget: budget).add(to: &routes)
    routes.get("/api/v1/devices") { try await devices($0, $1) }
    PublicRoutes(site: site, publications: publications, reader: reader).add(to: &routes)
    let exports = ExportRoutes(
      site: site, reader: reader, pressReader: pressReader, budget: budget,
      startedAtMilliseconds: startedAtMilliseconds,
      nowMilliseconds: nowMilliseconds)
    routes.get("/api/v1/exports/{place}/{year}/{file}") { try await exports.file($0, $1, $2) }
    let revisions = RevisionsRoute(site: site, reader: reader)
    routes.get("/api/v1/revisions") { try await revisions.get($0, $1) }
    routes.get("/api/v1/presses") { try await exports.presses($0, $1) }
    let document = Self.response("application/json", Array(OpenAPI.document.utf8))
    routes.open("/api/v1/openapi.json") { _ in document }
    routes.open("/healthz") { _ in try health() }
    routes.open("/readyz") { try await readiness($0) }
    routes.open("/metrics") { request in
      try await access.requireMetrics(request)
      let text = MetricsText(
        status: status.current, isStuck: delay != nil, connections: connections.numbers,
        answers: budget.numbers, submissions: queue.numbers,
        refusedTokens: access.refused.total, sizes: reader.sizes,
        // A database that cannot be read is no reason to say nothing of all else.
        silentDevices: await silentDevices.count(
          monotonicMilliseconds: monotonicMilliseconds()
        ) { try await devices(Scope(node: nil, index: nil)).silentCount })
      return Self.response("text/plain; version=0.0.4", Array(text.text().utf8))
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
    // What is known of devices changes without any count, and what was is counted under the registry
    // of today; so such answers are always made anew.
    let hasTag = !query.withCoverage && query.asOf == nil
    if hasTag {
      let revision = try await reader.read { try $0.revision(hours: query.hours) }
      if let answer = tag(revision, query).notModified(request) { return answer }
    }
    let lease = try await query.lease(budget, site: site, for: request)
    let reading = try await query.read(
      site: site, reader: reader, nowSeconds: Int(nowMilliseconds() / 1000))
    lease.endReading()
    let tag = hasTag ? tag(reading.revision, query) : nil
    switch query.format {
    case .json, .csv:
      let text = ResultsText(
        query: query, reading: reading, calendar: site.calendar,
        timeZone: registry.timeZone.identifier)
      return Response(query.format, tag, pieces: text.pieceCount, text.piece)
        .holding(lease)
    case .jsonStat:
      let text = JSONStatText(
        node: query.node, sums: reading.sums, calendar: site.calendar, registry: registry,
        language: query.language)
      return Response(query.format, tag, pieces: text.pieceCount, text.piece)
        .holding(lease)
    }
  }

  private func tag(_ revision: DataRevision, _ query: ResultsQuery) -> EntityTag {
    EntityTag(
      revision, form: query.format.rawValue, hours: query.hours,
      startedAtMilliseconds: startedAtMilliseconds, nowMilliseconds: nowMilliseconds())
  }

  private func devices(_ request: Request, _ scope: Scope) async throws -> Response {
    _ = try QueryParameters(request, known: [])
    return Self.response("application/json", try await devices(scope).json())
  }

  private func devices(_ scope: Scope) async throws -> DevicesText {
    let (site, registry) = try site.require()
    return DevicesText(
      devices: site.applied.devices, health: try await reader.read { try $0.deviceHealth() },
      nowMilliseconds: nowMilliseconds(), calendar: site.calendar, registry: registry,
      scope: scope)
  }

  private var delay: IngestDelay? {
    status.delay(nowMilliseconds: monotonicMilliseconds())
  }

  /// The process lives, and so does the thread that takes presses.
  private func health() throws -> Response {
    if let delay { throw Problem.unavailable("\(delay)") }
    return Self.response("text/plain", Array("ok\n".utf8))
  }

  /// Says to anybody which part is not ready, and to administrators why.
  private func readiness(_ request: Request) async throws -> Response {
    let status = status.current
    let parts = [
      ("ingest", delay == nil), ("store", status.isStoring), ("broker", status.isSubscribed),
    ]
    .filter { !$0.1 }.map(\.0)
    if parts.isEmpty { return Self.response("text/plain", Array("ready\n".utf8)) }
    let isDetailed = await access.isAdministrator(request) && !status.storeFailure.isEmpty
    throw Problem.unavailable(
      "not ready: " + parts.joined(separator: ", ")
        + (isDetailed ? "; \(status.storeFailure)" : ""))
  }

  private static func response(_ type: String, _ bytes: [UInt8]) -> Response {
    Response(
      status: .ok, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
