import Crypto
import Foundation

/// The key that signs manifests. It lies in a file of whoever makes firmware, never in the database.
public struct FirmwareKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// A new one.
  public init() {
    key = Curve25519.Signing.PrivateKey()
  }

  /// - Parameter text: as in ``text``.
  /// - Throws: `FirmwareRefusal`, which does not show it.
  public init(_ text: String) throws(FirmwareRefusal) {
    guard let bytes = Data(base64Encoded: text), bytes.count == 32,
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
    else {
      throw FirmwareRefusal(
        "it holds no private key; make one with: pikapalaute firmware key make FILE")
    }
    self.key = key
  }

  /// 32 bytes in base64: a secret.
  public var text: String { key.rawRepresentation.base64EncodedString() }

  public var publicKey: FirmwarePublicKey { FirmwarePublicKey(key.publicKey) }

  /// The manifest with a signature.
  public func sign(_ manifest: FirmwareManifest) throws -> FirmwareManifest {
    var signed = manifest
    signed.signature = try key.signature(for: manifest.signedBytes).base64EncodedString()
    return signed
  }
}

/// The key that says whether a manifest is genuine: in every device, and in the service's settings.
public struct FirmwarePublicKey: Sendable {
  private let key: Curve25519.Signing.PublicKey

  init(_ key: Curve25519.Signing.PublicKey) {
    self.key = key
  }

  /// - Parameter text: 32 bytes in base64; nil for anything else.
  public init?(_ text: String) {
    guard let bytes = Data(base64Encoded: text), bytes.count == 32,
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { return nil }
    self.key = key
  }

  public var text: String { key.rawRepresentation.base64EncodedString() }

  /// Whether the manifest is signed by this key.
  public func vouches(for manifest: FirmwareManifest) -> Bool {
    guard let signature = Data(base64Encoded: manifest.signature) else { return false }
    return key.isValidSignature(signature, for: manifest.signedBytes)
  }
}
