/// Decides what goes wrong and counts it. Each kind draws from a stream of its own.
struct Faults {
  private var streams: [FaultKind: Random] = [:]
  private let without: Set<FaultKind>
  private let window: Range<Int64>
  private let weight: Double
  /// How often each kind struck.
  private(set) var counts: [FaultKind: Int] = [:]

  /// - Parameters:
  ///   - weight: multiplies every rate; 0 = nothing goes wrong.
  ///   - window: milliseconds of the simulated clock in which things go wrong.
  init(seed: UInt64, weight: Double, without: Set<FaultKind>, window: Range<Int64>) {
    self.weight = weight
    self.without = without
    self.window = window
    for (number, kind) in FaultKind.allCases.enumerated() {
      streams[kind] = Random(seed: seed, stream: 1000 + UInt64(number))
    }
  }

  /// Whether this goes wrong, here and now.
  mutating func strikes(_ kind: FaultKind, now: Int64) -> Bool {
    let isDrawn = streams[kind]?.chance(min(0.5, kind.rate * weight)) ?? false
    guard isDrawn, isAllowed(kind, now: now) else { return false }
    note(kind)
    return true
  }

  /// Milliseconds until this next comes by itself; nil when it never does.
  mutating func wait(_ kind: FaultKind, _ random: inout Random) -> Int64? {
    let perDay = kind.rate * weight
    if perDay <= 0 { return nil }
    return Int64(Double(Span.day) / perDay * 2 * Double(random.int(0...1000)) / 1000) + 1
  }

  func isAllowed(_ kind: FaultKind, now: Int64) -> Bool {
    !without.contains(kind) && window.contains(now)
  }

  mutating func note(_ kind: FaultKind, times: Int = 1) {
    counts[kind, default: 0] += times
  }

  /// A number that only this kind's faults draw.
  mutating func number(_ kind: FaultKind, _ range: ClosedRange<Int>) -> Int {
    streams[kind]?.int(range) ?? range.lowerBound
  }
}
