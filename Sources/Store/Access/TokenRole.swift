/// What the bearer of a token may do.
public enum TokenRole: String, Sendable, CaseIterable {
  /// Reads results, places, the state of devices, and whole years as files: they hold nothing that
  /// results by the hour do not.
  case reader
  /// Also single presses.
  case analyst
  /// Also publications and annotations.
  case manager
  /// Everything, posting for any device included.
  case administrator
  /// Posts presses of one device and reads nothing.
  case device

  /// Whether this role may do all that `other` may; a device's role stands apart.
  public func includes(_ other: TokenRole) -> Bool {
    guard self != .device, other != .device else { return self == other }
    return rank >= other.rank
  }

  private var rank: Int {
    switch self {
    case .device: 0
    case .reader: 1
    case .analyst: 2
    case .manager: 3
    case .administrator: 4
    }
  }
}
