import Foundation
import MQTT

/// Who may make logins at the broker.
extension Settings {
  /// The broker's address with that user; nil = claims bring no login.
  static func enrolmentBroker(
    _ values: SettingValues, _ broker: BrokerAddress
  ) throws -> BrokerAddress? {
    switch values.text(.mqttEnrol) ?? "off" {
    case "off": return nil
    case "dynamic-security": break
    case let other: throw SettingError(.mqttEnrol, other, "dynamic-security or off")
    }
    var broker = broker
    let user = values.text(.mqttEnrolUser) ?? "pikapalaute-enrol"
    guard user != broker.user else {
      throw SettingError(.mqttEnrolUser, user, "a user of its own, who may do nothing else")
    }
    broker.user = user
    broker.password = try password(
      .mqttEnrolPassword, file: .mqttEnrolPasswordFile, values)
    return broker
  }

  /// A password that is given apart from the address, where command lines do not show it.
  static func password(
    _ key: SettingKey, file: SettingKey, _ values: SettingValues
  ) throws -> String? {
    let password = values.text(key)
    guard let path = values.text(file) else { return password }
    guard password == nil else {
      throw SettingError(file, path, "one of \(key.rawValue) and \(file.rawValue)")
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8),
      case let line = text.trimmingCharacters(in: .newlines), !line.isEmpty
    else { throw SettingError(file, path, "a readable file that holds the password") }
    return line
  }
}
