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
    broker.password = try secret(
      .mqttEnrolPassword, orFile: .mqttEnrolPasswordFile, values)
    return broker
  }
}
