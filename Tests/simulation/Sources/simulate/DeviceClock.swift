/// What a device believes about time.
struct DeviceClock {
  enum Kind: String, CaseIterable {
    /// Set by the network.
    case good
    /// Wrong by a fixed amount.
    case skewed
    /// Shows local time of Europe/Helsinki and calls it UTC.
    case local
    /// Knows only the seconds since it was switched on.
    case counter
    /// A clock that is set now and then.
    case jumpy
  }

  let kind: Kind
  /// Milliseconds ahead of the truth; for a counter, minus when it was switched on.
  private(set) var ahead: Int64 = 0

  init(_ kind: Kind, now: Int64, _ random: inout Random) {
    self.kind = kind
    switch kind {
    case .good, .local: break
    case .counter: ahead = -now + random.milliseconds(0...Span.day)
    case .skewed, .jumpy: ahead = Self.skew(&random)
    }
  }

  private static func skew(_ random: inout Random) -> Int64 {
    random.pick([
      -40 * Span.day, -Span.hour, -Span.minute, -1, 1, 60 * Span.second, 119_999, 120_000, 120_001,
      121_000, 10 * Span.minute, 3 * Span.hour, 400 * Span.day,
    ])
  }

  /// Milliseconds on the device's clock.
  func reading(at now: Int64) -> Int64 {
    kind == .local ? now + Self.localOffset(at: now) : now + ahead
  }

  var isUTC: Bool { kind != .counter }

  mutating func jump(_ random: inout Random) {
    if kind == .jumpy { ahead = Self.skew(&random) }
  }

  mutating func restart(now: Int64, _ random: inout Random) {
    if kind == .counter { ahead = -now + random.milliseconds(0...5000) }
  }

  /// Three hours in summer, two in winter; the changes of 2026 and 2027 are the ones met.
  private static func localOffset(at now: Int64) -> Int64 {
    let autumn: Int64 = 1_792_890_000_000
    let spring: Int64 = 1_806_195_600_000
    return now >= autumn && now < spring ? 2 * Span.hour : 3 * Span.hour
  }
}
