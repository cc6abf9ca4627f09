import Foundation
import OpenID
import Web

/// Sign-in by a provider of OpenID Connect.
struct OpenIDSettings {
  /// Where the provider sends people back to, whatever stands before it.
  static let callback = "/sign-in/oidc/callback"
  /// Hours of a session: a working day; at most as long as a token's twelve.
  static let sessionHoursDefault = 8
  static let sessionHours = 1...12
  /// Minutes that a session lasts unused: a long meeting; at most as long as any session lasts.
  static let idleMinutesDefault = 60
  static let idleMinutes = 5...720

  let provider: ProviderSettings
  let grants: GroupGrants
  let sessionSeconds: Int64
  let idleSeconds: Int64
  /// Whether tokens sign in to no page any more.
  let isOnlyWay: Bool
}

extension Settings {
  /// What the pages need of it.
  func providerSignIn(_ provider: OpenIDProvider?) -> ProviderSignIn? {
    guard let openID, let provider else { return nil }
    return ProviderSignIn(
      provider: provider, grants: openID.grants, sessionSeconds: openID.sessionSeconds,
      idleSeconds: openID.idleSeconds, isOnlyWay: openID.isOnlyWay)
  }

  /// - Returns: nil when nothing of it is set.
  /// - Throws: `SettingError` for the first that is wrong, or that is set without the issuer.
  static func openID(_ values: SettingValues) throws -> OpenIDSettings? {
    guard let issuer = values.text(.oidcIssuer) else {
      let others: [SettingKey] = [
        .oidcClientID, .oidcClientSecret, .oidcClientSecretFile, .oidcGroups, .oidcGroupsClaim,
        .oidcRedirectURL, .oidcScope, .oidcSessionHours, .oidcIdleMinutes, .oidcOnly,
      ]
      for key in others where values.text(key) != nil {
        throw SettingError(key, "…", "nothing, unless PIKAPALAUTE_OIDC_ISSUER is set")
      }
      return nil
    }
    guard ProviderSettings.isSafe(issuer), !issuer.contains("?") else {
      throw SettingError(
        .oidcIssuer, issuer,
        "the https:// address of the provider's issuer, as its discovery document has it; http:// for "
          + "this machine only")
    }
    let clientID = try required(.oidcClientID, "as what the provider knows us", values)
    let redirect = try required(.oidcRedirectURL, redirectAllowed, values)
    guard ProviderSettings.isSafe(redirect), redirect.hasSuffix(OpenIDSettings.callback) else {
      throw SettingError(.oidcRedirectURL, redirect, redirectAllowed)
    }
    let groups = try required(.oidcGroups, groupsAllowed, values)
    guard let grants = GroupGrants(groups) else {
      throw SettingError(.oidcGroups, groups, groupsAllowed)
    }
    let scope = values.text(.oidcScope) ?? "openid profile email"
    guard scope.split(separator: " ").contains("openid") else {
      throw SettingError(.oidcScope, scope, "words with a blank between each, openid among them")
    }
    let hours = values.text(.oidcSessionHours) ?? "\(OpenIDSettings.sessionHoursDefault)"
    guard let count = Int(hours), OpenIDSettings.sessionHours.contains(count) else {
      throw SettingError(.oidcSessionHours, hours, "1 to 12")
    }
    let minutes = values.text(.oidcIdleMinutes) ?? "\(OpenIDSettings.idleMinutesDefault)"
    guard let idle = Int(minutes), OpenIDSettings.idleMinutes.contains(idle) else {
      throw SettingError(.oidcIdleMinutes, minutes, "5 to 720")
    }
    let only = values.text(.oidcOnly) ?? "false"
    guard let isOnlyWay = Bool(only) else {
      throw SettingError(.oidcOnly, only, "true or false")
    }
    return OpenIDSettings(
      provider: ProviderSettings(
        issuer: issuer, clientID: clientID,
        clientSecret: try secret(
          .oidcClientSecret, orFile: .oidcClientSecretFile, values), redirect: redirect,
        scope: scope,
        groupsClaim: values.text(.oidcGroupsClaim) ?? "groups"),
      grants: grants, sessionSeconds: Int64(count) * 3600,
      idleSeconds: Int64(idle) * 60, isOnlyWay: isOnlyWay)
  }

  private static let redirectAllowed =
    "the https:// address of this service with \(OpenIDSettings.callback) at its end, as the provider "
    + "knows it; http:// for this machine only"
  private static let groupsAllowed =
    "group=role or group=role:node, a comma between each, no group twice; roles reader, analyst, "
    + "manager, administrator (without a node)"

  private static func required(
    _ key: SettingKey, _ allowed: String, _ values: SettingValues
  ) throws -> String {
    guard let text = values.text(key) else { throw SettingError(key, "", allowed) }
    return text
  }
}
