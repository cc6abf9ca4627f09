import CivilTime
import Logging
import ServiceLifecycle
import Web

/// Looks whether the certificate of HTTPS was renewed; without one it only waits for the end.
struct CertificateService: Service {
  /// Between two looks at the files: some kilobytes.
  static let interval: Duration = .seconds(10)
  /// How long before its end a certificate is named, once a day.
  static let warningMilliseconds: Int64 = 14 * 86_400_000

  let certificate: ServedCertificate?
  let logger: Logger

  func run() async throws {
    guard let certificate else {
      try? await gracefulShutdown()
      return
    }
    await cancelWhenGracefulShutdown {
      var warnedAtMilliseconds: Int64 = 0
      while !Task.isCancelled {
        let now = Clocks.wallMilliseconds()
        if certificate.untilMilliseconds - now < Self.warningMilliseconds,
          now - warnedAtMilliseconds >= 86_400_000
        {
          warnedAtMilliseconds = now
          let until = RFC3339.format(milliseconds: certificate.untilMilliseconds)
          logger.warning("the certificate in \(certificate.certificateFile) holds until \(until)")
        }
        try? await Task.sleep(for: Self.interval)
        look(at: certificate)
      }
    }
  }

  private func look(at certificate: ServedCertificate) {
    switch certificate.look() {
    case .unchanged: break
    case .replaced(let until):
      let date = RFC3339.format(milliseconds: until)
      logger.notice(
        "new connections are shown the new certificate in \(certificate.certificateFile), until \(date)"
      )
    case .useless(.certificateFile(let reason)):
      logger.error("the new certificate is useless, the former one is shown: \(reason)")
    case .useless(.keyFile(let reason)):
      logger.error("the new certificate's key is useless, the former one is shown: \(reason)")
    }
  }
}
