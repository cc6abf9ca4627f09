import Ingest
import TestSupport
import Testing

@Suite struct ConfigurationTests {
  static func rig(devices: Int) throws -> LoopOrderTests.Rig {
    var rig = try LoopOrderTests.Rig()
    rig.devices = (0..<devices).map { EngineDevice("dev-\($0)") }
    for device in 0..<devices {
      rig.configurations[device] = Array("{\"revision\":\(device)}".utf8)
    }
    return rig
  }

  static func topics(_ events: [FakeLink.Event]) -> [String] {
    events.compactMap { event in
      guard case .publish(let topic, _, 1, true) = event else { return nil }
      return topic
    }
  }

  @Test("every device's configuration is published once, retained, so many a round")
  func once() throws {
    let count = IngestLimits.configurationsPerRoundMax * 2 + 17
    let rig = try Self.rig(devices: count)
    rig.link.onTick = { tick in if tick == 6 { rig.queue.stop() } }
    rig.run()
    let topics = Self.topics(rig.link.events)
    #expect(topics == (0..<count).map { "pikapalaute/v1/helsinki/dev-\($0)/config" })
    let rounds = rig.link.events.split(separator: .tick).map { Self.topics(Array($0)).count }
    #expect(rounds.allSatisfy { $0 <= IngestLimits.configurationsPerRoundMax })
  }

  @Test("nothing is published before the broker confirmed the subscriptions")
  func unsubscribed() throws {
    let rig = try Self.rig(devices: 3)
    let link = rig.link
    link.isSubscribed = false
    link.onTick = { tick in
      if tick == 5 {
        #expect(Self.topics(link.events).isEmpty && !rig.status.current.isSubscribed)
        link.isSubscribed = true
      }
      if tick == 10 { rig.queue.stop() }
    }
    rig.run()
    #expect(Self.topics(link.events).count == 3)
  }

  @Test("a broker that has forgotten the session is told every configuration again")
  func freshSession() throws {
    let rig = try Self.rig(devices: 3)
    let link = rig.link
    link.onTick = { tick in
      if tick == 5 { link.hasFreshSession = true }
      if tick == 10 { rig.queue.stop() }
    }
    rig.run()
    #expect(Self.topics(link.events).count == 6)
    #expect(rig.status.current.brokerSessions == 1)
  }
}
