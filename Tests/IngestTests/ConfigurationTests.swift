import Ingest
import TestSupport
import Testing

@Suite struct ConfigurationTests {
  static func rig(devices: Int) throws -> LoopOrderTests.Rig {
    var rig = try LoopOrderTests.Rig()
    rig.devices = (0..<devices).map { EngineDevice("dev-\($0)") }
    let messages = (0..<devices).map { ($0, Array("{\"revision\":\($0)}".utf8)) }
    rig.configurations = { _ in
      Configurations(messages: Dictionary(uniqueKeysWithValues: messages))
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

  @Test("a device whose questions change at a date is told then, and nobody else")
  func atDate() throws {
    var rig = try Self.rig(devices: 3)
    let change = Int64(EngineDriver.received) + 60_000
    rig.configurations = { now in
      let second = now >= change ? "{\"revision\":2}" : "{\"revision\":1}"
      return Configurations(
        messages: [0: Array("{}".utf8), 1: Array(second.utf8), 2: Array("{}".utf8)],
        changesAtMilliseconds: now >= change ? nil : change)
    }
    let link = rig.link
    var ticks = 0
    rig.now = { ticks >= 5 ? change : change - 1 }
    link.onTick = { tick in
      ticks = tick
      if tick == 4 { #expect(Self.topics(link.events).count == 3) }
      if tick == 10 { rig.queue.stop() }
    }
    rig.run()
    let told = link.events.compactMap { event in
      guard case .publish(let topic, let payload, 1, true) = event else { return nil as String? }
      return "\(topic.split(separator: "/")[3]) \(String(decoding: payload, as: UTF8.self))"
    }
    #expect(
      told == ["dev-0 {}", "dev-1 {\"revision\":1}", "dev-2 {}", "dev-1 {\"revision\":2}"])
  }

  /// A loop over three devices by a clock of its own, which has told them all.
  private final class Told {
    var rig: LoopOrderTests.Rig
    let loop: LoopOrderTests.Loop
    var link: FakeLink { rig.link }
    private let clock: Clock

    final class Clock {
      var milliseconds: Int64 = 1_000_000
    }

    init(isConfirming: Bool = true) throws {
      let clock = Clock()
      rig = try ConfigurationTests.rig(devices: 3)
      loop = rig.loop(monotonicMilliseconds: { clock.milliseconds })
      self.clock = clock
      link.isConfirming = isConfirming
      link.session = .fresh
      #expect(after(0).count == 3)
    }

    /// What is published within a few rounds after so many milliseconds.
    func after(_ milliseconds: Int64) -> [String] {
      clock.milliseconds += milliseconds
      link.events = []
      for _ in 0..<4 { _ = loop.step() }
      return ConfigurationTests.topics(link.events)
    }

    func reconnect(_ session: BrokerSession) {
      link.cut()
      _ = loop.step()
      link.reconnect(session)
    }
  }

  @Test("a broker that has forgotten the session is told every configuration again")
  func freshSession() throws {
    let told = try Told()
    for sessions in 2...4 {
      told.reconnect(.fresh)
      #expect(told.after(5).count == 3)
      #expect(told.rig.status.current.brokerSessions == sessions)
    }
  }

  @Test("a connection that goes on with its session publishes no configuration again")
  func resumedSession() throws {
    let told = try Told()
    #expect(told.after(IngestLimits.configurationsKeptMilliseconds).isEmpty)
    for _ in 0..<20 {
      told.reconnect(.resumed)
      #expect(told.after(60_000).isEmpty)
    }
    #expect(told.rig.status.current.brokerSessions == 21)
  }

  @Test("what a lost connection left unconfirmed is published again, and nothing else")
  func unconfirmed() throws {
    let told = try Told(isConfirming: false)
    told.link.isConfirming = true
    told.reconnect(.resumed)
    #expect(told.after(0).count == 3)
    told.reconnect(.resumed)
    #expect(told.after(0).isEmpty)
  }

  @Test("a broker that crashed soon after it was told is told once more, however often it comes")
  func crashed() throws {
    let told = try Told()
    let half = IngestLimits.configurationsKeptMilliseconds / 2
    for _ in 0..<10 {
      told.reconnect(.resumed)
      #expect(told.after(0).isEmpty)
    }
    // What it was told may be gone however long it stays away.
    #expect(told.after(half - 1).isEmpty)
    #expect(told.after(half + 1).count == 3)
    #expect(told.after(half * 4).isEmpty)
    told.reconnect(.resumed)
    #expect(told.after(half * 4).isEmpty)
  }

  @Test("a store that is opened again publishes only what has changed")
  func reopened() throws {
    let told = try Told()
    told.rig.store.commitFailures = 1
    told.rig.send(EngineDriver.frame(first: 0))
    _ = told.after(0)
    #expect(told.rig.status.current.storeFailures == 1)
    #expect(told.after(0).isEmpty)
  }

  @Test("whatever is cut, crashes and comes back, the broker ends up with what holds")
  func history() throws {
    for number in 0..<200 {
      var generator = Seeded(stream: UInt64(4200 + number))
      let told = try Told(isConfirming: false)
      let link = told.link
      let wanted = Set((0..<3).map { "pikapalaute/v1/helsinki/dev-\($0)/config" })
      var held = Set(ConfigurationTests.topics(link.events))
      var saved: Set<String> = []
      var savedAt: Int64 = 0
      var now: Int64 = 0
      link.onFlush = {
        held.formUnion(ConfigurationTests.topics(link.events))
        return true
      }
      link.isConfirming = true
      for _ in 0..<12 {
        let pause = Int64.random(in: 0...1_200_000, using: &generator)
        now += pause
        _ = told.after(pause)
        // A broker saves what it holds at least every half an hour.
        if now - savedAt > 600_000 || generator.oneIn(4) { (saved, savedAt) = (held, now) }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: told.reconnect(.resumed)
        case 1:
          held = saved
          told.reconnect(.resumed)
        case 2:
          (held, saved) = ([], [])
          told.reconnect(.fresh)
        default: break
        }
        if generator.oneIn(3) { link.isConfirming.toggle() }
      }
      link.isConfirming = true
      told.reconnect(.resumed)
      _ = told.after(0)
      _ = told.after(IngestLimits.configurationsKeptMilliseconds)
      #expect(held == wanted, "history \(number); \(Seeded.command)")
    }
  }
}
