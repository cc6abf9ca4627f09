import HTTPTypes
import Hummingbird
import Logging
public import OpenID
import Store

/// Sign-in by a provider of OpenID Connect, and what its groups give.
public struct ProviderSignIn: Sendable {
  let provider: OpenIDProvider
  let grants: GroupGrants
  /// How long a session lasts.
  let sessionSeconds: Int64
  /// How long it lasts unused.
  let idleSeconds: Int64
  /// Whether tokens sign in to no page any more.
  let isOnlyWay: Bool

  public init(
    provider: OpenIDProvider, grants: GroupGrants, sessionSeconds: Int64, idleSeconds: Int64,
    isOnlyWay: Bool
  ) {
    self.provider = provider
    self.grants = grants
    self.sessionSeconds = sessionSeconds
    self.idleSeconds = idleSeconds
    self.isOnlyWay = isOnlyWay
  }

  /// Binds a sign-in to the browser that began it; another begun there takes its place.
  static let cookie = "pikapalaute-sign-in"

  /// What came of a sign-in.
  enum Outcome: Sendable {
    /// The session's cookie, and where it goes on.
    case session(cookie: String, next: String)
    /// They are who they are, and none of their groups gives anything.
    case noGroup(subject: String)
    /// The state is not of this browser, over, or was used.
    case over
  }
}

extension Access {
  /// Sends a browser to the provider.
  ///
  /// - Returns: where, and the cookie that binds the answer to this browser.
  /// - Throws: `SignInFailure.unavailable`.
  func begin(
    at signIn: ProviderSignIn, next: String, address: String, _ request: Request
  ) async throws -> (location: String, cookie: String) {
    let browser = Token.make()
    let location = try await signIn.provider.begin(browser: browser, address: address, next: next)
    let cookie = request.setting(
      ProviderSignIn.cookie, browser, seconds: OpenIDLimits.pendingMilliseconds / 1000)
    return (location, cookie)
  }

  /// Takes the provider's answer, and begins a session for whom it vouches for.
  ///
  /// - Throws: `SignInFailure`; `StoreError` when the audit log cannot be written: nobody signs in
  ///   unrecorded.
  func finish(
    at signIn: ProviderSignIn, _ answer: ProviderAnswer, _ request: Request
  ) async throws -> ProviderSignIn.Outcome {
    guard let state = answer.state, let browser = request.cookie(ProviderSignIn.cookie),
      let pending = signIn.provider.take(state, browser: browser)
    else { return .over }
    if let error = answer.error { throw SignInFailure.refused(error) }
    let identity = try await signIn.provider.identity(
      code: answer.code ?? "", issuer: answer.issuer, of: pending)
    guard let grant = signIn.grants.grant(to: identity.groups) else {
      return .noGroup(subject: identity.subject)
    }
    let person = Person(identity, grant)
    let actor = person.author.actor
    try await record(
      .signedIn, person.description, AuditStamp(actor: actor, nowMilliseconds: nowMilliseconds()))
    sessions.end(request)
    let beginning = Sessions.Beginning(
      holder: .person(person), author: person.author, role: person.role, node: person.node,
      bearer: actor.hashValue, browser: BrowserFamily(request), seconds: signIn.sessionSeconds,
      idleSeconds: signIn.idleSeconds, farewell: identity.farewell)
    let value = sessions.begin(beginning, nowMilliseconds: nowMilliseconds())
    return .session(
      cookie: Sessions.setting(value, seconds: signIn.sessionSeconds, for: request),
      next: pending.next)
  }
}

/// What a provider sends a browser back with.
struct ProviderAnswer: Sendable {
  let state: String?
  let code: String?
  let error: String?
  let issuer: String?

  /// What is given twice counts as not given.
  init(_ request: Request) {
    let query = request.uri.queryParameters
    func only(_ name: String) -> String? {
      let values = query[values: Substring(name)]
      return values.count == 1 ? values.first.map(String.init) : nil
    }
    state = only("state")
    code = only("code")
    issuer = only("iss")
    // A word of RFC 6749, which may stand in a log and on a page; anything else is only an error.
    error = query[values: "error"].isEmpty ? nil : only("error").flatMap(Self.word) ?? "error"
  }

  private static func word(_ text: String) -> String? {
    let isWord =
      (1...60).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || $0 == UInt8(ascii: "_")
      }
    return isWord ? text : nil
  }
}
