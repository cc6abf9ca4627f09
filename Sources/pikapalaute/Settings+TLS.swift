import MQTT
import Web

/// The certificates of both ends: the broker's, and those that we show.
extension Settings {
  /// What is allowed for the broker's address; where it has a user or a password, also how their
  /// characters are written.
  static func addressesAllowed(for url: String) -> String {
    let form = "mqtt[s]://[user[:password]@]host[:port]"
    if !url.contains("@") { return form }
    return form
      + "; in a user or password each of : / ? # [ ] @ % and every blank is written as % and its two "
      + "hexadecimal digits (@ is %40, / is %2F, % is %25), or the password is given apart, as it "
      + "is, by PIKAPALAUTE_MQTT_PASSWORD or PIKAPALAUTE_MQTT_PASSWORD_FILE"
  }

  static func brokerTLS(_ values: SettingValues, _ broker: BrokerAddress) throws -> BrokerTLS {
    var tls = BrokerTLS()
    tls.authorityFile = values.text(.mqttCAFile)
    tls.certificateFile = values.text(.mqttCertificateFile)
    tls.keyFile = values.text(.mqttKeyFile)
    tls.serverName = values.text(.mqttServerName)
    guard broker.usesTLS else {
      let given = [
        (SettingKey.mqttCAFile, tls.authorityFile), (.mqttCertificateFile, tls.certificateFile),
        (.mqttKeyFile, tls.keyFile), (.mqttServerName, tls.serverName),
      ]
      for case (let key, let value?) in given {
        throw SettingError(key, value, "nothing, unless PIKAPALAUTE_MQTT_URL begins with mqtts://")
      }
      return tls
    }
    try checkPair(
      (.mqttCertificateFile, tls.certificateFile), (.mqttKeyFile, tls.keyFile))
    if let name = tls.serverName {
      guard (1...253).contains(name.utf8.count), name.utf8.allSatisfy(isHostByte) else {
        throw SettingError(.mqttServerName, name, "one host name or IP address")
      }
    }
    do {
      try tls.check(host: broker.host)
    } catch {
      switch error {
      case .authorityFile(let reason):
        throw SettingError(
          .mqttCAFile, tls.authorityFile ?? "", "a readable PEM file of certificates (\(reason))"
        )
      case .certificateFile(let reason):
        throw SettingError(
          .mqttCertificateFile, tls.certificateFile ?? "",
          "a readable PEM file of a certificate and its chain (\(reason))")
      case .keyFile(let reason):
        throw SettingError(
          .mqttKeyFile, tls.keyFile ?? "",
          "a readable PEM file of the certificate's key, without a passphrase (\(reason))")
      case .noMemory: throw error
      }
    }
    return tls
  }

  static func servedCertificate(_ values: SettingValues) throws -> ServedCertificate? {
    let certificateFile = values.text(.httpCertificateFile)
    let keyFile = values.text(.httpKeyFile)
    try checkPair(
      (.httpCertificateFile, certificateFile), (.httpKeyFile, keyFile))
    guard let certificateFile, let keyFile else { return nil }
    do {
      return try ServedCertificate(certificateFile: certificateFile, keyFile: keyFile)
    } catch {
      switch error {
      case .certificateFile(let reason):
        throw SettingError(
          .httpCertificateFile, certificateFile,
          "a readable PEM file of a certificate and its chain (\(reason))")
      case .keyFile(let reason):
        throw SettingError(
          .httpKeyFile, keyFile,
          "a readable PEM file of the certificate's key, without a passphrase (\(reason))")
      }
    }
  }

  private static func checkPair(
    _ certificate: (key: SettingKey, path: String?), _ key: (key: SettingKey, path: String?)
  ) throws {
    if let path = certificate.path, key.path == nil {
      throw SettingError(
        certificate.key, path, "a certificate together with its key, \(key.key.variable)")
    }
    if let path = key.path, certificate.path == nil {
      throw SettingError(
        key.key, path, "a key together with its certificate, \(certificate.key.variable)")
    }
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    isNameByte(byte) || byte == UInt8(ascii: ":")
  }
}
