import Logging
import Synchronization
import Testing

@testable import Web

@Suite struct RefusalsTests {
  /// Keeps what it is told.
  private final class Lines: Sendable {
    private let lines = Mutex([String]())

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
      Logger(label: "test") { _ in Handler(lines: self) }
    }

    private struct Handler: LogHandler {
      let lines: Lines
      var metadata: Logger.Metadata = [:]
      var logLevel = Logger.Level.trace

      subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
      }

      func log(event: LogEvent) {
        lines.lines.withLock { $0.append(event.message.description) }
      }
    }
  }

  private static let rest = "address=192.0.2.7 method=GET path=/api/v1/registry"

  private static func told(_ who: String = "token 7", detail: String = "no") -> Refusals.Told {
    Refusals.Told(
      who: who, address: "192.0.2.7", method: "GET", path: "/api/v1/registry", detail: detail)
  }

  @Test("a line says who was refused what, from where, in names and values that a program reads")
  func line() {
    #expect(
      Refusals.line(.role, Self.told(), 0)
        == "refused reason=role who=\"token 7\" \(Self.rest) detail=no")
    #expect(
      Refusals.line(.signIn, Self.told("nobody", detail: #"a "b\" c=d"#), 3)
        == "refused reason=sign_in who=nobody \(Self.rest) " + #"detail="a \"b\\\" c=d" untold=3"#)
  }

  @Test(
    "of many refusals a few lines a minute are told, all are counted, and the rest is told later")
  func few() async {
    let (lines, start) = (Lines(), ContinuousClock.now)
    let refusals = Refusals(logger: lines.logger, now: start)
    let max = WebLimits.refusalLinesPerMinuteMax
    for _ in 0..<max + 5 { await refusals.note(.form, at: start) { Self.told() } }
    await refusals.note(.code, at: start) { Self.told() }
    #expect(lines.all.count == max + 1)
    #expect(refusals.totals == [.form: max + 5, .code: 1])
    await refusals.note(.form, at: start + .seconds(60)) { Self.told() }
    #expect(lines.all.last?.hasSuffix(" untold=5") == true)
  }

  @Test("one address has so many boards, and leaves the others theirs")
  func boards() throws {
    let boards = OpenBoards()
    let (one, other) = (
      ClientAddress(IPAddress("192.0.2.1")), ClientAddress(IPAddress("192.0.2.2"))
    )
    var places = try (0..<WebLimits.boardsPerAddressMax).map { _ in try boards.enter(one) }
    #expect(throws: Problem.self) { try boards.enter(one) }
    _ = try boards.enter(other)
    places.removeLast()
    places.append(try boards.enter(one))
    #expect(places.count == WebLimits.boardsPerAddressMax)
  }
}
