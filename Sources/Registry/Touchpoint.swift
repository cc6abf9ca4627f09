public import CivilTime

/// Where feedback is given; lives for years while its devices are replaced.
public struct Touchpoint: Sendable, Equatable {
  /// How the feedback is given.
  public enum Channel: String, CaseIterable, Sendable {
    /// A terminal that stands in a room.
    case terminal
    /// The phone of a home-care worker at the end of a visit.
    case visit

    /// What keeps repeated presses back here: one mechanism with two names, members and defaults.
    public var rule: CountingRuleName { self == .visit ? .visit : .lockout }
  }

  /// How the feedback is given; `terminal` unless the file says otherwise.
  public let channel: Channel
  /// Question ids by slot, 1…16; empty only on the node `unassigned`.
  public let questions: [String]
  /// Time that must pass before a device's next press counts, 0…3 600 000 ms, 0 = off: the parameter of
  /// the channel's rule.
  public let repeatIntervalMilliseconds: Int
  /// The devices with their intervals, in file order.
  public let assignments: [Assignment]
}

/// One device serving one touchpoint for an interval of time.
public struct Assignment: Sendable, Equatable {
  /// `[a-z0-9][a-z0-9-]{0,30}`.
  public let device: String
  /// UTC; never empty; open ends are 0 and ``Registry/minuteEnd``.
  public let minutes: Range<UTCMinute>
  /// Question ids by slot, 1…16; the touchpoint's unless the entry names its own.
  public let questions: [String]

  /// Whether the device stands there beyond a minute: one that leaves within it does not.
  public func isStanding(after minute: UTCMinute) -> Bool { minutes.contains(minute + 1) }
}
