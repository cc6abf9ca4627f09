import Foundation

/// What a device says of itself on its status topic.
public struct DeviceStatus: Codable, Sendable, Equatable {
  public enum State: String, Codable, Sendable {
    case online
    case offline
  }

  public var state: State
  public var epoch: UInt32?
  public var firmware: String?
  /// Millivolts.
  public var batteryMillivolts: Int?
  /// Presses that wait in the device's journal.
  public var journal: Int?

  enum CodingKeys: String, CodingKey {
    case state, epoch, firmware, journal
    case batteryMillivolts = "battery_mv"
  }

  init?(_ payload: RawSpan) {
    guard let data = try? StrictJSON.data(payload),
      let status = try? JSONDecoder().decode(DeviceStatus.self, from: data)
    else { return nil }
    self = status
    firmware = firmware.map { String($0.prefix(64)) }
  }
}
