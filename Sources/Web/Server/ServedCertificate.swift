import Foundation
import NIOCore
import NIOSSL
import Synchronization

/// The certificate that HTTPS shows, read from two PEM files and read again when they change.
///
/// Connections that are open keep the certificate with which they began.
public final class ServedCertificate: Sendable {
  /// What makes the files useless.
  public enum Fault: Error, Equatable {
    case certificateFile(reason: String)
    case keyFile(reason: String)
  }

  /// What a look at the files found.
  public enum Look: Equatable, Sendable {
    case unchanged
    /// Shown from now on; until when it holds, UTC milliseconds since 1970.
    case replaced(untilMilliseconds: Int64)
    /// The former one is shown as before. Said once for each content of the files.
    case useless(Fault)
  }

  private struct State {
    var context: NIOSSLContext
    var untilMilliseconds: Int64
    /// What was read last, useless or not.
    var seen: Files
  }

  private struct Files: Equatable {
    var certificate: Data?
    var key: Data?
  }

  public let certificateFile: String
  private let keyFile: String
  private let state: Mutex<State>

  /// - Throws: the first fault.
  public init(certificateFile: String, keyFile: String) throws(Fault) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    let files = Self.read(certificateFile, keyFile)
    let (context, until) = try Self.context(of: files)
    state = Mutex(State(context: context, untilMilliseconds: until, seen: files))
  }

  /// Until when the certificate holds, UTC milliseconds since 1970.
  public var untilMilliseconds: Int64 { state.withLock { $0.untilMilliseconds } }

  /// Reads the files again, and shows what they hold if that is another certificate.
  ///
  /// Their bytes decide, not their times: tools that renew certificates swap links.
  public func look() -> Look {
    let files = Self.read(certificateFile, keyFile)
    return state.withLock { state in
      if files == state.seen { return .unchanged }
      state.seen = files
      do throws(Fault) {
        (state.context, state.untilMilliseconds) = try Self.context(of: files)
        return .replaced(untilMilliseconds: state.untilMilliseconds)
      } catch {
        return .useless(error)
      }
    }
  }

  /// TLS of a connection that begins.
  func handler() -> NIOSSLServerHandler {
    NIOSSLServerHandler(context: state.withLock { $0.context })
  }

  private static func read(_ certificateFile: String, _ keyFile: String) -> Files {
    Files(
      certificate: try? Data(contentsOf: URL(fileURLWithPath: certificateFile)),
      key: try? Data(contentsOf: URL(fileURLWithPath: keyFile)))
  }

  /// Of TLS 1.2: what was heard stays secret when the key gets known, and is authenticated with its
  /// cipher. TLS 1.3 has no others.
  private static let suites: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]

  private static func context(of files: Files) throws(Fault) -> (NIOSSLContext, Int64) {
    guard let bytes = files.certificate else {
      throw .certificateFile(reason: "it cannot be read")
    }
    guard let chain = try? NIOSSLCertificate.fromPEMBytes([UInt8](bytes)), let first = chain.first
    else { throw .certificateFile(reason: "there is none in it") }
    guard let bytes = files.key else { throw .keyFile(reason: "it cannot be read") }
    let key: NIOSSLPrivateKey
    do {
      key = try NIOSSLPrivateKey(bytes: [UInt8](bytes), format: .pem) { setPassphrase in
        // Nobody is there to be asked for one.
        setPassphrase([UInt8]())
      }
    } catch {
      throw .keyFile(reason: "there is none in it, or it has a passphrase")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = suites
    configuration.applicationProtocols = ["http/1.1"]
    configuration.shutdownTimeout = .seconds(WebLimits.farewellSeconds)
    do {
      let context = try NIOSSLContext(configuration: configuration)
      return (context, Int64(first.notValidAfter) * 1000)
    } catch {
      throw .keyFile(reason: "it is not the key of the certificate")
    }
  }
}
