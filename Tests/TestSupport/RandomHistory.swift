/// Frames of one device as the field sends them, and worse: repeated, overlapping, with gaps,
/// of many epochs, with clocks ahead, behind, unknown and counting from their own start.
public struct RandomHistory: Sendable {
  /// Where the service's clock begins: 2026-11-21T10:00Z, an hour's start.
  public static let startMilliseconds = 1_795_255_200_000

  public private(set) var receivedAtMilliseconds = Self.startMilliseconds
  private var expected: [Int: Int] = [:]
  private var lastAtMilliseconds = Self.startMilliseconds
  private var generator: Seeded
  private let epochs: [Int]

  /// - Parameter epochs: how many the device has; more than the core keeps in memory is the point.
  public init(stream: UInt64, epochs: Int) {
    var generator = Seeded(stream: stream)
    self.epochs = (0..<epochs).map { _ in Int(UInt32.random(in: 0 ... .max, using: &generator)) }
    self.generator = generator
  }

  /// Rules that change at hours and minutes near the start, 1…3 slots each.
  public mutating func rules() -> [ReferenceRule] {
    let start = Self.startMilliseconds / 60_000
    let changes = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
      start
        + (generator.oneIn(2)
          ? 60 * Int.random(in: -3...3, using: &generator)
          : Int.random(in: -200...200, using: &generator))
    }
    let bounds = [0] + Set(changes).sorted() + [120_000_000]
    return ReferenceRule.stretches(between: bounds).map { minutes, part in
      let slots = Int.random(in: 1...3, using: &generator)
      return ReferenceRule(
        minutes: minutes, part: part,
        intervalMilliseconds: generator.pick([0, 1000, 2000, 2000, 60_000]),
        buttons: (0..<slots).map { _ in Int.random(in: 2...5, using: &generator) })
    }
  }

  /// The next frame; the clock moves on before it.
  public mutating func frame() -> PlainFrame {
    receivedAtMilliseconds += Int.random(in: 0...400_000, using: &generator)
    let epoch = generator.pick(epochs)
    let next = expected[epoch, default: 0]
    let count = generator.oneIn(10) ? 60 : Int.random(in: 1...8, using: &generator)
    var first = next
    if generator.oneIn(4) { first = max(0, next - Int.random(in: 1...12, using: &generator)) }
    if generator.oneIn(6) { first = next + Int.random(in: 1...9, using: &generator) }
    if generator.oneIn(60) { first = next + generator.pick([100_000, 100_001, 1_000_000]) }
    let isOldest = generator.oneIn(2)
    if isOldest || first <= next { expected[epoch] = max(next, first + count) }
    let isUTC = !generator.oneIn(3)
    let skew = isUTC ? clockSkewSeconds() : 0
    let start =
      isUTC ? 0 : receivedAtMilliseconds / 1000 - Int.random(in: 0...90_000, using: &generator)
    let sentAt = receivedAtMilliseconds / 1000 + skew - start
    return PlainFrame(
      isUTC: isUTC, isOldest: isOldest, epoch: epoch, first: first, sentAt: sentAt,
      presses: (0..<count).map { _ in press(offsetSeconds: skew - start) })
  }

  private mutating func clockSkewSeconds() -> Int {
    generator.pick([0, 0, 0, -30, 119, 120, 121, 122, 5000, -100_000, 300_000_000])
  }

  private mutating func press(offsetSeconds: Int) -> PlainPress {
    switch Int.random(in: 0..<24, using: &generator) {
    case 0:
      lastAtMilliseconds = receivedAtMilliseconds - Int.random(in: 0...9_000_000, using: &generator)
    case 1: lastAtMilliseconds -= Int.random(in: 0...2_000_000_000, using: &generator)
    case 2: lastAtMilliseconds = receivedAtMilliseconds / 3_600_000 * 3_600_000
    case 3: lastAtMilliseconds = 0
    case 4:
      // A day after it comes, and later: what cannot be. The presses after it go on as before.
      return press(
        atMilliseconds: receivedAtMilliseconds
          + generator.pick([86_399_999, 86_400_000, 86_400_001, 3_000_000_000_000]),
        offsetSeconds: offsetSeconds)
    default: lastAtMilliseconds += Int.random(in: 0...4000, using: &generator)
    }
    return press(atMilliseconds: lastAtMilliseconds, offsetSeconds: offsetSeconds)
  }

  private mutating func press(atMilliseconds: Int, offsetSeconds: Int) -> PlainPress {
    let own = atMilliseconds + offsetSeconds * 1000
    let isKnown = !generator.oneIn(12)
    let seconds = min(max(0, own / 1000), 0xFFFF_FFFE)
    return PlainPress(
      at: isKnown ? seconds : nil, milliseconds: max(0, own % 1000),
      button: generator.oneIn(15) ? 255 : Int.random(in: 0...5, using: &generator),
      slot: generator.oneIn(3) ? Int.random(in: 0...15, using: &generator) % 4 : 0)
  }
}
