import FirmwareProtocol
import Glibc
import Ingest
import TestSupport
import Testing

@Suite struct LoopOrderTests {
  typealias Loop = IngestLoop<MemoryStore, FakeLink>

  /// A loop over a fake link and a store in memory, on the test's own thread: it works until
  /// `link.onTick` stops the queue.
  struct Rig {
    let link = FakeLink()
    let store = MemoryStore()
    let queue: SubmissionQueue
    let status = IngestStatus()
    var devices = [EngineDevice("dev-01")]
    var configurations: (Int64) -> Configurations = { _ in Configurations() }
    /// The wall clock.
    var now: () -> Int64 = { Int64(EngineDriver.received) }
    var openFailures = 0

    init() throws {
      queue = try SubmissionQueue()
      let link = link
      store.onCommit = { link.events.append(.commit($0)) }
    }

    func run(report: @escaping (String) -> Void = { _ in }) {
      loop(report: report).run()
    }

    func loop(
      monotonicMilliseconds: @escaping () -> Int64 = monotonic,
      clockWatch: ClockWatch? = nil, report: @escaping (String) -> Void = { _ in }
    ) -> Loop {
      var openFailures = openFailures
      return Loop(
        link: link, queue: queue, status: status,
        nowMilliseconds: now, monotonicMilliseconds: monotonicMilliseconds,
        clockWatch: clockWatch, report: { report($1) }
      ) {
        link.events.append(.open)
        if openFailures > 0 {
          openFailures -= 1
          throw MemoryStore.Failure()
        }
        return Loop.Opened(
          site: "helsinki", devices: devices, configurations: configurations, store: store)
      }
    }

    func send(_ frame: PlainFrame) {
      link.inbox.append(
        FakeLink.Message(topic: "pikapalaute/v1/helsinki/dev-01/press", payload: frame.bytes))
    }
  }

  /// Between a read that delivered something and its commit nothing may go to the broker; after
  /// a commit that failed the connection is dropped first of all.
  static func check(_ events: [FakeLink.Event]) {
    for (index, event) in events.enumerated() {
      let next = index + 1 < events.count ? events[index + 1] : nil
      switch event {
      case .read(let count) where count > 0:
        if case .commit = next { continue }
        Issue.record("after a read of \(count) came \(String(describing: next))")
      case .commit(false):
        #expect(next == .drop)
      default:
        continue
      }
    }
  }

  @Test("an epoch that two journals use is told once, in a line that names device and epoch")
  func reusedEpoch() throws {
    let rig = try Rig()
    rig.link.onTick = { tick in
      if tick == 4 { rig.queue.stop() }
      rig.send(EngineDriver.frame(first: 0, presses: 3, button: tick == 1 ? 3 : 2))
    }
    var lines: [String] = []
    rig.run { lines.append($0) }
    #expect(lines.count == 1, "\(lines)")
    #expect(lines.first?.contains("dev-01/press: epoch 7 is used by two journals") == true)
    #expect(rig.status.current.quarantined[.reusedEpoch] == 3)
  }

  @Test("nothing is published or flushed between read and commit, and answers go before the flush")
  func order() throws {
    let rig = try Rig()
    var generator = Seeded(stream: 40)
    var first = 0
    let link = rig.link
    link.onTick = { tick in
      if tick == 300 { rig.queue.stop() }
      if tick > 290 { return }
      for _ in 0..<Int.random(in: 0...30, using: &generator) {
        rig.send(EngineDriver.frame(first: first))
        first += 1
      }
    }
    rig.run()
    Self.check(link.events)
    let commits = link.events.indices.filter { link.events[$0] == .commit(true) }
    #expect(commits.count > 200)
    for index in commits {
      guard
        case .publish(let topic, let payload, let quality, let isRetained) = link.events[index + 1]
      else {
        Issue.record("no answer after a commit")
        continue
      }
      #expect(topic == "pikapalaute/v1/helsinki/dev-01/ack" && quality == 0 && !isRetained)
      let answer = try Acknowledgement.decode(unsafe payload.span.bytes)
      #expect(answer.epoch == 7 && !answer.isRewind)
      #expect(answer.serverTime == UInt32(EngineDriver.received / 1000))
      #expect(link.events[index + 2] == .flush)
    }
    #expect(rig.store.presses() == first && link.acknowledged == first)
  }

