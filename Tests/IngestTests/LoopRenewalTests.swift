import Ingest
import TestSupport
import Testing

@Suite struct LoopRenewalTests {
  typealias Loop = IngestLoop<MemoryStore, FakeLink>

  static func topic(_ device: String) -> String { "pikapalaute/v1/helsinki/\(device)/press" }

  /// Two devices of which the second comes with a renewal, and a loop over them.
  struct Rig {
    let link = FakeLink()
    let store = MemoryStore()
    let queue: SubmissionQueue
    let status = IngestStatus()

    init() throws {
      queue = try SubmissionQueue()
      let link = link
      store.onCommit = { link.events.append(.commit($0)) }
    }

    func run(
      renewed: @escaping (MemoryStore) throws -> Loop.Opened?,
      sliced: @escaping (MemoryStore) throws -> Void = { _ in }
    ) {
      let link = link
      Loop(
        link: link, queue: queue, status: status, nowMilliseconds: { Int64(EngineDriver.received) },
        monotonicMilliseconds: monotonic, report: { _, _ in }, renewed: renewed,
        sliced: sliced
      ) {
        link.events.append(.open)
        return opened([EngineDevice("dev-01")])
      }.run()
    }

    func opened(_ devices: [EngineDevice]) -> Loop.Opened {
      Loop.Opened(
        site: "helsinki", devices: devices, configurations: { _ in Configurations() }, store: store)
    }

    func send(_ frame: PlainFrame, device: String) {
      link.inbox.append(
        FakeLink.Message(topic: LoopRenewalTests.topic(device), payload: frame.bytes))
    }
  }

  @Test("a device that a renewal brings is counted from then on, and nobody else hears of it")
  func added() throws {
    let rig = try Rig()
    rig.link.onTick = { tick in
      // The new one repeats what it was not answered for.
      if tick < 40 {
        rig.send(EngineDriver.frame(first: tick - 1), device: "dev-01")
        if tick < 20 || tick == 30 { rig.send(EngineDriver.frame(first: 0), device: "dev-02") }
      }
      if tick == 20 { rig.queue.askRenewal() }
      if tick == 50 { rig.queue.stop() }
    }
    rig.run { _ in rig.opened([EngineDevice("dev-01"), EngineDevice("dev-02")]) }
    LoopOrderTests.check(rig.link.events)
    #expect(rig.store.devices[0]?.next[7] == 39 && rig.store.devices[1]?.next[7] == 1)
    #expect(rig.store.presses() == 39)
    #expect(rig.link.events.filter { $0 == .open }.count == 1)
    #expect(!rig.link.events.contains(.drop))
    // The numbers go on.
    let numbers = rig.status.current
    #expect(numbers.counters.presses == 40 && numbers.storeFailures == 0)
    #expect(numbers.quarantined[.unregisteredDevice] == 19)
  }

  @Test("slices that somebody waits for come between commits, one for each that was asked for")
  func slices() throws {
    let rig = try Rig()
    var (asked, done) = (0, 0)
    rig.link.onTick = { tick in
      rig.send(EngineDriver.frame(first: tick - 1), device: "dev-01")
      if tick % 20 == 0 {
        asked += 1
        rig.queue.askSlice()
      }
      if tick == 1000 { rig.queue.stop() }
    }
    rig.run(
      renewed: { _ in nil },
      sliced: { store in
        #expect(store.presses() == Int(store.devices[0]?.next[7] ?? 0))
        done += 1
      })
    LoopOrderTests.check(rig.link.events)
    #expect(done > 0 && done <= asked)
    #expect(rig.store.presses() >= 999)
  }

  @Test("a site that did not change keeps the engine, and nothing is counted twice")
  func unchanged() throws {
    let rig = try Rig()
    var asked = 0
    rig.link.onTick = { tick in
      rig.send(EngineDriver.frame(first: tick / 2), device: "dev-01")
      rig.queue.askRenewal()
      if tick == 100 { rig.queue.stop() }
    }
    rig.run { _ in
      asked += 1
      return asked % 3 == 0 ? rig.opened([EngineDevice("dev-01")]) : nil
    }
    #expect(asked > 50)
    #expect(rig.store.presses() == Int(rig.store.devices[0]?.next[7] ?? 0))
    #expect(rig.status.current.counters.presses == rig.store.presses())
  }

  @Test(
    "a renewal that fails drops the link, opens the store again, and what comes again counts once")
  func failed() throws {
    let rig = try Rig()
    var failures = 1
    rig.link.onTick = { tick in
      rig.send(EngineDriver.frame(first: tick - 1), device: "dev-01")
      if tick == 5 { rig.queue.askRenewal() }
      if tick == 10 { rig.queue.stop() }
    }
    rig.run { _ in
      failures -= 1
      throw MemoryStore.Failure()
    }
    #expect(failures == 0)
    #expect(rig.link.events.filter { $0 == .open }.count == 2 && rig.link.events.contains(.drop))
    #expect(rig.status.current.storeFailures == 1)
    #expect(rig.store.presses() == Int(rig.store.devices[0]?.next[7] ?? 0))
  }
}
