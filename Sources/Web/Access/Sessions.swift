import Foundation
import HTTPTypes
import Hummingbird
import Store
import Synchronization

/// Who signed in with a browser: a cookie stands for a token, or for a person whom the provider vouched
/// for, until it expires or they sign out.
///
/// In memory: after a start people sign in again. A session of a token opens what the token opens at
/// that moment, so a token that is withdrawn ends its sessions. A person's opens what the groups
/// gave when it began.
final class Sessions: Sendable {
  /// A session as a request finds it.
  struct Session: Sendable, Equatable {
    let holder: Holder
    /// What a form must send back, so that no other site's form is taken for ours.
    let formKey: String
    /// UTC since 1970.
    let endsAtMilliseconds: Int64

    /// Lets a form pass that was made for this session.
    ///
    /// - Throws: 403 for any other.
    func check(_ form: [String: String]) throws {
      guard form["key"] == formKey else {
        throw Problem(.forbidden, "the form is not of this session; load the page again")
      }
    }
  }

  /// Whom a session stands for.
  enum Holder: Sendable, Equatable {
    /// The hash of the token that was given.
    case token(Data)
    case person(Person)

    /// The same for every session of one token or person.
    fileprivate var owner: Data {
      switch self {
      case .token(let hash): hash
      case .person(let person): Data(person.subject.utf8)
      }
    }
  }

  private struct State {
    /// By the hash of the cookie.
    var sessions: [Data: Session] = [:]
    /// The oldest first.
    var order: [Data] = []

    mutating func end(_ hash: Data) {
      if sessions.removeValue(forKey: hash) != nil { order.removeAll { $0 == hash } }
    }
  }

  private let state = Mutex(State())

  /// Begins a session; the oldest gives way when there are too many.
  ///
  /// - Parameters:
  ///   - bearer: `Request.bearer` of the token: a reader with a hundred sessions is one.
  ///   - seconds: how long it lasts.
  /// - Returns: the cookie's value, which nothing keeps.
  func begin(
    _ holder: Holder, bearer: Int, seconds: Int64 = WebLimits.sessionSeconds,
    nowMilliseconds: Int64
  ) -> String {
    let value = "\(Token.make()).\(bearer)"
    let session = Session(
      holder: holder, formKey: Token.make(),
      endsAtMilliseconds: nowMilliseconds + seconds * 1000)
    let hash = Token.hash(value)
    state.withLock { state in
      state.sessions[hash] = session
      state.order.append(hash)
      let mine = state.order.filter { state.sessions[$0]?.holder.owner == holder.owner }
      if mine.count > WebLimits.sessionsPerTokenMax { state.end(mine[0]) }
      if state.order.count > WebLimits.sessionsMax { state.end(state.order[0]) }
    }
    return value
  }

  /// The session of a request; nil without one, or when it has ended.
  func session(of request: Request, nowMilliseconds: Int64) -> Session? {
    guard let value = Self.cookie(of: request) else { return nil }
    let hash = Token.hash(value)
    return state.withLock { state in
      guard let session = state.sessions[hash] else { return nil }
      if session.endsAtMilliseconds > nowMilliseconds { return session }
      state.end(hash)
      return nil
    }
  }

  func end(_ request: Request) {
    guard let value = Self.cookie(of: request) else { return }
    state.withLock { $0.end(Token.hash(value)) }
  }

  // MARK: Cookies

  private static let name = "pikapalaute"

  /// What the session of a request was begun with as bearer. Whoever alters it has no session.
  static func bearer(of request: Request) -> Int? {
    cookie(of: request)?.split(separator: ".").last.flatMap { Int($0) }
  }

  private static func cookie(of request: Request) -> String? { request.cookie(name) }

  /// What sets the cookie; nil takes it away.
  static func setting(
    _ value: String?, seconds: Int64 = WebLimits.sessionSeconds, for request: Request
  ) -> String {
    request.setting(name, value, seconds: seconds)
  }
}

extension Request {
  /// A cookie's name: behind TLS it says that no other host, and no page without TLS, set it.
  private func prefixed(_ name: String) -> String { isSecure ? "__Host-\(name)" : name }

  /// The value of a cookie of ours; nil without it.
  func cookie(_ name: String) -> String? {
    let start = "\(prefixed(name))="
    for header in headers[values: .cookie] {
      for cookie in header.split(separator: ";") {
        let cookie = cookie.drop { $0 == " " }
        if cookie.hasPrefix(start) { return String(cookie.dropFirst(start.count)) }
      }
    }
    return nil
  }

  /// What sets a cookie of ours; nil takes it away.
  func setting(_ name: String, _ value: String?, seconds: Int64) -> String {
    let age = value == nil ? 0 : seconds
    return "\(prefixed(name))=\(value ?? ""); Path=/; Max-Age=\(age); HttpOnly; SameSite=Lax"
      + (isSecure ? "; Secure" : "")
  }

  /// `https://feedback.example`, as the browser knows this site.
  var origin: String { (isSecure ? "https://" : "http://") + (head.authority ?? "") }

  /// Whether a browser says that another site led here.
  var isFromAnotherSite: Bool { fetchSite == "cross-site" }

  private var fetchSite: String? { HTTPField.Name("Sec-Fetch-Site").flatMap { headers[$0] } }

  /// Whether a form was sent by a page of ours: browsers say where it comes from.
  var isFromHere: Bool {
    if let site = fetchSite { return site == "same-origin" || site == "none" }
    guard let origin = headers[.origin] else { return false }
    return origin.split(separator: "/", maxSplits: 2).last.map(String.init) == head.authority
  }
}
