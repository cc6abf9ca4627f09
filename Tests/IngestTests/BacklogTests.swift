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
}
