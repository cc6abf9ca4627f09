import Foundation

/// An ID token, taken apart and not yet believed (RFC 7515, OpenID Connect Core 2).
struct IDToken: Sendable {
  /// What may sign: with a key of the provider's alone. `none` and shared secrets are not among them.
  static let algorithms: Set<String> = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
  ]

  private struct Header: Decodable {
    let alg: String
    let kid: String?
    /// Extensions that must be understood: none is.
    let crit: [String]?
  }

  let algorithm: String
  let keyID: String?
  /// What the signature is of.
  let signed: Data
  let signature: Data
  /// JSON.
  let payload: Data

  /// - Throws: `SignInFailure.wrong` for what is none, and for algorithms that are not allowed.
  init(_ text: String) throws {
    guard text.utf8.count <= OpenIDLimits.tokenBytesMax else {
      throw SignInFailure.wrong("the ID token has more than \(OpenIDLimits.tokenBytesMax) bytes")
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let head = Data(base64URL: parts[0]),
      let payload = Data(base64URL: parts[1]), let signature = Data(base64URL: parts[2]),
      let header = try? JSONDecoder().decode(Header.self, from: head)
    else { throw SignInFailure.wrong("the ID token is no signed JWT") }
    guard Self.algorithms.contains(header.alg) else {
      throw SignInFailure.wrong("the ID token is signed by '\(header.alg.prefix(20))'")
    }
    guard header.crit == nil else {
      throw SignInFailure.wrong("the ID token asks for an extension")
    }
    algorithm = header.alg
    keyID = header.kid
    signed = Data("\(parts[0]).\(parts[1])".utf8)
    self.signature = signature
    self.payload = payload
  }
}
