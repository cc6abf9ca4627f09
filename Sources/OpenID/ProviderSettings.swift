import Foundation

/// Which provider vouches for people, and as whom we ask it.
public struct ProviderSettings: Sendable {
  /// As the provider writes it: compared letter by letter.
  public let issuer: String
  public let clientID: String
  /// nil = a public client, which proves itself by PKCE alone.
  public let clientSecret: String?
  /// Where the provider sends people back to.
  public let redirect: String
  /// Blank between each; `openid` is one of them.
  public let scope: String
  /// The claim of the ID token that lists groups; `a.b` is also `b` within `a`.
  public let groupsClaim: String

  public init(
    issuer: String, clientID: String, clientSecret: String?, redirect: String, scope: String,
    groupsClaim: String
  ) {
    self.issuer = issuer
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.redirect = redirect
    self.scope = scope
    self.groupsClaim = groupsClaim
  }

  /// Where people arrive who signed out at the provider: the first page of the site of ``redirect``.
  var home: String? {
    var url = URLComponents(string: redirect)
    url?.path = "/"
    url?.query = nil
    return url?.string
  }

  /// Whether nobody on the way reads or alters what goes to an address: `https`, or this machine.
  public static func isSafe(_ address: String) -> Bool {
    guard let url = URLComponents(string: address), let host = url.host, !host.isEmpty,
      url.user == nil, url.password == nil, url.fragment == nil
    else { return false }
    switch url.scheme {
    case "https": return true
    case "http": return isLoopback(host)
    default: return false
    }
  }

  private static func isLoopback(_ host: String) -> Bool {
    ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
  }

  /// An address that the provider names: as safe as the issuer is.
  func allows(_ endpoint: String) -> Bool {
    Self.isSafe(endpoint) && (endpoint.hasPrefix("https:") || issuer.hasPrefix("http:"))
  }
}
