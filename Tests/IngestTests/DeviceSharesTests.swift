import Ingest
import TestSupport
import Testing

/// One device cannot take what serves all of them.
@Suite struct DeviceSharesTests {
  typealias Driver = EngineDriver

  static let devices = [EngineDevice("dev-01"), EngineDevice("dev-02")]
  static let restoredMilliseconds = 60_000 / IngestLimits.epochsPerMinuteMax

  @Test("epochs beyond a device's share are quarantined, not answered, and cost no commit")
  func epochFlood() throws {
    var driver = Driver(Self.devices)
    for epoch in 0..<1000 { driver.receive(Driver.frame(epoch: epoch, first: 0).bytes) }
    driver.receive(
      Driver.frame(first: 0).bytes, topic: "pikapalaute/v1/helsinki/dev-02/press")
    let answers = try driver.answers()
    let share = IngestLimits.epochsAtOnceMax
    #expect(answers.count == share + 1 && answers.last?.device == 1)
    #expect(driver.engine.counters.presses == share + 1)
    #expect(driver.store.commits <= share / 4 + 1)
    #expect(driver.store.quarantineCounts == [.tooManyEpochs: 1000 - share])
    // One is kept, so that a flood does not push out what others sent.
    #expect(driver.store.quarantined.count == 1)
    #expect(try driver.submit(Driver.frame(epoch: 5000, first: 0).bytes).isShareSpent)
  }

  @Test("a share comes back with time, and what was refused then counts, once")
  func restored() throws {
    var driver = Driver(Self.devices)
    for epoch in 0...IngestLimits.epochsAtOnceMax {
      driver.receive(Driver.frame(epoch: epoch, first: 0).bytes)
    }
    _ = try driver.answers()
    let refused = Driver.frame(epoch: IngestLimits.epochsAtOnceMax, first: 0).bytes
    for (wait, counted) in [
      (Self.restoredMilliseconds - 1, false), (Self.restoredMilliseconds, true),
    ] {
      driver.receive(refused, receivedAtMilliseconds: Driver.received + wait)
      #expect(try driver.answers().isEmpty != counted)
    }
    #expect(driver.store.presses() == IngestLimits.epochsAtOnceMax + 1)
  }

  @Test("a clock that is set back ten years locks nobody out")
  func setBack() throws {
    var driver = Driver(Self.devices)
    for epoch in 0..<IngestLimits.epochsAtOnceMax {
      driver.receive(Driver.frame(epoch: epoch, first: 0).bytes)
    }
    _ = try driver.answers()
    let back = Driver.received - 315_360_000_000
    let frame = Driver.frame(epoch: 5000, first: 0).bytes
    driver.receive(frame, receivedAtMilliseconds: back)
    driver.receive(frame, receivedAtMilliseconds: back + Self.restoredMilliseconds)
    #expect(try driver.answers().map(\.epoch) == [5000])
  }

  @Test("a clock that is set back costs a device nothing", arguments: [200_000, 315_360_000_000])
  func setBackHonest(milliseconds: Int) throws {
    var driver = Driver(Self.devices)
    driver.receive(Array("{\"presses\":[{\"button\":1}]}".utf8))
    for epoch in 0..<4 {
      driver.receive(
        Driver.frame(epoch: epoch, first: 0).bytes,
        receivedAtMilliseconds: Driver.received - milliseconds)
    }
    driver.receive(
      Array("{\"presses\":[{\"button\":1}]}".utf8),
      receivedAtMilliseconds: Driver.received - milliseconds)
    _ = try driver.answers()
    #expect(driver.store.quarantineCounts.isEmpty && driver.engine.counters.presses == 6)
  }

  @Test("a backlog of one epoch is never refused, however fast it comes")
  func backlog() throws {
    var driver = Driver(Self.devices)
    for number in 0..<5000 { driver.receive(Driver.frame(first: number).bytes) }
    #expect(try driver.answers().map(\.next) == [5000])
    #expect(driver.store.quarantineCounts.isEmpty && driver.store.presses() == 5000)
  }

  @Test("an archive with any number of epochs of a device is counted again whole")
  func replayed() throws {
    var driver = Driver(Self.devices)
    let epochs = IngestLimits.epochsAtOnceMax * 3
    for epoch in 0..<epochs {
      driver.receive(
        Driver.frame(epoch: epoch, first: 0).bytes,
        receivedAtMilliseconds: Driver.received + epoch * Self.restoredMilliseconds)
    }
    _ = try driver.answers()
    #expect(driver.store.presses() == epochs)
    var again = Driver(Self.devices)
    for segment in driver.store.segments { try again.replay(segment) }
    _ = try again.answers()
    #expect(again.store.presses() == epochs && again.store.quarantineCounts.isEmpty)
  }

