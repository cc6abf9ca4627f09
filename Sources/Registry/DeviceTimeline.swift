public import CivilTime

/// What one device's presses are judged by and where they belong, interval by interval.
///
/// Intervals are sorted, touch each other and cover `0..<Registry.hourEnd`. An hour in which the device
/// changed its place has an interval for each place, and they share it by the minute.
public struct DeviceTimeline: Sendable, Equatable, Codable {
  /// One stretch of hours, or one part of an hour, in which nothing about the device changes.
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
    /// Which part of its one hour is the interval's; nil where all of its hours are.
    public let share: HourShare?

    public init(
      hours: Range<UTCHour>, touchpoint: String, sums: [String], questions: [String],
      buttons: [Int], repeatIntervalMilliseconds: Int, share: HourShare? = nil
    ) {
      self.hours = hours
      self.touchpoint = touchpoint
      self.sums = sums
      self.questions = questions
      self.buttons = buttons
      self.repeatIntervalMilliseconds = repeatIntervalMilliseconds
      self.share = share
    }

    /// All of its minutes.
    public var minutes: Range<UTCMinute> {
      let first = hours.lowerBound * HourShare.hourMinutes
      guard let share else { return first..<hours.upperBound * HourShare.hourMinutes }
      return first + share.minutes.lowerBound..<first + share.minutes.upperBound
    }

    /// Under which slots its presses are stored.
    public var storedSlots: Range<Int> {
      let first = (share?.part ?? 0) * HourShare.slotsPerPart
      return first..<first + HourShare.slotsPerPart
    }

    /// Which of its questions the presses of a stored slot answer; nil for slots of other parts of the
    /// hour. Slots that do not exist count with the first question.
    public func question(ofStoredSlot slot: Int) -> Int? {
      guard storedSlots.contains(slot) else { return nil }
      let own = slot - storedSlots.lowerBound
      return own < questions.count ? own : 0
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
