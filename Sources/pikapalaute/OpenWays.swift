import MQTT

/// What to say when others on the way could read secrets: HTTP and MQTT without TLS that leave this machine.
func warningsOfOpenWays(_ settings: Settings) -> [String] {
  var warnings: [String] = []
  if settings.certificate == nil, !isThisMachine(settings.host) {
    warnings.append(
      """
      plain HTTP at \(settings.host): others on the way can read tokens and cookies, unless a proxy \
      that speaks HTTPS is alone in reaching it; see \(SettingKey.httpCertificateFile.variable)
      """)
  }
  let broker = settings.broker
  if !broker.usesTLS, broker.user != nil, !isThisMachine(broker.host) {
    warnings.append(
      """
      the password goes to \(broker.host) without TLS, and others on the way can read it; a broker that \
      speaks TLS is named by mqtts:// in \(SettingKey.mqttURL.variable)
      """)
  }
  return warnings
}

/// Whether what goes to a host stays on this machine.
private func isThisMachine(_ host: String) -> Bool {
  host == "localhost" || host == "::1" || host.hasPrefix("127.")
}