  /// So many presses, each in an hour of its own.
  static func hourly(first: Int, presses: Int, slots: Int = 1) -> PlainFrame {
    PlainFrame(
      isOldest: true, epoch: 7, first: first, sentAt: Driver.received / 1000,
      presses: (first..<first + presses).map {
        PlainPress(
          at: Driver.received / 1000 - 400_000_000 + ($0 / slots) * 3600, button: 3,
          slot: $0 % slots)
      })
  }

  @Test("a year of hours on two slots counts at once, in whatever frames it comes")
  func yearOffline() throws {
    var driver = Driver([EngineDevice("dev-01", buttons: [4, 4])])
    let presses = 8784 * 2
    for first in stride(from: 0, to: presses, by: 16) {
      driver.receive(Self.hourly(first: first, presses: 16, slots: 2).bytes)
    }
    #expect(try driver.answers().map(\.next).last == UInt32(presses))
    #expect(driver.store.quarantineCounts.isEmpty && driver.store.presses() == presses)
  }

  @Test(
    "presses in more hours than a device's share wait, at its cost alone, and count later, once")
  func hourFlood() throws {
    var driver = Driver(Self.devices)
    var first = 0
    while driver.engine.counters.quarantined == 0 && first < 100_000 {
      driver.receive(Self.hourly(first: first, presses: 1000).bytes)
      first += 1000
    }
    let counted = driver.engine.counters.presses
    #expect(counted <= IngestLimits.newBucketsAtOnceMax + 1000 && counted > 19_000)
    let refused = Self.hourly(first: counted, presses: 1000).bytes
    #expect(try driver.submit(refused).isShareSpent)
    #expect(
      try driver.submit(
        Array("{\"epoch\":7,\"first\":\(counted),\"presses\":[{\"button\":1}]}".utf8)
      ).isShareSpent)
    driver.receive(
      Driver.frame(first: 0).bytes, topic: "pikapalaute/v1/helsinki/dev-02/press")
    #expect(try driver.answers().contains { $0.device == 1 })
    #expect(driver.store.quarantineCounts == [.tooManyHours: 3])
    #expect(driver.store.quarantined.count == 1)
    // A thousand hours come back in a thousand minutes' sixtieth part.
    driver.receive(
      refused,
      receivedAtMilliseconds: Driver.received + 1000 * 60_000
        / IngestLimits.newBucketsPerMinuteMax)
    #expect(try driver.answers().map(\.next) == [UInt32(counted + 1000)])
    var again = Driver(Self.devices)
    for segment in driver.store.segments { try again.replay(segment) }
    _ = try again.answers()
    #expect(again.store.presses() == counted + 1000 && again.store.quarantineCounts.isEmpty)
  }

  @Test("a device that presses for weeks in the hours that pass is never asked to wait")
  func slowly() throws {
    var driver = Driver([EngineDevice("dev-01", buttons: [4, 4])])
    for press in 0..<60_000 {
      let now = Driver.received + press * 600_000
      let frame = PlainFrame(
        isOldest: true, epoch: 7, first: press, sentAt: now / 1000,
        presses: [PlainPress(at: now / 1000, button: 1, slot: press % 2)])
      driver.receive(frame.bytes, receivedAtMilliseconds: now)
    }
    _ = try driver.answers()
    #expect(driver.store.quarantineCounts.isEmpty && driver.store.presses() == 60_000)
  }

  @Test("JSON beyond a device's share is not read, and the share comes back")
  func jsonFlood() throws {
    var driver = Driver(Self.devices)
    let text = Array(
      "{\"epoch\":7,\"first\":0,\"presses\":[{\"button\":1}]\(String(repeating: " ", count: 130_000))}"
        .utf8)
    let share = IngestLimits.jsonBytesAtOnceMax / text.count
    for _ in 0..<share + 20 { driver.receive(text) }
    _ = try driver.answers()
    #expect(driver.store.quarantineCounts == [.tooMuchJSON: 20])
    // A frame of the same device still counts.
    driver.receive(Driver.frame(first: 1).bytes)
    driver.receive(text, receivedAtMilliseconds: Driver.received + 1000)
    _ = try driver.answers()
    #expect(driver.store.presses() == 2 && driver.store.quarantineCounts == [.tooMuchJSON: 20])
  }
}

extension SubmissionOutcome {
  fileprivate var isShareSpent: Bool {
    if case .shareSpent = self { true } else { false }
  }
}
