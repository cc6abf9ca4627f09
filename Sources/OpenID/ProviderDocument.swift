/// What a provider says of itself (OpenID Connect Discovery 1.0).
struct ProviderDocument: Sendable, Decodable {
  let issuer: String
  let authorizationEndpoint: String
  let tokenEndpoint: String
  let keys: String
  /// How a client may prove itself; nil = by HTTP Basic.
  let clientProofs: [String]?
  /// Where a browser ends its session there (RP-Initiated Logout 1.0); nil = nowhere.
  let endSession: String?

  enum CodingKeys: String, CodingKey {
    case issuer
    case authorizationEndpoint = "authorization_endpoint"
    case tokenEndpoint = "token_endpoint"
    case keys = "jwks_uri"
    case clientProofs = "token_endpoint_auth_methods_supported"
    case endSession = "end_session_endpoint"
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
    return Self.address(authorizationEndpoint, fields)
  }

  /// Where a browser is sent to end its session at the provider, and comes back from; nil where it names
  /// no address that is safe.
  ///
  /// - Parameter token: whose session it is; a large one is left out, as no address is that long.
  func farewell(_ settings: ProviderSettings, token: String) -> String? {
    guard let endSession, settings.allows(endSession) else { return nil }
    var fields = [("client_id", settings.clientID)]
    if let home = settings.home { fields.append(("post_logout_redirect_uri", home)) }
    if token.utf8.count <= OpenIDLimits.hintBytesMax { fields.append(("id_token_hint", token)) }
    return Self.address(endSession, fields)
  }

  private static func address(_ endpoint: String, _ fields: [(String, String)]) -> String {
    endpoint + (endpoint.contains("?") ? "&" : "?") + FormText.encoded(fields)
  }
}
