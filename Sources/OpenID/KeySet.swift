import Foundation
import JWTKit

/// The keys that a provider signs with (RFC 7517).
struct KeySet: Sendable, Decodable {
  /// A key; nil for one of a kind that signs nothing here.
  private struct Entry: Decodable {
    enum CodingKeys: String, CodingKey { case use }

    let key: JWK?

    init(from decoder: any Decoder) throws {
      let use = try? decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .use)
      key = use == nil || use == "sig" ? (try? JWK(from: decoder)) : nil
    }
  }

  private enum CodingKeys: String, CodingKey { case keys }

  private let keys: [JWK]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let entries = try container.decode([Entry].self, forKey: .keys)
    keys = entries.prefix(OpenIDLimits.keysMax).compactMap(\.key)
  }

  /// Whether the key that a token names made its signature, by the algorithm that it names.
  func vouch(for token: IDToken) async -> Bool {
    guard var key = key(for: token) else { return false }
    let name = key.keyIdentifier ?? "only"
    key.keyIdentifier = name
    // A collection of this key alone: it takes another for one that it does not know.
    guard
      let algorithm = try? await JWTKeyCollection().add(jwk: key)
        .getKey(for: name, alg: token.algorithm),
      algorithm.name == token.algorithm
    else { return false }
    return (try? algorithm.verify(token.signature, signs: token.signed)) ?? false
  }

  /// The one that the token names; one that names none takes the only one.
  private func key(for token: IDToken) -> JWK? {
    let kind: JWK.KeyType =
      switch token.algorithm.prefix(2) {
      case "ES": .ecdsa
      case "Ed": .octetKeyPair
      default: .rsa
      }
    let fitting = keys.filter { $0.keyType == kind }
    guard let name = token.keyID else { return fitting.count == 1 ? fitting[0] : nil }
    return fitting.first { $0.keyIdentifier?.string == name }
  }
}
