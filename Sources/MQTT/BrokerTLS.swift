import CBrokerTLS

/// Whom we take for the broker, and how we show it who we are, by TLS.
public struct BrokerTLS: Sendable, Equatable {
  /// PEM of the authorities that may vouch for the broker; nil = those of the system.
  public var authorityFile: String?
  /// Our own certificate with its chain and its key without a passphrase, PEM; both or none.
  public var certificateFile: String?
  public var keyFile: String?
  /// Whom the broker's certificate must be for, a host or an IP address; nil = the host of the
  /// broker's address.
  public var serverName: String?

  public init() {}

  /// What makes these files useless.
  public enum Fault: Error, Equatable {
    case authorityFile(reason: String)
    case certificateFile(reason: String)
    case keyFile(reason: String)
    case noMemory
  }

  /// Reads the files and lets them go again.
  ///
  /// - Throws: the first fault.
  public func check(host: String) throws(Fault) {
    _ = try TLSContext(self, host: host)
  }
}

extension BrokerTLS.Fault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .authorityFile(let reason): "the CA file: \(reason)"
    case .certificateFile(let reason): "the client certificate: \(reason)"
    case .keyFile(let reason): "the client key: \(reason)"
    case .noMemory: "no memory"
    }
  }
}

/// The TLS of one connection, and in words why it failed. The files are read anew for each.
@safe
final class TLSContext {
  /// An `SSL_CTX`.
  let pointer: UnsafeMutableRawPointer
  /// Whom we take for the broker, in words.
  private let expected: String

  init(_ tls: BrokerTLS, host: String) throws(BrokerTLS.Fault) {
    let name = tls.serverName ?? host
    var fault = broker_tls_fine
    var reason = [CChar](repeating: 0, count: 256)
    guard
      let pointer = unsafe broker_tls_new(
        name, tls.authorityFile, tls.certificateFile, tls.keyFile, &fault, &reason, reason.count)
    else {
      let reason = String(
        decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      switch fault {
      case broker_tls_authority_file: throw .authorityFile(reason: reason)
      case broker_tls_certificate_file: throw .certificateFile(reason: reason)
      case broker_tls_key_file: throw .keyFile(reason: reason)
      default: throw .noMemory
      }
    }
    unsafe self.pointer = pointer
    let authorities = tls.authorityFile ?? "the system"
    expected = "one for '\(name)' from an authority of \(authorities)"
  }

  deinit {
    unsafe broker_tls_free(pointer)
  }

  /// Why the connection failed: what was expected, and what came; nil while nothing did.
  var failure: String? {
    let failure = unsafe String(cString: broker_tls_failure(pointer))
    if failure.isEmpty { return nil }
    let certificate = unsafe String(cString: broker_tls_certificate(pointer))
    if certificate.isEmpty { return "TLS: \(failure)" }
    return "its certificate is refused: \(failure); expected \(expected), got \(certificate)"
  }
}
