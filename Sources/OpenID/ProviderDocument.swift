/// What a provider says of itself (OpenID Connect Discovery 1.0).
struct ProviderDocument: Sendable, Decodable {
  let issuer: String
  let authorizationEndpoint: String
  let tokenEndpoint: String
  let keys: String
  /// How a client may prove itself; nil = by HTTP Basic.
  let clientProofs: [String]?

  enum CodingKeys: String, CodingKey {
    case issuer
    case authorizationEndpoint = "authorization_endpoint"
    case tokenEndpoint = "token_endpoint"
    case keys = "jwks_uri"
    case clientProofs = "token_endpoint_auth_methods_supported"
  }

  /// - Throws: `SignInFailure.unavailable`.
  static func fetch(
    _ settings: ProviderSettings, _ client: ProviderClient
  ) async throws -> ProviderDocument {
    let base = settings.issuer.hasSuffix("/") ? String(settings.issuer.dropLast()) : settings.issuer
    let address = base + "/.well-known/openid-configuration"
    let document = try await client.get(address).decoded(as: Self.self, from: address)
    guard document.issuer == settings.issuer else {
      throw SignInFailure.unavailable(
        "\(address) names the issuer '\(document.issuer.prefix(200))', not '\(settings.issuer)'")
    }
    for endpoint in [document.authorizationEndpoint, document.tokenEndpoint, document.keys]
    where !settings.allows(endpoint) {
      throw SignInFailure.unavailable("\(address) names an address without TLS")
    }
    return document
  }

  /// Where a browser is sent.
  func authorization(
    _ settings: ProviderSettings, _ begun: PendingSignIns.Begun
  ) -> String {
    let fields = [
      ("response_type", "code"), ("client_id", settings.clientID),
      ("redirect_uri", settings.redirect), ("scope", settings.scope), ("state", begun.state),
      ("nonce", begun.nonce), ("code_challenge", begun.challenge),
      ("code_challenge_method", "S256"),
    ]
    return authorizationEndpoint + (authorizationEndpoint.contains("?") ? "&" : "?")
      + FormText.encoded(fields)
  }
}
