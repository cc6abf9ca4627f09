import FirmwareProtocol
import Ingest
import TestSupport
import Testing

@Suite struct BacklogTests {
  @Test("while batches come full, a device is answered once in eight, and at their end at once")
  func newest() throws {
    let rig = try LoopOrderTests.Rig()
    let link = rig.link
    let batch = IngestLimits.messagesPerBatchMax
    link.inflightMax = batch
    let messages = batch * (IngestLimits.unansweredBatchesMax + 3)
    for first in 0..<messages { rig.send(EngineDriver.frame(first: first)) }
    link.onTick = { _ in if link.inbox.isEmpty { rig.queue.stop() } }
    rig.run()
    LoopOrderTests.check(link.events)
    let answers = try link.events.compactMap { event -> Int? in
      guard case .publish(_, let payload, 0, _) = event else { return nil }
      return Int(try Acknowledgement.decode(unsafe payload.span.bytes).nextSequence)
    }
    #expect(answers == [batch * IngestLimits.unansweredBatchesMax, messages])
    #expect(link.acknowledged == messages && rig.store.presses() == messages)
    // The broker is acknowledged after every batch.
    let flushes = link.events.filter { $0 == .flush }.count
    #expect(flushes >= IngestLimits.unansweredBatchesMax + 3)
  }

  @Test("answers that waited are the newest of each device and epoch")
  func waited() throws {
    var driver = EngineDriver([EngineDevice("dev-01"), EngineDevice("dev-02")])
    func frame(_ epoch: Int, _ first: Int) -> [UInt8] {
      EngineDriver.frame(epoch: epoch, first: first, isOldest: false).bytes
    }
    let other = "pikapalaute/v1/helsinki/dev-02/press"
    driver.receive(frame(7, 0))
    driver.receive(frame(8, 5))
    driver.receive(frame(7, 3), topic: other)
    try driver.engine.commit(answering: true)
    driver.receive(frame(7, 1))
    driver.receive(frame(8, 0))
    try driver.engine.commit(answering: true)
    let answers = driver.engine.takeAnswers()
    #expect(
      Set(answers.map { "\($0.device) \($0.epoch ?? 0) \($0.next) \($0.isRewind)" })
        == ["0 7 2 false", "0 8 1 false", "1 7 0 true"])
    #expect(answers.count == 3 && driver.engine.takeAnswers().isEmpty)
  }

  @Test("one device's epochs, each fourth a commit, keep no committed press from its answer")
  func roundsEnd() throws {
    var rig = try LoopOrderTests.Rig()
    rig.devices = [EngineDevice("dev-01"), EngineDevice("dev-02")]
    let link = rig.link
    let commitMilliseconds: Int64 = 20
    var clock: Int64 = 0
    var committedAt: [Int64] = []
    var longest: Int64 = 0
    rig.store.onCommit = { _ in
      clock += commitMilliseconds
      committedAt.append(clock)
    }
    link.onFlush = {
      longest = max(longest, clock - (committedAt.first ?? clock))
      committedAt = []
      return true
    }
    link.inflightMax = IngestLimits.messagesPerBatchMax
    link.tickMilliseconds = 250
    let epochs = IngestLimits.epochsAtOnceMax
    for epoch in 0..<epochs {
      rig.send(EngineDriver.frame(epoch: 100 + epoch, first: 0))
      link.inbox.append(
        FakeLink.Message(
          topic: "pikapalaute/v1/helsinki/dev-02/press",
          payload: EngineDriver.frame(first: epoch).bytes))
    }
    let loop = rig.loop(monotonicMilliseconds: { clock })
    var rounds = 0
    while !link.inbox.isEmpty {
      rounds += 1
      let pause = try #require(loop.step())
      #expect(pause.milliseconds == 0 || link.inbox.isEmpty, "more is waiting, maybe read already")
    }
    #expect(rig.store.presses(0) == epochs && rig.store.presses(1) == epochs)
    #expect(link.acknowledged == 2 * epochs)
    #expect(longest <= IngestLimits.roundMillisecondsMax + 2 * commitMilliseconds)
    // Few rounds, so few commits more than the epochs make by themselves.
    #expect(rounds > 1 && rounds * 3 <= rig.store.commits, "\(rounds) of \(rig.store.commits)")
  }

  /// A rig whose loop has committed two full batches and owes their answers.
  private static func owing() throws -> (LoopOrderTests.Rig, LoopOrderTests.Loop) {
    let rig = try LoopOrderTests.Rig()
    rig.link.inflightMax = IngestLimits.messagesPerBatchMax
    rig.link.tickMilliseconds = 250
    for first in 0..<IngestLimits.messagesPerBatchMax * 3 {
      rig.send(EngineDriver.frame(first: first))
    }
    let loop = rig.loop()
    for _ in 0..<2 { #expect(try #require(loop.step()).milliseconds == 0, "more is waiting") }
    return (rig, loop)
  }

  @Test("a connection that dies in a flush mid-backlog does not make the loop spin")
  func cut() throws {
    let (rig, loop) = try Self.owing()
    let link = rig.link
    link.onFlush = { false }
    for _ in 0..<10 {
      #expect(try #require(loop.step()).milliseconds == link.tickMilliseconds, "as the link says")
    }
    #expect(!link.isConnected)
    // What is owed waits for the next connection, on which the third batch comes again.
    link.onFlush = { true }
    link.reconnect(.resumed)
    while !link.inbox.isEmpty { _ = loop.step() }
    _ = loop.step()
    let answers = try link.events.compactMap { event -> Int? in
      guard case .publish(_, let payload, 0, _) = event else { return nil }
      return Int(try Acknowledgement.decode(unsafe payload.span.bytes).nextSequence)
    }
    #expect(answers == [IngestLimits.messagesPerBatchMax * 3])
  }

  @Test("a link that is blocked mid-backlog does not make the loop spin")
  func blocked() throws {
    let (rig, loop) = try Self.owing()
    rig.link.isBlocked = true
    for _ in 0..<10 {
      #expect(try #require(loop.step()).milliseconds == rig.link.tickMilliseconds)
    }
    rig.link.isBlocked = false
    #expect(try #require(loop.step()).milliseconds == 0)
    #expect(rig.link.inbox.isEmpty)
  }
}