  @Test("when a commit fails, the link is dropped unflushed, and what comes again counts once")
  func failures() throws {
    let rig = try Rig()
    var generator = Seeded(stream: 41)
    let link = rig.link
    let store = rig.store
    var first = 0
    var failures = 0
    link.onTick = { _ in
      if first == 300 {
        if link.inbox.isEmpty { rig.queue.stop() }
        return
      }
      for _ in 0..<Int.random(in: 1...20, using: &generator) where first < 300 {
        rig.send(EngineDriver.frame(first: first))
        first += 1
      }
      if failures < 2 && generator.oneIn(5) {
        failures += 1
        store.commitFailures = 1
      }
    }
    rig.run()
    Self.check(link.events)
    let opened = link.events.filter { $0 == .open }.count
    #expect(opened == failures + 1 && failures > 0, "\(Seeded.command)")
    #expect(rig.status.current.storeFailures == failures)
    #expect(store.presses() == 300 && link.acknowledged == 300)
  }

  @Test("a device is answered for what is on disk only: each answer names no more than was stored")
  func answersAreStored() throws {
    let rig = try Rig()
    let link = rig.link
    let store = rig.store
    var stored: [UInt32] = []
    store.onCommit = { holds in
      link.events.append(.commit(holds))
      stored.append(store.devices[0]?.next[7] ?? 0)
    }
    link.inflightMax = 7
    for first in 0..<100 { rig.send(EngineDriver.frame(first: first)) }
    link.onTick = { _ in if link.inbox.isEmpty { rig.queue.stop() } }
    rig.run()
    var commits = 0
    for event in link.events {
      if event == .commit(true) { commits += 1 }
      if case .publish(_, let payload, _, _) = event {
        let answer = try Acknowledgement.decode(unsafe payload.span.bytes)
        #expect(answer.nextSequence <= stored[commits - 1])
      }
    }
    #expect(stored.last == 100)
  }

  @Test("stopping commits and acknowledges what was read, then closes the link")
  func stopped() throws {
    let rig = try Rig()
    for first in 0..<15 { rig.send(EngineDriver.frame(first: first)) }
    rig.queue.stop()
    rig.link.onTick = { _ in }
    rig.run()
    // Stopped before it began, it opens nothing and reads nothing.
    #expect(rig.link.events == [.close])

    let later = try Rig()
    for first in 0..<15 { later.send(EngineDriver.frame(first: first)) }
    later.link.onTick = { _ in later.queue.stop() }
    later.run()
    #expect(later.link.events.last == .close && later.link.acknowledged == 15)
    #expect(later.store.presses() == 15)
  }

  @Test("a link that is blocked is flushed and not read")
  func blocked() throws {
    let rig = try Rig()
    let link = rig.link
    link.isBlocked = true
    rig.send(EngineDriver.frame(first: 0))
    link.onTick = { tick in
      if tick == 2 {
        #expect(!link.events.contains(.read(1)) && link.events.contains(.flush))
        link.isBlocked = false
      }
      if tick == 4 { rig.queue.stop() }
    }
    rig.run()
    #expect(rig.store.presses() == 1 && link.acknowledged == 1)
  }

  @Test("a store that cannot be opened is tried again after 1 s, then 2 s, as reported")
  func pauses() throws {
    var rig = try Rig()
    rig.openFailures = 2
    let queue = rig.queue
    rig.link.onTick = { _ in queue.stop() }
    var reports: [String] = []
    let start = monotonic()
    rig.run { reports.append($0) }
    let passed = monotonic() - start
    #expect(reports.count == 2)
    for (number, report) in reports.enumerated() {
      #expect(report.hasSuffix("next attempt in \(number + 1) s"))
    }
    #expect(passed >= 2950, "\(passed) ms")
    #expect(rig.link.events.filter { $0 == .open }.count == 3)
  }
}

/// Milliseconds that only go forward.
func monotonic() -> Int64 {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
