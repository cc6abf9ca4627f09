import CivilTime
import Foundation

/// What a device says of itself on its status topic.
public struct DeviceStatus: Codable, Sendable, Equatable {
  public enum State: String, Codable, Sendable, CaseIterable {
    case online
    case offline
    /// Away from the broker on purpose, until ``DeviceStatus/sleepMilliseconds`` have passed.
    case sleeping
  }

  public var state: State
  public var epoch: UInt32?
  public var firmware: String?
  /// Millivolts.
  public var batteryMillivolts: Int?
  /// Presses that wait in the device's journal.
  public var journal: Int?
  /// Signal strength.
  public var rssiDBm: Int?
  /// Another number after each start of the device.
  public var boot: UInt32?
  /// The device's clock when it sent this, RFC 3339.
  public var sentAt: String?
  /// Seconds after which a sleeping device means to be heard again.
  public var sleepSeconds: Int?
  /// The revision of the configuration that the device has.
  public var configuration: Int64?
  /// What kind of device it is: firmware is made for one.
  public var model: String?

  /// Seconds that a device sleeps that says no number, and that one sleeps at most: who does not come
  /// for a week is missed, whatever it said.
  public static let sleepSecondsDefault = 86_400
  public static let sleepSecondsMax = 604_800

  enum CodingKeys: String, CodingKey {
    case state, epoch, firmware, journal, boot, model
    case batteryMillivolts = "battery_mv"
    case rssiDBm = "rssi_dbm"
    case sentAt = "sent_at"
    case sleepSeconds = "sleep_s"
    case configuration = "config"
  }

  init?(_ payload: RawSpan) {
    guard let data = try? StrictJSON.data(payload),
      let status = try? JSONDecoder().decode(DeviceStatus.self, from: data)
    else { return nil }
    self = status
    firmware = firmware.map { String($0.unicodeScalars.prefix(64)) }
    model = model.map { String($0.unicodeScalars.prefix(64)) }
    if let sentAt {
      guard let sent = RFC3339.milliseconds(parsing: sentAt) else { return nil }
      self.sentAt = RFC3339.format(milliseconds: sent)
    }
  }

  /// With what it does not say of the device's health from an earlier one.
  func completed(by earlier: DeviceStatus?) -> DeviceStatus {
    guard let earlier else { return self }
    var status = self
    status.epoch = epoch ?? earlier.epoch
    status.firmware = firmware ?? earlier.firmware
    status.batteryMillivolts = batteryMillivolts ?? earlier.batteryMillivolts
    status.journal = journal ?? earlier.journal
    status.rssiDBm = rssiDBm ?? earlier.rssiDBm
    status.boot = boot ?? earlier.boot
    status.sentAt = sentAt ?? earlier.sentAt
    status.configuration = configuration ?? earlier.configuration
    status.model = model ?? earlier.model
    return status
  }

  /// For how long it sleeps, where it does.
  public var sleepMilliseconds: Int64 {
    let seconds = sleepSeconds ?? Self.sleepSecondsDefault
    return Int64(min(max(seconds, 0), Self.sleepSecondsMax)) * 1000
  }

  /// Its clock when it sent this, UTC since 1970; nil = it did not say.
  public var sentAtMilliseconds: Int64? { sentAt.flatMap(RFC3339.milliseconds(parsing:)) }
}
