public import CivilTime

/// What one device's presses are judged by and where they belong, interval by interval.
///
/// Intervals are sorted, touch each other and cover `0..<Registry.hourEnd`.
public struct DeviceTimeline: Sendable, Equatable, Codable {
  /// One stretch of hours in which nothing about the device changes.
  public struct AssignmentInterval: Sendable, Equatable, Codable {
    /// Never empty.
    public let hours: Range<UTCHour>
    /// Node id of the touchpoint, or ``Registry/unassigned``.
    public let touchpoint: String
    /// Nodes that the touchpoint's numbers add up into, the site first: all above it, and for
    /// ``Registry/unassigned`` the site and itself.
    public let sums: [String]
    /// Question ids by slot, 1…16.
    public let questions: [String]
    /// Number of buttons by slot, 2…5 each.
    public let buttons: [Int]
    /// 0…3 600 000 ms, 0 = off.
    public let repeatIntervalMilliseconds: Int

    public init(
      hours: Range<UTCHour>, touchpoint: String, sums: [String], questions: [String],
      buttons: [Int], repeatIntervalMilliseconds: Int
    ) {
      self.hours = hours
      self.touchpoint = touchpoint
      self.sums = sums
      self.questions = questions
      self.buttons = buttons
      self.repeatIntervalMilliseconds = repeatIntervalMilliseconds
    }
  }

  /// `[a-z0-9][a-z0-9-]{0,30}`.
  public let device: String
  /// In order of time.
  public let intervals: [AssignmentInterval]

  /// What the names of devices begin with that stand for imported numbers; no terminal's can.
  public static let importPrefix = "import:"

  /// Stands for imported numbers of one touchpoint and question.
  public var isImport: Bool { device.hasPrefix(Self.importPrefix) }

  /// As it stands in databases since their first version.
  private enum CodingKeys: String, CodingKey {
    case device
    case intervals = "tiles"
  }

  public init(device: String, intervals: [AssignmentInterval]) {
    self.device = device
    self.intervals = intervals
  }
}
