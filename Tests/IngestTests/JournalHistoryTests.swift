import Ingest
import TestSupport
import Testing

/// A device that keeps the rules of SPEC's section 9, and the engine, over a network that loses.
@Suite struct JournalHistoryTests {
  /// What happened to one device.
  struct World: ~Copyable {
    var generator: Seeded
    var driver = EngineDriver([EngineDevice("dev-01")])
    var journal: ReferenceJournal
    var counterSeconds = 0
    var made = 0
    /// Pressed and gone before they were stored; gone with a journal.
    var cut = 0
    var wiped = 0
    var isLosing = true
    private var unsynced = 0

    /// Its firmware cannot send this button: every frame that holds it is malformed.
    static let poison = 99

    init(stream: UInt64) {
      var generator = Seeded(stream: stream)
      let random = (0..<200).map { _ in Int(UInt32.random(in: 0 ... .max, using: &generator)) }
      journal = ReferenceJournal(
        random: random.flatMap { [$0, $0] }, framePressesMax: generator.pick([1, 2, 4, 9]))
      self.generator = generator
      journal.start()
    }

    mutating func press(button: Int) {
      made += 1
      unsynced += 1
      let at = journal.hasClock ? EngineDriver.received / 1000 + made : counterSeconds
      journal.press(PlainPress(at: at, button: button))
    }

    mutating func sync() {
      unsynced = 0
      journal.sync()
    }

    mutating func cutPower(wiping: Bool) {
      cut += unsynced
      unsynced = 0
      counterSeconds = 0
      if wiping {
        wiped += journal.held.count
        journal.wipe()
      } else {
        journal.start()
      }
    }

    /// What the device sent reaches the service, or not, and the answers the device, or not.
    mutating func carry() throws {
      for _ in 0..<50 {
        let frames = journal.takeFrames()
        if frames.isEmpty { return }
        // Rare enough that nine in a row do not happen to one frame: D8 would set it aside.
        for var frame in frames where !(isLosing && generator.oneIn(8)) {
          frame.sentAt = frame.isUTC ? EngineDriver.received / 1000 : counterSeconds
          var bytes = frame.bytes
          if frame.presses.contains(where: { $0.button == Self.poison }) {
            bytes[bytes.count - 1] ^= 1
          }
          driver.receive(bytes)
          for answer in try driver.answers() where !(isLosing && generator.oneIn(3)) {
            journal.hear(
              epoch: Int(answer.epoch ?? 0), next: Int(answer.next), isRewind: answer.isRewind)
          }
        }
      }
    }

    mutating func happens() throws {
      counterSeconds += 1
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        press(button: generator.oneIn(40) ? Self.poison : Int.random(in: 0...3, using: &generator))
      }
      if !generator.oneIn(5) { sync() }
      if generator.oneIn(30) { journal.setClock() }
      if generator.oneIn(60) { cutPower(wiping: false) }
      if generator.oneIn(120) { cutPower(wiping: true) }
      try carry()
      if generator.oneIn(2) { journal.hearNothing() }
      try carry()
    }
  }

  @Test(
    "every press of a device that keeps the rules is counted once, but for those it says are gone",
    arguments: 0..<30)
  func kept(_ number: Int) throws {
    var world = World(stream: UInt64(1300 + number))
    for _ in 0..<400 { try world.happens() }
    world.isLosing = false
    // Something must come after the last press that is never accepted, else it is kept for ever.
    world.press(button: 0)
    world.sync()
    for _ in 0..<4000 where !world.journal.held.isEmpty {
      try world.carry()
      world.journal.hearNothing()
    }
    let held = world.journal.held.count
    #expect(held == 0, "\(Seeded.command)")
    let buckets = world.driver.store.buckets().values
    let counted = buckets.reduce(0) { $0 + $1.presses }
    let lost = buckets.reduce(0) { $0 + $1.lost }
    let (made, cut, wiped) = (world.made, world.cut, world.wiped)
    let setAside = world.journal.setAside
    #expect(setAside.allSatisfy { $0.press.button == World.poison }, "\(Seeded.command)")
    // Of what a wiped journal held, some may have been counted and not acknowledged.
    let certain = made - cut - wiped - setAside.count
    #expect((certain...certain + wiped).contains(counted), "\(Seeded.command)")
    #expect(lost <= setAside.count, "\(Seeded.command)")
    #expect(
      world.driver.store.quarantineCounts[.reusedEpoch] == nil, "accused: \(Seeded.command)")
  }
}
