import Foundation

/// What a signed ID token says, and whether it is meant for us, now.
struct IDClaims: Sendable {
  private let claims: ClaimValue

  /// - Throws: `SignInFailure.wrong` for what is no JSON object.
  init(_ payload: Data) throws {
    guard let claims = try? JSONDecoder().decode(ClaimValue.self, from: payload),
      case .members = claims
    else { throw SignInFailure.wrong("the ID token holds no claims") }
    self.claims = claims
  }

  /// OpenID Connect Core 3.1.3.7.
  ///
  /// - Throws: `SignInFailure.wrong` for the first that does not check.
  func check(_ settings: ProviderSettings, nonce: String, nowSeconds now: Int64) throws {
    guard claims["iss"]?.text == settings.issuer else { throw wrong("iss", "another issuer") }
    let audiences = claims["aud"]?.texts ?? []
    guard audiences.contains(settings.clientID) else { throw wrong("aud", "for somebody else") }
    let party = claims["azp"]
    guard party.map({ $0.text == settings.clientID }) ?? (audiences.count == 1) else {
      throw wrong("azp", "given to somebody else")
    }
    let leeway = OpenIDLimits.clockSeconds
    guard let expiry = claims["exp"]?.seconds, expiry > now - leeway else {
      throw wrong("exp", "expired")
    }
    guard let issued = claims["iat"]?.seconds, issued <= now + leeway else {
      throw wrong("iat", "of the future")
    }
    guard issued >= now - leeway - OpenIDLimits.tokenAgeSeconds else { throw wrong("iat", "old") }
    if let start = claims["nbf"] {
      guard let start = start.seconds, start <= now + leeway else { throw wrong("nbf", "not yet") }
    }
    guard claims["nonce"]?.text == nonce else { throw wrong("nonce", "of another sign-in") }
  }

  /// - Parameter farewell: where their session at the provider is ended.
  /// - Throws: `SignInFailure.wrong` without a usable subject.
  func identity(groupsClaim: String, farewell: String? = nil) throws -> Identity {
    guard let subject = claims["sub"]?.text,
      (1...OpenIDLimits.subjectBytesMax).contains(subject.utf8.count),
      subject.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else { throw wrong("sub", "not 1 to \(OpenIDLimits.subjectBytesMax) ASCII characters") }
    let name = [claims["preferred_username"], claims["email"]].lazy
      .compactMap { $0?.text }.map(Self.shown).first { !$0.isEmpty }
    return Identity(
      subject: subject, name: name, groups: groups(groupsClaim), farewell: farewell)
  }

  private func groups(_ claim: String) -> [String] {
    let nested = claim.split(separator: ".").reduce(Optional(claims)) { $0?[String($1)] }
    let texts = (claims[claim] ?? nested)?.texts ?? []
    return Array(texts.prefix(OpenIDLimits.groupsMax))
  }

  /// One line of letters that can be seen.
  private static func shown(_ name: String) -> String {
    let seen = name.unicodeScalars.filter {
      switch $0.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
        .unassigned:
        false
      default: true
      }
    }
    return String(String(String.UnicodeScalarView(seen)).prefix(OpenIDLimits.nameLettersMax))
      .trimmingCharacters(in: .whitespaces)
  }

  private func wrong(_ claim: String, _ reason: String) -> SignInFailure {
    .wrong("\(claim) is missing or \(reason)")
  }
}
