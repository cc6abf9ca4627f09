public import CivilTime
public import Registry
public import Store

/// Everything that is known of one device.
public struct DeviceReport: Sendable {
  /// A touchpoint and when the device served it.
  public struct Placement: Sendable, Equatable {
    public let touchpoint: String
    public let minutes: Range<UTCMinute>
  }

  public let device: Devices.Device
  /// In order of time; touchpoints that the bearer sees only.
  public let placements: [Placement]
  /// What came of its presses there, in the order of `CountNumber`.
  public let counts: CountNumbers
  /// Of `counts`: the latest local days, today's included.
  public let countedHours: Range<UTCHour>
  /// Day by day, the oldest first.
  public let days: [HealthDay]
  /// Its latest quarantined messages, the newest first; nil where the bearer may not see them.
  public let quarantine: [QuarantineRow]?

  /// What one of the numbers comes to.
  public func count(_ number: CountNumber) -> Int { Int(counts[number.rawValue]) }

  /// Presses that counted.
  public var counted: Int { (0...CountNumber.count4.rawValue).reduce(0) { $0 + Int(counts[$1]) } }
}
