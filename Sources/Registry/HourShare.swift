/// What one place has of an hour in which a device served several, one after the other.
///
/// Presses are counted by the device, the hour and the slot; those of the second part of such an hour
/// are counted under slots of their own, from 16 on, those of the third from 32 on.
public struct HourShare: Sendable, Equatable, Codable {
  /// 0…7 in order of time, the time between places included.
  public let part: Int
  /// Minutes of the hour, 0…60; not empty, and not all of them.
  public let minutes: Range<Int>

  public init(part: Int, minutes: Range<Int>) {
    self.part = part
    self.minutes = minutes
  }

  /// Minutes in an hour.
  static let hourMinutes = 60
  /// Slots of a part, of the questions that a device can show.
  static let slotsPerPart = RegistryLimits.slotsMax
}
