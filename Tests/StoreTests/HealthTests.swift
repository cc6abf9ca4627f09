import CivilTime
import Foundation
import Ingest
import Store
import TestSupport
import Testing

@Suite struct HealthTests {
  private static let day = 86_400

  /// What is kept of a device after the messages.
  private func days(_ folder: Folder, device: Int = 0) async throws -> [HealthDay] {
    try await StoreReader(folder.file).read { try $0.healthDays(device: device) }
  }

  @Test("a day keeps the last of each value and the worst, whichever message had it")
  func day() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    for (second, more) in [
      (0, #""battery_mv":2950,"journal":3,"rssi_dbm":-70,"firmware":"1.4.1""#),
      (60, #""battery_mv":2900,"journal":40,"rssi_dbm":-91"#), (120, #""firmware":"1.4.2""#),
      (180, #""battery_mv":2940,"journal":0,"rssi_dbm":-72"#),
    ] {
      service.say("{\"state\":\"online\",\(more)}", device: "dev-0", second)
      try service.commit()
    }
    service.say(#"{"state":"offline"}"#, device: "dev-0", 240)
    try service.commit()
    let days = try await days(folder)
    let day = try #require(days.first)
    #expect(days.count == 1)
    #expect((day.batteryMillivolts, day.batteryMillivoltsMin) == (2940, 2900))
    #expect((day.journal, day.journalMax) == (0, 40))
    #expect((day.rssiDBm, day.rssiDBmMin) == (-72, -91))
    #expect((day.firmware, day.restarts) == ("1.4.2", 0))
    #expect(day.heardAtMilliseconds == Int64(Service.received + 180_000), "a Will says nothing")
    let health = try await StoreReader(folder.file).read { try $0.deviceHealth(device: 0) }
    #expect(health.first?.batteryMillivolts == 2940, "the Will forgets nothing")
    #expect(health.first?.firmware == "1.4.2")
  }

  @Test("what a device reported of configuration and model stays when it says no more")
  func reported() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    _ = try service.store.configurationRevisions([0: Data("a".utf8), 1: Data("a".utf8)], above: 11)
    for (second, text) in [
      (0, #"{"state":"online","config":11,"model":"hn4"}"#),
      (60, #"{"state":"online","config":12}"#),
      (120, #"{"state":"offline"}"#),
    ] {
      service.say(text, device: "dev-0", second)
      try service.commit()
    }
    let health = try await StoreReader(folder.file).read { try $0.deviceHealth() }
    #expect(health[0].configuredRevision == 12 && health[0].reportedRevision == 12)
    #expect(health[0].model == "hn4")
    #expect(health[1].configuredRevision == 12 && health[1].reportedRevision == nil)
  }

  @Test("a thousand messages a second of one device make one row, and years of days keep 400")
  func bounded() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    for batch in 0..<20 {
      for number in 0..<100 {
        service.say(
          #"{"state":"online","boot":\#(number),"battery_mv":\#(number)}"#, device: "dev-0", batch)
      }
      try service.commit()
    }
    #expect(try await days(folder).count == 1)
    for day in 1...HealthDay.daysMax + 7 {
      service.say(#"{"state":"online","journal":1}"#, device: "dev-0", day * Self.day)
      service.say(#"{"state":"online","journal":2}"#, device: "dev-1", day % 3 * Self.day)
      try service.commit()
    }
    let kept = try await days(folder)
    #expect(kept.count == HealthDay.daysMax)
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.day + 1 == $1.day })
    #expect(kept.last?.day == Service.received / 1000 / Self.day + HealthDay.daysMax + 7)
    #expect(try await days(folder, device: 1).count == 3)
  }

  @Test("a restart is another boot, else another epoch, also over a Will and midnight")
  func restarts() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    for (device, messages) in [
      ("dev-0", [#""boot":1,"epoch":5"#, #""boot":1,"epoch":6"#, #""epoch":7"#, #""boot":2"#]),
      ("dev-1", [#""epoch":5"#, #""epoch":5"#, #""journal":1"#, #""epoch":6"#]),
      ("dev-2", [#""journal":1"#, #""boot":9"#]),
    ] {
      for (place, more) in messages.enumerated() {
        service.say("{\"state\":\"online\",\(more)}", device: device, place * 50_000)
        service.say(#"{"state":"offline"}"#, device: device, place * 50_000 + 9)
        try service.commit()
      }
    }
    for (device, restarts) in [1, 1, 0].enumerated() {
      #expect(try await days(folder, device: device).map(\.restarts).reduce(0, +) == restarts)
    }
  }

  @Test("the clock is told by sent_at, else by the latest frame; the broker's repeats tell nothing")
  func clock() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    let received = Service.received / 1000
    let frame = PlainFrame(
      epoch: 7, first: 0, sentAt: received + 5, presses: [PlainPress(at: received, button: 1)])
    service.receive(frame.bytes, device: "dev-0")
    try service.commit()
    service.say(#"{"state":"online"}"#, device: "dev-0", 0)
    try service.commit()
    #expect(try await days(folder).last?.clockAheadMilliseconds == 5000)
    let sent = RFC3339.format(milliseconds: Int64(received + 58) * 1000)
    service.say(#"{"state":"online","sent_at":"\#(sent)"}"#, device: "dev-0", 100)
    try service.commit()
    let late = RFC3339.format(milliseconds: Int64(received - 9000) * 1000)
    service.say(#"{"state":"online","sent_at":"\#(late)"}"#, device: "dev-0", 200, isRetained: true)
    try service.commit()
    let day = try await days(folder).last
    #expect(day?.clockAheadMilliseconds == -42_000)
    #expect(day?.clockAheadMillisecondsMost == -42_000)
  }

  @Test("what no device can mean is not kept")
  func nonsense() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    service.say(
      #"{"state":"online","battery_mv":9223372036854775807,"journal":-1,"rssi_dbm":4000}"#,
      device: "dev-0", 0)
    try service.commit()
    let day = try #require(try await days(folder).first)
    #expect(day.batteryMillivolts == nil && day.journal == nil && day.rssiDBm == nil)
  }
}

extension Service {
  /// A status message as it is sent, so many seconds after the first receipt.
  mutating func say(_ text: String, device: String, _ second: Int, isRetained: Bool = false) {
    let topic = Array("pikapalaute/v1/helsinki/\(device)/status".utf8)
    let payload = Array(text.utf8)
    engine.receive(
      topic: unsafe topic.span.bytes, payload: unsafe payload.span.bytes, isRetained: isRetained,
      receivedAtMilliseconds: Int64(Self.received + second * 1000))
  }
}
