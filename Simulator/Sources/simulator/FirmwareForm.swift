import Crypto
import Foundation

/// Firmware that a terminal is offered, as its configuration says it.
struct FirmwareForm: Decodable {
  var model: String
  var version: String
  var issued: Int
  var sha256: String
  var url: String
  var signature: String

  /// Whether the key's owner signed exactly this.
  func isGenuine(_ key: Curve25519.Signing.PublicKey) -> Bool {
    let text = "pikapalaute-firmware/1\n\(model)\n\(version)\n\(issued)\n\(sha256)\n\(url)\n"
    return Data(base64Encoded: signature).map {
      key.isValidSignature($0, for: Data(text.utf8))
    } ?? false
  }
}
