import Crypto
import Foundation

/// Texts that nobody guesses, and what is shown of them.
enum RandomText {
  /// 256 random bits in 43 letters.
  static func make() -> String {
    let bits = SymmetricKey(size: .bits256)
    return unsafe bits.withUnsafeBytes { unsafe Data($0) }.base64URL
  }

  static func hash(_ text: String) -> Data { Data(SHA256.hash(data: Data(text.utf8))) }
}

extension Data {
  /// RFC 4648 section 5, without padding.
  var base64URL: String {
    base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  /// nil for what is not that.
  init?(base64URL text: some StringProtocol) {
    guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") }) else {
      return nil
    }
    let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    self.init(base64Encoded: plain + padding)
  }
}
