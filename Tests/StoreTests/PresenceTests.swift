import GRDB
import Ingest
import Registry
import Store
import TestSupport
import Testing

@Suite struct PresenceTests {
  struct Step: Sendable {
    var second: Int
    var state: String
    var isRetained = false
  }

  struct Story: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var steps: [Step]
    /// Begin, last heard, end; in seconds since the first receipt, -1 = lasts.
    var sessions: [[Int]]
  }

  static func on(_ second: Int, retained: Bool = false) -> Step {
    Step(second: second, state: "online", isRetained: retained)
  }

  static func off(_ second: Int, retained: Bool = false) -> Step {
    Step(second: second, state: "offline", isRetained: retained)
  }

  static func sleep(_ second: Int, retained: Bool = false) -> Step {
    Step(second: second, state: "sleeping", isRetained: retained)
  }

  static let stories = [
    Story(testDescription: "nothing but a farewell", steps: [off(0)], sessions: []),
    Story(
      testDescription: "from online to offline", steps: [on(0), on(600), off(1000)],
      sessions: [[0, 600, 1000]]),
    Story(testDescription: "online lasts", steps: [on(5)], sessions: [[5, 5, -1]]),
    Story(
      testDescription: "away for 300 s is one session", steps: [on(0), off(100), on(400)],
      sessions: [[0, 400, -1]]),
    Story(
      testDescription: "away for longer is two", steps: [on(0), off(100), on(401), off(500)],
      sessions: [[0, 0, 100], [401, 401, 500]]),
    Story(
      testDescription: "a second farewell changes nothing", steps: [on(0), off(100), off(900)],
      sessions: [[0, 0, 100]]),
    Story(
      testDescription: "retained online begins where nothing was known, and goes on after that",
      steps: [on(50, retained: true), on(7000, retained: true)], sessions: [[50, 50, -1]]),
    Story(
      testDescription: "retained offline ends with the last message that said otherwise",
      steps: [on(0), on(600), off(90_000, retained: true)], sessions: [[0, 600, 600]]),
    Story(
      testDescription: "sleep lasts a day, and the Will after it takes nothing away",
      steps: [on(0), sleep(60), off(90)], sessions: [[0, 60, 86_460]]),
    Story(
      testDescription: "who wakes in time goes on, and may vanish then",
      steps: [on(0), sleep(60), on(80_000), off(80_100)], sessions: [[0, 80_000, 80_100]]),
    Story(
      testDescription: "who comes late begins anew", steps: [sleep(0), sleep(90_000)],
      sessions: [[0, 0, 86_400], [90_000, 90_000, 176_400]]),
    Story(
      testDescription: "retained sleep is no new one",
      steps: [on(0), sleep(60), sleep(70_000, retained: true)], sessions: [[0, 60, 86_460]]),
    Story(
      testDescription: "retained sleep began after the last message that said otherwise",
      steps: [on(0), sleep(70_000, retained: true)], sessions: [[0, 0, 86_400]]),
    Story(
      testDescription: "a clock that goes backwards ends no session before it began",
      steps: [on(1000), off(400)], sessions: [[1000, 1000, 1000]]),
  ]

  @Test("sessions are what status messages and Wills say", arguments: stories)
  func sessions(_ story: Story) throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    for step in story.steps {
      service.status(step.state, device: "dev-1", step.second, isRetained: step.isRetained)
      try service.commit()
    }
    let start = Int64(Service.received / 1000)
    let sessions = try folder.database().read { db in
      try Row.fetchAll(
        db, sql: "SELECT device, from_s, heard_s, to_s FROM presence ORDER BY from_s"
      ).map { row in
        #expect(row["device"] == 2)
        let end: Int64? = row["to_s"]
        return [
          Int(row["from_s"] - start), Int(row["heard_s"] - start),
          end.map { Int($0 - start) } ?? -1,
        ]
      }
    }
    #expect(sessions == story.sessions)
  }

  @Test("a device that comes and goes for hours makes one session")
  func flapping() throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    for second in stride(from: 0, to: 20_000, by: 250) {
      for state in ["online", "offline"] {
        service.status(state, device: "dev-0", second)
        try service.commit()
      }
    }
    let rows = try folder.database().read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM presence")
    }
    #expect(rows == 1)
  }

  @Test("signs of life are the hours with presses and the sessions, also those that last")
  func liveness() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    let received = Service.received / 1000
    service.status("online", device: "dev-0", 60)
    let frame = PlainFrame(
      epoch: 7, first: 0, sentAt: received,
      presses: [PlainPress(at: received - 9000, button: 9), PlainPress(at: received, button: 1)])
    service.receive(frame.bytes, device: "dev-0")
    try service.commit()
    let reader = try StoreReader(folder.file)
    let hour = received / 3600
    let now = received + 600
    func signs(_ hours: Range<Int>) async throws -> [Range<Int>] {
      try await reader.read {
        try $0.liveness(device: 0, hours: hours, nowSeconds: now)
      }.sorted { $0.lowerBound < $1.lowerBound }
    }
    let early = (received - 9000) / 3600
    #expect(
      try await signs(early..<hour + 1) == [
        early * 3600..<(early + 1) * 3600, hour * 3600..<(hour + 1) * 3600, received + 60..<now,
      ])
    #expect(try await signs(early + 1..<hour) == [])
    #expect(try await signs(hour + 1..<hour + 9) == [])
  }
}

extension Service {
  /// A status message, so many seconds after the first receipt.
  mutating func status(
    _ state: String, device: String, _ second: Int, isRetained: Bool = false
  ) {
    let topic = Array("pikapalaute/v1/helsinki/\(device)/status".utf8)
    let payload = Array("{\"state\":\"\(state)\"}".utf8)
    engine.receive(
      topic: unsafe topic.span.bytes, payload: unsafe payload.span.bytes, isRetained: isRetained,
      receivedAtMilliseconds: Int64(Self.received + second * 1000))
  }
}
