import BucketCore
import CivilTime
import FirmwareProtocol
import Ingest
import TestSupport
import Testing

/// Rule C11: two journals under one epoch are noticed, and nobody else is accused.
@Suite struct EpochReuseTests {
  typealias Driver = EngineDriver

  /// Presses ten seconds apart, none like the next.
  static func presses(_ count: Int, from second: Int = 0, button: Int = 0) -> [PlainPress] {
    (0..<count).map {
      PlainPress(at: Driver.received / 1000 + second + 10 * $0, button: (button + $0) % 4)
    }
  }

  static func frame(_ presses: some Collection<PlainPress>, first: Int) -> PlainFrame {
    PlainFrame(
      isOldest: first == 0, epoch: 7, first: first, sentAt: Driver.received / 1000,
      presses: Array(presses))
  }

  @Test(
    "a wiped journal that goes on under its epoch is noticed, and all that it lost is kept",
    arguments: [false, true])
  func wiped(inOneBatch: Bool) throws {
    var driver = Driver([EngineDevice("dev-01")])
    driver.receive(Self.frame(Self.presses(142), first: 0).bytes)
    _ = try driver.answers()
    // Wiped: it counts from 0 again, one press a frame, and believes every answer.
    let again = Self.presses(144, from: 5000, button: 3)
    for (sequence, press) in again.enumerated() {
      driver.receive(Self.frame([press], first: sequence).bytes)
      if inOneBatch { continue }
      let answers = try driver.answers()
      #expect(answers.map(\.next) == [UInt32(max(142, sequence + 1))])
    }
    if inOneBatch {
      let answers = try driver.answers()
      #expect(answers.map(\.next) == [144])
    }
    let store = driver.store
    // 142 are answered as repeats and kept whole; the two after them count.
    #expect(store.presses() == 144)
    #expect(store.quarantineCounts == [.reusedEpoch: 142])
    let kept = try store.quarantined.map { try PlainFrame($0.payload) }
    #expect(kept.flatMap(\.presses) == Array(again.prefix(142)))
    #expect(store.quarantined.allSatisfy { $0.reason == .reusedEpoch && $0.channel == .mqtt })
    let notices = driver.engine.takeNotices()
    #expect(notices.count == 1 && notices[0].contains("epoch 7 is used by two journals"))
    #expect(driver.engine.takeNotices().isEmpty)
    // What was counted since is repeated honestly.
    driver.receive(Self.frame(again[142...], first: 142).bytes)
    _ = try driver.answers()
    #expect(driver.engine.quarantinedTotals == [.reusedEpoch: 142])
  }

  @Test("presses that were sent and not stored, and are numbered again, are noticed")
  func rolledBack() throws {
    var driver = Driver([EngineDevice("dev-01")])
    driver.receive(Self.frame(Self.presses(142), first: 0).bytes)
    _ = try driver.answers()
    let again = Self.presses(3, from: 5000, button: 3)
    driver.receive(Self.frame(again, first: 140).bytes)
    _ = try driver.answers()
    #expect(driver.store.presses() == 143)
    #expect(driver.store.quarantineCounts == [.reusedEpoch: 1])
    #expect(try PlainFrame(driver.store.quarantined[0].payload).presses == again)
  }

  @Test("it is noticed and stays known when the service starts anew, over HTTP and in JSON too")
  func remembered() throws {
    let devices = [EngineDevice("dev-01")]
    let store = MemoryStore()
    var before = Driver(devices, store: store)
    before.receive(Self.frame(Self.presses(20), first: 0).bytes)
    _ = try before.answers()
    let again = Self.presses(12, from: 5000, button: 3)
    var after = Driver(devices, store: store)
    let frame = Self.frame(again.prefix(3), first: 0)
    let outcome = try after.submit(frame.json)
    #expect(outcome == .answered(epoch: 7, next: 20, isRewind: false, isJSON: true))
    try after.engine.commit(answering: false)
    #expect(store.quarantineCounts == [.reusedEpoch: 1])
    #expect(try PlainFrame(store.quarantined[0].payload).presses == frame.presses)
    #expect(store.quarantined[0].channel == .http)
    // Of the middle nothing is remembered but that the epoch is in doubt.
    var last = Driver(devices, store: store)
    last.receive(Self.frame(again[6...7], first: 6).bytes)
    _ = try last.answers()
    #expect(store.quarantineCounts == [.reusedEpoch: 2])
    #expect(last.engine.takeNotices().isEmpty, "it was told before")
  }

  @Test("an honest device is never accused, however it repeats itself", arguments: 0..<40)
  func honest(_ number: Int) throws {
    var generator = Seeded(stream: UInt64(900 + number))
    let store = MemoryStore()
    let devices = [EngineDevice("dev-01")]
    var driver = Driver(devices, store: store)
    var journal: [PlainPress] = []
    var isUTC = !generator.oneIn(3)
    var next = 0
    for _ in 0..<300 {
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        journal.append(
          PlainPress(
            at: generator.oneIn(9) ? nil : Driver.received / 1000 + journal.count * 7,
            milliseconds: Int.random(in: 0...999, using: &generator),
            button: generator.pick([0, 1, 2, 3, 3, 3, 200]),
            slot: generator.oneIn(8) ? 1 : 0))
      }
      // A counter's times may become UTC, or be forgotten by a restart.
      if !isUTC && generator.oneIn(60) {
        for index in journal.indices { journal[index].at? += 1_000_000 }
        isUTC = true
      }
      if !isUTC && generator.oneIn(60) {
        for index in journal.indices { journal[index].at = nil }
      }
      if journal.isEmpty { continue }
      let first = Int.random(
        in: max(0, next - 12)...min(next + 3, journal.count - 1), using: &generator)
      let count = Int.random(in: 1...min(14, journal.count - first), using: &generator)
      let isOldest = generator.oneIn(2)
      let ahead = generator.pick([0, 0, 0, 119, 121, 5000])
      let frame = PlainFrame(
        isUTC: isUTC, isOldest: isOldest, epoch: 7, first: first,
        sentAt: Driver.received / 1000 + ahead + Int.random(in: 0...9, using: &generator),
        presses: Array(journal[first..<first + count]))
      driver.receive(isUTC && generator.oneIn(3) ? frame.json : frame.bytes)
      if first <= next || isOldest { next = max(next, first + count) }
      if generator.oneIn(3) { _ = try driver.answers() }
      if generator.oneIn(40) {
        _ = try driver.answers()
        driver = Driver(devices, store: store)
      }
    }
    _ = try driver.answers()
    #expect(store.devices[0]?.next[7] == UInt32(next), "\(Seeded.command)")
    #expect(store.quarantineCounts[.reusedEpoch] == nil, "\(Seeded.command)")
  }
}

extension PlainFrame {
  /// The same in the JSON form; its times must be UTC.
  var json: [UInt8] {
    let list = presses.map { press in
      let at = press.at.map {
        "\"at\":\"\(RFC3339.format(milliseconds: Int64($0 * 1000 + press.milliseconds)))\","
      }
      return "{\(at ?? "")\"button\":\(press.button),\"slot\":\(press.slot)}"
    }
    let oldest = isOldest ? "\"oldest\":true," : ""
    return Array(
      """
      {"epoch":\(epoch),"first":\(first),\(oldest)\
      "sent_at":"\(RFC3339.format(milliseconds: Int64(sentAt * 1000)))",\
      "presses":[\(list.joined(separator: ","))]}
      """.utf8)
  }
}
