/// A message that a device sent, as the ledger knows it.
struct SentMessage {
  /// nil for presses without a sequence.
  var journal: Journal?
  var sequences: Range<Int>
  /// The device's clock, milliseconds, and whether it says UTC.
  var sentAtOwnMilliseconds: Int64?
  var isUTC: Bool
  var holdsNothingOlder: Bool
  var areTimesForgotten: Bool
  /// JSON says milliseconds where a frame says seconds.
  var isJSON: Bool
  /// When it was sent first, true milliseconds.
  var trueMilliseconds: Int64
  /// Times it was handed to the network.
  var sendings = 0
  /// Which of the unsequenced messages; -1 = sequenced.
  var unsequenced = -1
}

/// Presses sent without a sequence: one message, counted at least once when it was accepted.
struct UnsequencedMessage {
  var presses: [LedgerPress]
  var payload: [UInt8]
  /// The service told the broker or the device that it is stored.
  var isAccepted = false
  /// Copies that reached the broker or the service.
  var deliveries = 0
}

/// One journaling device and its ledger.
final class Device {
  /// Its place in the service's list, and in the story's.
  let number: Int
  let name: String
  let rules: [CountingSpan]
  let isJSON: Bool
  let isUnsequenced: Bool
  let usesHTTP: Bool
  /// Presses that the journal holds; the oldest page goes when one more comes.
  let capacity: Int
  let page: Int
  let framePressesMax: Int
  let window: Int
  /// Milliseconds between a press and the frame that brings it, at most.
  let patience: Int64
  /// Starts a new journal at every few presses, and keeps all of them.
  let isRestless: Bool
  var clock: DeviceClock
  var random: Random
  /// Every journal it ever had; the last is the one that presses go into.
  var journals: [Journal] = []
  /// What it sent, by its bytes.
  var sent: [[UInt8]: SentMessage] = [:]
  /// What of it was JSON, in the order in which it was sent first.
  var sentJSON: [SentMessage] = []
  var unsequenced: [UnsequencedMessage] = []
  var pressesLeft: Int
  var isDead = false
  var offlineUntil: Int64 = 0
  /// The one wake-up that holds; earlier plans are void.
  var wakesAt = Int64.max
  /// A request over HTTP is on its way.
  var requestEnds: Int64 = 0

  init(number: Int, story: Story) {
    self.number = number
    name = "dev-\(number)"
    var random = Random(seed: story.seed, stream: 100_000 + UInt64(number))
    rules = CountingSpan.draw(around: story.start, &random)
    isJSON = random.chance(0.12)
    isUnsequenced = isJSON && random.chance(0.3)
    usesHTTP = random.chance(0.2)
    capacity = random.pick([8, 64, 64, 512, 4000])
    page = random.pick([1, 1, 4])
    framePressesMax = random.pick([1, 3, 10, 50])
    window = random.pick([1, 2, 4])
    patience = random.pick([Span.second, Span.minute, Span.hour])
    clock = DeviceClock(
      random.pick([.good, .good, .good, .skewed, .local, .counter, .counter, .jumpy]),
      now: story.start, &random)
    isRestless = random.chance(0.15)
    pressesLeft = story.pressesMax
    self.random = random
    startEpoch()
  }

  /// Begins a journal of its own name.
  func startEpoch() {
    let names = Set(journals.map(\.epoch))
    var epoch = journals.last.map { $0.epoch &+ 1 } ?? UInt32(random.int(0...7))
    if random.chance(0.5) { epoch = UInt32(truncatingIfNeeded: random.next()) }
    while names.contains(epoch) { epoch &+= 1 }
    journals.append(Journal(epoch: epoch))
  }

  func journal(of epoch: UInt32) -> Journal? {
    journals.last { $0.epoch == epoch }
  }

  /// Presses made, in all epochs and without one.
  var pressesMade: Int {
    journals.reduce(0) { $0 + $1.presses.count } + unsequenced.reduce(0) { $0 + $1.presses.count }
  }

  /// One person or several at once: 1…4 presses that end now.
  func press(now: Int64) -> [LedgerPress] {
    var presses: [LedgerPress] = []
    var at = now - random.milliseconds(0...4000)
    for _ in 0..<random.int(1...4) where pressesLeft > 0 {
      pressesLeft -= 1
      presses.append(ledgerPress(at: at))
      at = min(now, at + random.pick([0, 1, 300, 999, 1000, 1999, 2000, 2001]))
    }
    return presses
  }

  func ledgerPress(at trueMilliseconds: Int64) -> LedgerPress {
    let own = clock.reading(at: trueMilliseconds)
    return LedgerPress(
      trueMilliseconds: trueMilliseconds,
      ownMilliseconds: random.chance(0.03) || own < 0 ? nil : own,
      button: random.chance(0.03) ? 255 : UInt8(random.int(0...4)),
      slot: random.chance(0.2) ? UInt8(random.int(0...3)) : 0)
  }
}
