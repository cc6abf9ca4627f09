import Crypto
import Foundation

/// What a person types or scans so that a device gets its credential: 60 random bits as twelve letters
/// of Crockford's alphabet.
public struct ClaimCode: Sendable, Equatable, CustomStringConvertible {
  static let letters = 12
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
  /// Times that SHA-256 is taken: 60 bits could be searched for in a stolen file otherwise. Some
  /// milliseconds.
  private static let rounds = 10_000

  /// Without dashes.
  private let text: String

  /// A new one.
  public init() {
    var random = SystemRandomNumberGenerator()
    text = String(
      (0..<Self.letters).map { _ in Self.alphabet.randomElement(using: &random) ?? "0" })
  }

  /// Reads one as people write it: case, dashes and blanks do not matter, O is 0, I and L are 1.
  ///
  /// - Returns: nil for what cannot be one.
  public init?(_ written: String) {
    guard written.utf8.count <= 4 * Self.letters else { return nil }
    var text = ""
    for letter in written.uppercased() where letter != "-" && letter != " " {
      switch letter {
      case "O": text.append("0")
      case "I", "L": text.append("1")
      default:
        guard Self.alphabet.contains(letter) else { return nil }
        text.append(letter)
      }
    }
    guard text.count == Self.letters else { return nil }
    self.text = text
  }

  /// In groups of four: `ABCD-EFGH-JKMN`.
  public var description: String {
    stride(from: 0, to: Self.letters, by: 4).map { start in
      String(text.dropFirst(start).prefix(4))
    }.joined(separator: "-")
  }

  /// What the database keeps of it.
  var hash: Data {
    var digest = Data(text.utf8)
    for _ in 0..<Self.rounds { digest = Data(SHA256.hash(data: digest)) }
    return digest
  }
}
