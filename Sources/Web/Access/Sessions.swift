import Foundation
import HTTPTypes
import Hummingbird
import Store
import Synchronization

/// Who signed in with a browser: a cookie stands for a token, or for a person whom the provider vouched
/// for, until it expires, nobody used it for long, somebody ends it, or they sign out.
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
    /// The number by which it is ended: of no use to begin one.
    let id: String
    /// As whom they act, and as what they came.
    let author: Annotation.Author
    let role: TokenRole
    /// nil = the whole site.
    let node: String?
    let browser: BrowserFamily
    /// UTC since 1970.
    let beganAtMilliseconds: Int64
    fileprivate(set) var seenAtMilliseconds: Int64
    fileprivate let endsAtMilliseconds: Int64
    /// How long it lasts unused; nil = to its end.
    fileprivate let idleMilliseconds: Int64?
    /// Where the provider ends its own session too; nil = nowhere.
    let farewell: String?

    /// Lets a form pass that was made for this session.
    ///
    /// - Throws: 403 for any other.
    func check(_ form: [String: String]) throws {
      guard form["key"] == formKey else {
        var problem = Problem(
          .forbidden, "the form is not of this session; load the page again")
        problem.refusal = .form
        throw problem
      }
    }

    fileprivate func holds(at milliseconds: Int64) -> Bool {
      let idleEnd = idleMilliseconds.map { seenAtMilliseconds + $0 } ?? endsAtMilliseconds
      return milliseconds < min(endsAtMilliseconds, idleEnd)
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

  /// Who begins a session, and for how long.
  struct Beginning: Sendable {
    let holder: Holder
    let author: Annotation.Author
    let role: TokenRole
    let node: String?
    /// `Request.bearer` of the token: a reader with a hundred sessions is one.
    let bearer: Int
    let browser: BrowserFamily
    var seconds = WebLimits.sessionSeconds
    /// Seconds that it lasts unused; nil = to its end.
    var idleSeconds: Int64?
    var farewell: String?
  }

  private struct State {
    /// By the hash of the cookie.
    var sessions: [Data: Session] = [:]
    /// The oldest first.
    var order: [Data] = []

    mutating func end(_ hash: Data) {
      if sessions.removeValue(forKey: hash) != nil { order.removeAll { $0 == hash } }
    }

    mutating func end(where isOver: (Session) -> Bool) -> [Session] {
      let over = sessions.filter { isOver($0.value) }
      for hash in over.keys { sessions[hash] = nil }
      if !over.isEmpty { order.removeAll { over[$0] != nil } }
      return Array(over.values)
    }
  }

  private let state = Mutex(State())

  /// Begins a session; the oldest gives way when there are too many.
  ///
  /// - Returns: the cookie's value, which nothing keeps.
  func begin(_ beginning: Beginning, nowMilliseconds: Int64) -> String {
    let value = "\(Token.make()).\(beginning.bearer)"
    let hash = Token.hash(value)
    let session = Session(
      holder: beginning.holder, formKey: Token.make(), id: Self.id(of: hash),
      author: beginning.author, role: beginning.role, node: beginning.node,
      browser: beginning.browser, beganAtMilliseconds: nowMilliseconds,
      seenAtMilliseconds: nowMilliseconds,
      endsAtMilliseconds: nowMilliseconds + beginning.seconds * 1000,
      idleMilliseconds: beginning.idleSeconds.map { $0 * 1000 }, farewell: beginning.farewell)
    state.withLock { state in
      state.sessions[hash] = session
      state.order.append(hash)
      let owner = beginning.holder.owner
      let mine = state.order.filter { state.sessions[$0]?.holder.owner == owner }
      if mine.count > WebLimits.sessionsPerTokenMax { state.end(mine[0]) }
      if state.order.count > WebLimits.sessionsMax { state.end(state.order[0]) }
    }
    return value
  }

  /// The session of a request; nil without one, or when it has ended.
  ///
  /// - Parameter isUse: it is seen by it. What everybody may see is none: a board that renews itself in
  ///   another tab keeps no session alive.
  func session(of request: Request, nowMilliseconds: Int64, isUse: Bool = true) -> Session? {
    guard let value = Self.cookie(of: request) else { return nil }
    let hash = Token.hash(value)
    return state.withLock { state in
      guard let session = state.sessions[hash] else { return nil }
      guard session.holds(at: nowMilliseconds) else {
        state.end(hash)
        return nil
      }
      if isUse {
        state.sessions[hash]?.seenAtMilliseconds = max(session.seenAtMilliseconds, nowMilliseconds)
      }
      return session
    }
  }

  func end(_ request: Request) {
    guard let value = Self.cookie(of: request) else { return }
    state.withLock { $0.end(Token.hash(value)) }
  }

  /// Those that hold, the one seen last first.
  func list(nowMilliseconds: Int64) -> [Session] {
    state.withLock { state in
      _ = state.end { !$0.holds(at: nowMilliseconds) }
      return state.sessions.values.sorted {
        ($1.seenAtMilliseconds, $0.id) < ($0.seenAtMilliseconds, $1.id)
      }
    }
  }

  /// Ends those that are meant.
  ///
  /// - Returns: which they were.
  func end(where isMeant: (Session) -> Bool) -> [Session] {
    state.withLock { $0.end(where: isMeant) }
  }

  /// 48 bits tell ten thousand apart.
  private static func id(of hash: Data) -> String {
    hash.prefix(6).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
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
