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
    tls.authorityFile = values.text("mqtt_ca_file")
    tls.certificateFile = values.text("mqtt_certificate_file")
    tls.keyFile = values.text("mqtt_key_file")
    tls.serverName = values.text("mqtt_server_name")
    guard broker.usesTLS else {
      let given = [
        ("mqtt_ca_file", tls.authorityFile), ("mqtt_certificate_file", tls.certificateFile),
        ("mqtt_key_file", tls.keyFile), ("mqtt_server_name", tls.serverName),
      ]
      for case (let key, let value?) in given {
        throw SettingError(key, value, "nothing, unless PIKAPALAUTE_MQTT_URL begins with mqtts://")
      }
      return tls
    }
    try checkPair("mqtt", tls.certificateFile, tls.keyFile)
    if let name = tls.serverName {
      guard (1...253).contains(name.utf8.count), name.utf8.allSatisfy(isHostByte) else {
        throw SettingError("mqtt_server_name", name, "one host name or IP address")
      }
    }
    do {
      try tls.check(host: broker.host)
    } catch {
      switch error {
      case .authorityFile(let reason):
        throw SettingError(
          "mqtt_ca_file", tls.authorityFile ?? "", "a readable PEM file of certificates (\(reason))"
        )
      case .certificateFile(let reason):
        throw SettingError(
          "mqtt_certificate_file", tls.certificateFile ?? "",
          "a readable PEM file of a certificate and its chain (\(reason))")
      case .keyFile(let reason):
        throw SettingError(
          "mqtt_key_file", tls.keyFile ?? "",
          "a readable PEM file of the certificate's key, without a passphrase (\(reason))")
      case .noMemory: throw error
      }
    }
    return tls
  }

  static func servedCertificate(_ values: SettingValues) throws -> ServedCertificate? {
    let certificateFile = values.text("http_certificate_file")
    let keyFile = values.text("http_key_file")
    try checkPair("http", certificateFile, keyFile)
    guard let certificateFile, let keyFile else { return nil }
    do {
      return try ServedCertificate(certificateFile: certificateFile, keyFile: keyFile)
    } catch {
      switch error {
      case .certificateFile(let reason):
        throw SettingError(
          "http_certificate_file", certificateFile,
          "a readable PEM file of a certificate and its chain (\(reason))")
      case .keyFile(let reason):
        throw SettingError(
          "http_key_file", keyFile,
          "a readable PEM file of the certificate's key, without a passphrase (\(reason))")
      }
    }
  }

  private static func checkPair(_ side: String, _ certificate: String?, _ key: String?) throws {
    if let certificate, key == nil {
      throw SettingError(
        "\(side)_certificate_file", certificate,
        "a certificate together with its key, PIKAPALAUTE_\(side.uppercased())_KEY_FILE")
    }
    if let key, certificate == nil {
      throw SettingError(
        "\(side)_key_file", key,
        "a key together with its certificate, PIKAPALAUTE_\(side.uppercased())_CERTIFICATE_FILE")
    }
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    isNameByte(byte) || byte == UInt8(ascii: ":")
  }
}
