import HTTPTypes
import Hummingbird
import Ingest
import Logging
import NIOCore
import NIOEmbedded
import Queries
import Synchronization
import Testing

@testable import Store
@testable import Web

@Suite struct RequestTimesTests {
  /// Milliseconds that go on when a test says so.
  private final class Clock: Sendable {
    let now = Atomic<Int64>(0)

    func pass(_ milliseconds: Int64) { now.add(milliseconds, ordering: .relaxed) }
  }

  /// Takes what is written; each chunk takes 300 ms.
  private struct Writer: ResponseBodyWriter {
    let clock: Clock

    func write(_ buffer: ByteBuffer) async throws { clock.pass(300) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
  }

  private let clock: Clock
  private let times: RequestTimes
  private let responder: any HTTPResponder<BasicRequestContext>

  init() {
    let clock = Clock()
    self.clock = clock
    times = RequestTimes { clock.now.load(ordering: .relaxed) }
    let router = Router(context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: RequestTimesMiddleware(times: times))
    router.add(middleware: ProblemMiddleware())
    router.get(RouterPath(Endpoint.health.path)) { _, _ in
      clock.pass(3)
      return Response.text("ok\n")
    }
    router.get(RouterPath(Endpoint.yearExport.path)) { _, _ in
      Response("text/csv", chunks: 2) { [UInt8($0)] }
    }
    router.refuseOtherMethods()
    responder = router.buildResponder()
  }

  private func ask(_ method: HTTPRequest.Method, _ path: String) async throws -> Response {
    let request = Request(
      head: HTTPRequest(method: method, scheme: nil, authority: nil, path: path),
      body: RequestBody(buffer: ByteBuffer()))
    let source = ApplicationRequestContextSource(
      channel: EmbeddedChannel(), logger: Logger(label: "test"))
    return try await responder.respond(to: request, context: BasicRequestContext(source: source))
  }

  private static func asked(_ route: String, _ method: String) -> RequestTimes.Asked {
    RequestTimes.Asked(route: route, method: method)
  }

  @Test("an answer counts under its route's path, and what names no route or method under other")
  func names() async throws {
    for number in 0..<5 { _ = try await ask(.get, "/nothing/\(number)") }
    for _ in 0..<2 { _ = try await ask(.get, "/healthz") }
    _ = try await ask(.head, "/healthz")
    _ = try await ask(.patch, "/healthz")
    let numbers = times.numbers
    #expect(
      numbers.times.mapValues { $0.counts.reduce(0, +) } == [
        Self.asked("other", "GET"): 5, Self.asked("/healthz", "GET"): 2,
        Self.asked("/healthz", "HEAD"): 1, Self.asked("/healthz", "other"): 1,
      ])
    #expect(numbers.answers == ["other": [4: 5], "/healthz": [2: 3, 4: 1]])
    #expect(numbers.times[Self.asked("/healthz", "GET")]?.sumMilliseconds == 6)
  }

  @Test("what leaves chunk by chunk takes until its last byte was written, or it was dropped")
  func lastByte() async throws {
    let asked = Self.asked(Endpoint.yearExport.path, "GET")
    do {
      let response = try await ask(.get, "/api/v1/exports/kirjasto/2026/days.csv")
      #expect(times.numbers.times[asked] == nil)
      try await response.body.write(Writer(clock: clock))
    }
    #expect(times.numbers.times[asked]?.sumMilliseconds == 600)
    _ = try await ask(.get, "/api/v1/exports/kirjasto/2026/days.csv")
    #expect(times.numbers.times[asked]?.counts.reduce(0, +) == 2)
    #expect(times.numbers.answers == [asked.route: [2: 2]])
  }

  @Test("the page tells them in Prometheus' form, each metric under one head")
  func page() async throws {
    _ = try await ask(.get, "/healthz")
    _ = try await ask(.post, "/healthz")
    let page = MetricsWriter(
      status: IngestStatus().current, isStuck: false, connections: (0, 0, 0), answers: (0, 0, 0),
      files: (0, 0), submissions: (0, 0, 0), refusedTokens: 0, refusedClaims: 0, refusals: [:],
      requestTimes: times.numbers, sizes: FileSizes(path: "/nowhere"), devices: nil
    ).text()
    let name = "pikapalaute_http_request_seconds"
    for line in [
      "\(name)_bucket{route=\"/healthz\",method=\"GET\",le=\"0.002\"} 0",
      "\(name)_bucket{route=\"/healthz\",method=\"GET\",le=\"0.005\"} 1",
      "\(name)_bucket{route=\"/healthz\",method=\"GET\",le=\"+Inf\"} 1",
      "\(name)_sum{route=\"/healthz\",method=\"GET\"} 0.003",
      "\(name)_count{route=\"/healthz\",method=\"POST\"} 1",
      "pikapalaute_http_answers_total{route=\"/healthz\",status=\"2xx\"} 1",
      "pikapalaute_http_answers_total{route=\"/healthz\",status=\"4xx\"} 1",
      "pikapalaute_commit_seconds_bucket{le=\"+Inf\"} 0", "pikapalaute_commit_seconds_count 0",
    ] {
      #expect(page.contains(line + "\n"), "\(line)")
    }
    let heads = page.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
    #expect(Set(heads).count == heads.count)
  }
}
