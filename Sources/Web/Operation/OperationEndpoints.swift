import Hummingbird
import Ingest
import Queries
import Store

extension Endpoint {
  /// `GET /api/v1/openapi.json`.
  static let document = Endpoint(
    "/api/v1/openapi.json", id: "getOpenAPI", tag: .operation, need: .nothing,
    summary: "This document",
    parameters: nil,
    success: #"""
      {
        "description": "OpenAPI 3.1.",
        "content": {
          "application/json": {
            "schema": { "type": "object", "required": ["openapi", "info", "paths"] }
          }
        }
      }
      """#
  ) { _ in .json(OpenAPI.bytes) }

  /// The process lives, and so does the thread that takes presses.
  static let health = Endpoint(
    "/healthz", id: "getHealth", tag: .operation, need: .nothing,
    summary: "The process lives",
    description: """
      HTTP is served, and the thread that takes presses goes on. Nothing is said of the broker \
      or of a store that fails; see /readyz.
      """,
    parameters: nil,
    success: #"""
      {
        "description": "It lives.",
        "content": { "text/plain": { "schema": { "type": "string" }, "example": "ok\n" } }
      }
      """#,
    responses: [
      (
        "503",
        #"""
        {
          "description": "The thread that takes presses is stuck: at what, and since when. \#
        Only a start anew helps, or that what it waits for comes back.",
          "headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },
          "content": {
            "application/problem+json": {
              "schema": { "$ref": "#/components/schemas/Problem" },
              "example": {
                "type": "about:blank", "title": "Service Unavailable", "status": 503,
                "detail": "the ingest thread is stuck: committing for 31 s"
              }
            }
          }
        }
        """#
      )
    ]
  ) { call in
    if let delay = call.service.delay { throw Problem.unavailable("\(delay)") }
    return .text("ok\n")
  }

  /// Says to anybody which part is not ready, and to administrators why.
  static let readiness = Endpoint(
    "/readyz", id: "getReadiness", tag: .operation, need: .nothing,
    summary: "Presses are taken",
    description: """
      Says to anybody which parts are not ready: `ingest` (stuck, see /healthz), `store`, \
      `broker`; with an administrator's token also why.
      """,
    parameters: nil,
    success: #"""
      {
        "description": "Subscribed to the broker, and the store writes.",
        "content": { "text/plain": { "schema": { "type": "string" }, "example": "ready\n" } }
      }
      """#,
    responses: [
      (
        "503",
        #"""
        {
          "description": "Not ready.",
          "headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },
          "content": {
            "application/problem+json": {
              "schema": { "$ref": "#/components/schemas/Problem" },
              "example": {
                "type": "about:blank", "title": "Service Unavailable", "status": 503,
                "detail": "not ready: broker"
              }
            }
          }
        }
        """#
      )
    ]
  ) { call in
    let status = call.service.status.current
    let parts = [
      ("ingest", call.service.delay == nil), ("store", status.isStoring),
      ("broker", status.isSubscribed),
    ]
    .filter { !$0.1 }.map(\.0)
    if parts.isEmpty { return .text("ready\n") }
    let isDetailed =
      await call.service.access.isAdministrator(call.request) && !status.storeFailure.isEmpty
    throw Problem.unavailable(
      "not ready: " + parts.joined(separator: ", ")
        + (isDetailed ? "; \(status.storeFailure)" : ""))
  }

  /// The service's own numbers.
  static let metrics = Endpoint(
    "/metrics", id: "getMetrics", tag: .operation, need: .nothing,
    summary: "The service's own numbers",
    description: """
      Prometheus' text format 0.0.4; no names of places or devices. Where \
      PIKAPALAUTE_METRICS_TOKEN is set, that token or an administrator's is needed (401, 403).
      """,
    parameters: nil,
    success: #"""
      {
        "description": "Counters and histograms since the start, and gauges.",
        "content": {
          "text/plain": {
            "schema": { "type": "string" },
            "example": "# TYPE pikapalaute_presses_total counter\npikapalaute_presses_total 42\n"
          }
        }
      }
      """#
  ) { call in
    let service = call.service
    try await service.access.requireMetrics(call.request)
    let text = MetricsWriter(
      status: service.status.current, isStuck: service.delay != nil,
      connections: service.connections.numbers, answers: service.budget.numbers,
      files: service.spoolSpace.numbers,
      submissions: service.queue.numbers, refusedTokens: service.access.refused.total,
      refusedClaims: service.claimGuesses.total, refusals: service.access.refusals.totals,
      requestTimes: service.requestTimes.numbers,
      sizes: service.reader.sizes,
      // A database that cannot be read is no reason to say nothing of all else.
      devices: await service.deviceLook.found(
        monotonicMilliseconds: service.monotonicMilliseconds()
      ) {
        let query = DevicesQuery(
          site: try service.site.require(), scope: .everything,
          nowMilliseconds: service.nowMilliseconds())
        let devices = try await service.reader.answer(query)
        let erased = try await service.reader.read { try $0.erasedFrames() }
        return (
          devices.silentCount, devices.lowBatteryCount, devices.behindCount, erased
        )
      })
    return .text(text.text(), "text/plain; version=0.0.4; charset=utf-8")
  }
}
