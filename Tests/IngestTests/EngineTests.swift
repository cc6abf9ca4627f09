import FirmwareProtocol
import Ingest
import TestSupport
import Testing

@Suite struct EngineTests {
  typealias Driver = EngineDriver

  @Test("nothing is owed before the commit, and after it once")
  func owed() throws {
    var driver = Driver([EngineDevice("dev-01")])
    driver.receive(Driver.frame(first: 0, presses: 3).bytes)
    #expect(driver.engine.takeAnswers().isEmpty && driver.store.commits == 0)
    let answers = try driver.answers()
    let answer = PendingAcknowledgement(
      device: 0, epoch: 7, next: 3, isRewind: false, isJSON: false)
    #expect(answers == [answer])
    #expect(driver.engine.takeAnswers().isEmpty && driver.store.commits == 1)
    // Without anything new there is nothing to commit.
    let none = try driver.answers()
    #expect(none.isEmpty && driver.store.commits == 1)
  }

  @Test("answers of one device and epoch merge into the last, those of others stay apart")
  func merged() throws {
    var driver = Driver([EngineDevice("dev-01"), EngineDevice("dev-02")])
    for first in 0..<50 { driver.receive(Driver.frame(first: first).bytes) }
    driver.receive(Driver.frame(first: 10).bytes)
    driver.receive(Driver.frame(epoch: 8, first: 0, presses: 2).bytes)
    driver.receive(
      Driver.frame(first: 0).bytes, topic: "pikapalaute/v1/helsinki/dev-02/press")
    let answers = try driver.answers()
    #expect(
      answers == [
        PendingAcknowledgement(device: 0, epoch: 7, next: 50, isRewind: false, isJSON: false),
        PendingAcknowledgement(device: 0, epoch: 8, next: 2, isRewind: false, isJSON: false),
        PendingAcknowledgement(device: 1, epoch: 7, next: 1, isRewind: false, isJSON: false),
      ])
    #expect(driver.store.presses() == 52)
  }

  @Test("a rewind is the answer until the gap is filled, in one batch and over several")
  func rewind() throws {
    var driver = Driver([EngineDevice("dev-01")])
    driver.receive(Driver.frame(first: 5, isOldest: false).bytes)
    let asked = try driver.answers()
    #expect(
      asked == [PendingAcknowledgement(device: 0, epoch: 7, next: 0, isRewind: true, isJSON: false)]
    )
    driver.receive(Driver.frame(first: 5, isOldest: false).bytes)
    driver.receive(Driver.frame(first: 0, presses: 6).bytes)
    let filled = try driver.answers()
    #expect(
      filled == [
        PendingAcknowledgement(device: 0, epoch: 7, next: 6, isRewind: false, isJSON: false)
      ])
    // Its own rewind is forgotten with its batch.
    driver.receive(Driver.frame(first: 0).bytes)
    let repeated = try driver.answers()
    #expect(repeated == filled)
    #expect(driver.engine.counters.rewinds == 2 && driver.engine.counters.duplicates == 1)
  }

  @Test("a batch that is full is committed in between, and every press counts once")
  func full() throws {
    // So many that none passes its share of hours.
    let devices = 6
    var driver = Driver((0..<devices).map { EngineDevice("dev-\($0)") })
    var epoch = 0
    var sent = 0
    // Frames whose presses each fall into an hour of their own, two of each.
    while sent < 60_000 {
      let frame = PlainFrame(
        epoch: epoch, first: 0, sentAt: Driver.received / 1000,
        presses: (0..<1000).map { PlainPress(at: (sent + $0) * 3600, button: 1) })
      let topic = "pikapalaute/v1/helsinki/dev-\(epoch % devices)/press"
      driver.receive(frame.bytes, topic: topic)
      driver.receive(frame.bytes, topic: topic)
      sent += 1000
      epoch += 1
    }
    let inBetween = driver.store.commits
    #expect(inBetween >= 3)
    let answers = try driver.answers()
    #expect(Set(answers.compactMap(\.epoch)).count == epoch)
    #expect(answers.allSatisfy { $0.next == 1000 && !$0.isRewind })
    for device in 0..<devices {
      #expect(driver.store.presses(device) == sent / devices)
      #expect(driver.store.buckets(device).count == sent / devices)
    }
    #expect(driver.engine.counters.duplicates == epoch)
  }

  @Test("frames that fill the archive's room are committed in between, JSON answered as JSON")
  func archiveFull() throws {
    var driver = Driver([EngineDevice("dev-01")])
    let presses = Array(repeating: "{\"button\":1}", count: 1000).joined(separator: ",")
    let messages = IngestLimits.archiveBytesMax / PressFrame.byteCount(presses: 1000) + 10
    for number in 0..<messages {
      let text = "{\"epoch\":7,\"first\":\(1000 * number),\"presses\":[\(presses)]}"
      // 0.6 MB a second, which is within a device's share.
      driver.receive(
        Array(text.utf8), receivedAtMilliseconds: Driver.received + 20 * number)
    }
    #expect(driver.store.commits >= 1)
    let answers = try driver.answers()
    #expect(answers.allSatisfy { $0.isJSON } && answers.last?.next == UInt32(1000 * messages))
    #expect(driver.store.presses() == 1000 * messages && driver.store.archive.count == messages)
  }

  @Test("when a commit fails, nothing is owed and everything after it is refused")
  func commitFails() throws {
    var driver = Driver([EngineDevice("dev-01")])
    driver.receive(Driver.frame(first: 0).bytes)
    driver.store.commitFailures = 1
    #expect(throws: MemoryStore.Failure.self) { try driver.engine.commit(answering: true) }
    #expect(driver.engine.failure is MemoryStore.Failure)
    #expect(driver.engine.takeAnswers().isEmpty)
    driver.receive(Driver.frame(first: 1).bytes)
    #expect(throws: MemoryStore.Failure.self) { try driver.engine.commit(answering: true) }
    #expect(throws: MemoryStore.Failure.self) {
      _ = try driver.submit(Driver.frame(first: 0).bytes)
    }
    #expect(driver.store.commits == 0 && driver.store.presses() == 0)
    #expect(driver.engine.takeAnswers().isEmpty)
  }

  @Test("when a cursor cannot be loaded, the message is not lost behind the device's back")
  func loadFails() throws {
    var driver = Driver([EngineDevice("dev-01")])
    driver.store.loadFailures = 1
    driver.receive(Driver.frame(first: 0).bytes)
    #expect(driver.engine.failure is MemoryStore.Failure)
    #expect(throws: MemoryStore.Failure.self) { try driver.engine.commit(answering: true) }
    #expect(driver.engine.takeAnswers().isEmpty)
  }

  @Test("a sub-commit that fails in the middle of a round owes nothing for what came after it")
  func subCommitFails() throws {
    var driver = Driver([EngineDevice("dev-01")])
    for epoch in 0..<4 { driver.receive(Driver.frame(epoch: epoch, first: 0).bytes) }
    driver.store.commitFailures = 1
    driver.receive(Driver.frame(epoch: 4, first: 0).bytes)
    #expect(driver.engine.failure is MemoryStore.Failure)
    #expect(throws: MemoryStore.Failure.self) { try driver.engine.commit(answering: true) }
    #expect(driver.engine.takeAnswers().isEmpty && driver.store.presses() == 0)
  }

  @Test("a new engine over the same store goes on where the last commit left it")
  func reopened() throws {
    let store = MemoryStore()
    let devices = [EngineDevice("dev-01", repeatIntervalMilliseconds: 2000)]
    var first = Driver(devices, store: store)
    first.receive(Driver.frame(first: 0, presses: 2).bytes)
    _ = try first.answers()
    first.receive(Driver.frame(first: 2).bytes)
    store.commitFailures = 1
    #expect(throws: MemoryStore.Failure.self) { try first.engine.commit(answering: true) }

    var second = Driver(devices, store: store)
    second.receive(Driver.frame(first: 0, presses: 3).bytes)
    second.receive(Driver.frame(first: 2).bytes)
    let answers = try second.answers()
    #expect(
      answers == [
        PendingAcknowledgement(device: 0, epoch: 7, next: 3, isRewind: false, isJSON: false)
      ])
    let total = store.buckets().values.first
    // All at the same time: the lockout, too, goes on from the last that counted.
    #expect(total?.counts == [0, 0, 0, 1, 0] && total?.excluded == 2)
  }

  @Test("a device that the registry dropped is refused, its name quarantined")
  func dropped() throws {
    var driver = Driver([EngineDevice("dev-01", isRegistered: false)])
    driver.receive(Driver.frame(first: 0).bytes)
    let answers = try driver.answers()
    #expect(answers.isEmpty && driver.store.quarantineCounts == [.unregisteredDevice: 1])
    let outcome = try driver.submit(Driver.frame(first: 0).bytes)
    #expect(outcome == .unknownDevice)
  }

  @Test("of a flood of bad messages all are counted, and a bounded number kept")
  func flood() throws {
    var driver = Driver([EngineDevice("dev-01")])
    let noise = [UInt8](repeating: 0x9D, count: 3000)
    for _ in 0..<1000 { driver.receive(noise) }
    driver.receive(Driver.frame(first: 0).bytes)
    let answers = try driver.answers()
    #expect(answers.count == 1)
    #expect(driver.store.quarantineCounts == [.unknownVersion: 1000])
    #expect(driver.store.quarantined.count == IngestLimits.quarantinePerBatchMax)
    let isBounded = driver.store.quarantined.allSatisfy {
      $0.payload.count == IngestLimits.quarantineBytesMax && $0.byteCount == 3000
    }
    #expect(isBounded)
  }

  @Test("what is archived, counted again by a new engine, adds up to the same")
  func archive() throws {
    var history = RandomHistory(stream: 400, epochs: 6)
    let device = EngineDevice("dev-01", rules: history.rules())
    var driver = Driver([device])
    for number in 0..<800 {
      let frame = history.frame()
      // Two in three as they are, the others in the JSON form.
      driver.receive(
        number % 3 == 0 && frame.isUTC ? frame.json : frame.bytes,
        receivedAtMilliseconds: history.receivedAtMilliseconds)
      _ = try driver.answers()
    }
    let first = driver.store.archive.allSatisfy { $0.payload.first == 1 }
    #expect(first, "only frames are kept")
    var again = Driver([device])
    for segment in driver.store.segments { try again.replay(segment) }
    try again.engine.commit(answering: false)
    let difference = differences(again.store.buckets(), driver.store.buckets())
    #expect(difference == nil, "\(Seeded.command)")
  }
}
