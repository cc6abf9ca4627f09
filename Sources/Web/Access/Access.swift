import Foundation
import HTTPTypes
import Hummingbird
public import Logging
import Publishing
public import Queries
import Reporting
public import Store

/// Tells who asks, by tokens and sessions. Nothing is allowed without one.
public struct Access: Sendable {
  private let adminHash: Data?
  private let metricsHash: Data?
  let tokens: TokenStore
  private let site: CurrentSite
  let nowMilliseconds: @Sendable () -> Int64
  let logger: Logger
  /// nil = people sign in by tokens alone.
  let provider: ProviderSignIn?
  let refused: RefusedTokens
  let refusals: Refusals
  let sessions = Sessions()

  /// - Parameters:
  ///   - adminToken: has every right; nil = there is none.
  ///   - metricsToken: reads `/metrics` and nothing else; nil = everybody may.
  ///   - provider: who vouches for people; nil = nobody does.
  ///   - logger: is told of tokens that are not known, and of sign-ins that fail.
  public init(
    adminToken: String?, metricsToken: String?, tokens: TokenStore, site: CurrentSite,
    provider: ProviderSignIn? = nil, logger: Logger,
    nowMilliseconds: @escaping @Sendable () -> Int64
  ) {
    refused = RefusedTokens(logger: logger)
    refusals = Refusals(logger: logger)
    adminHash = adminToken.map(Token.hash)
    metricsHash = metricsToken.map(Token.hash)
    self.tokens = tokens
    self.provider = provider
    self.logger = logger
    self.site = site
    self.nowMilliseconds = nowMilliseconds
  }

  /// Lets bearers of `role`, or of one that includes it, pass.
  ///
  /// - Returns: what the bearer may see; ask it about every node that is named or shown.
  /// - Throws: 401 without a token that holds; 403 when its role is not enough, or when the node
  ///   that it is bound to is no longer there.
  func require(_ role: TokenRole, _ request: Request) async throws -> Admission {
    try admit(try await bearer(of: request), role)
  }

  /// Lets a form pass that a page of ours sent in the session of a bearer of `role`.
  ///
  /// - Parameter form: its fields; `key` is the session's.
  /// - Throws: 401 without a session; 403 for a key of another; as ``require(_:_:)``.
  func require(
    _ role: TokenRole, _ form: [String: String], _ request: Request
  ) async throws -> Admission {
    guard let session = sessions.session(of: request, nowMilliseconds: nowMilliseconds()) else {
      throw Self.unauthorized("sign in first; a session lasts some hours")
    }
    try session.check(form)
    return try admit(try await bearer(session.holder), role)
  }

  private func admit(_ bearer: Bearer, _ role: TokenRole) throws -> Admission {
    guard bearer.role.includes(role) else {
      if bearer.role == .device {
        throw Problem(.forbidden, "a device's token posts presses and reads nothing")
      }
      throw Problem(
        .forbidden,
        "this needs \(bearer.isPerson ? "the" : "a token of") role \(role.rawValue); "
          + "\(bearer.isPerson ? "yours" : "this one") is \(bearer.role.rawValue)")
    }
    guard let node = bearer.node else {
      return Admission(
        scope: Scope(node: nil, index: nil), author: bearer.author, role: bearer.role)
    }
    let scope = Scope(node: node, index: site.current?.index)
    guard scope.sees(node) else {
      throw Problem(
        .forbidden,
        "\(bearer.isPerson ? "your group" : "this token") is bound to node '\(node)', which is not "
          + "in the registry any more; ask for another")
    }
    return Admission(scope: scope, author: bearer.author, role: bearer.role)
  }

  /// Lets administrators and the device itself pass.
  func requireDevice(_ device: String, _ request: Request) async throws {
    let bearer = try await bearer(of: request, device: device)
    switch bearer.role {
    case .administrator: return
    case .device:
      if bearer.device == device { return }
      throw Problem(
        .forbidden, "this token is of device '\(bearer.device ?? "")', not of '\(device)'")
    case .reader, .analyst, .manager:
      throw Problem(
        .forbidden, "a token of role \(bearer.role.rawValue) posts nothing; use the device's own")
    }
  }

  /// Lets whoever scrapes the metrics pass: everybody, unless there is a token for it.
  func requireMetrics(_ request: Request) async throws {
    guard let metricsHash else { return }
    if Self.hash(of: request) == metricsHash { return }
    guard try await bearer(of: request).role == .administrator else {
      throw Problem(.forbidden, "this needs the token of the metrics or the administrator's")
    }
  }

  /// Whether an administrator asks. Without a token, or where tokens cannot be read, nobody is one.
  func isAdministrator(_ request: Request) async -> Bool {
    (try? await bearer(of: request).role) == .administrator
  }

  // MARK: Browsers

  /// Begins a session for whoever has a token that reads.
  ///
  /// - Returns: the cookie that stands for it.
  /// - Throws: 401 for a token that opens nothing; 403 for a device's; `StoreError` when the audit log cannot
  ///   be written: nobody signs in unrecorded.
  func signIn(_ token: String, _ request: Request) async throws -> String {
    let hash = Token.hash(token)
    let bearer = try await bearer(hash)
    guard bearer.role.includes(.reader) else {
      throw Problem(.forbidden, "a device's token posts presses and reads nothing")
    }
    let actor = bearer.author.actor
    try await record(
      .signedIn, actor, AuditStamp(actor: actor, nowMilliseconds: nowMilliseconds()))
    sessions.end(request)
    let beginning = Sessions.Beginning(
      holder: .token(hash), author: bearer.author, role: bearer.role, node: bearer.node,
      bearer: token.hashValue, browser: BrowserFamily(request))
    let value = sessions.begin(beginning, nowMilliseconds: nowMilliseconds())
    return Sessions.setting(value, for: request)
  }

  /// Adds a line to the audit log.
  func record(_ action: AuditAction, _ detail: String, _ stamp: AuditStamp) async throws {
    try await tokens.record(action, detail, stamp)
  }

  /// Moves lines that wait beside what was published into the audit log.
  func deliverAudit(of publications: PublicationStore) async throws {
    try await publications.deliverAudit(to: tokens)
  }

  /// Ends the session of a request.
  ///
  /// - Returns: what takes the cookie away.
  func signOut(_ request: Request) -> String {
    sessions.end(request)
    return Sessions.setting(nil, for: request)
  }

  /// The session that a page is shown in; nil for strangers.
  func session(of request: Request) -> Sessions.Session? {
    sessions.session(of: request, nowMilliseconds: nowMilliseconds(), isUse: false)
  }

  /// Who asks, as the audit log names them; nobody without a token or session that is known. It refuses
  /// nothing, and counts none.
  func actor(of request: Request) async -> String {
    guard let hash = Self.hash(of: request) else {
      return session(of: request)?.author.actor ?? "nobody"
    }
    if hash == adminHash { return Annotation.Author.administrator.actor }
    return (try? await tokens.find(hash: hash)).map { "token \($0.id)" } ?? "nobody"
  }

  /// The role of whoever asks; nil for strangers.
  func role(of request: Request) async -> TokenRole? {
    try? await bearer(of: request).role
  }

  /// Who was let in: what they may see, and as whom changes of theirs are recorded.
  struct Admission: Sendable {
    /// For what needs no role: sees nothing.
    static let nobody = Admission(scope: Scope(node: "", index: nil), author: nil, role: nil)

    let scope: Scope
    /// nil = nobody's.
    let author: Annotation.Author?
    let role: TokenRole?
  }

  /// Who asks, as their token or the provider says.
  private struct Bearer {
    var author: Annotation.Author
    var role: TokenRole
    var device: String?
    var node: String?

    var isPerson: Bool {
      if case .person = author { return true }
      return false
    }
  }

  /// - Throws: 401 without a token, with one that was never made, or with one that expired; 503 for one
  ///   that was not seen before, while many are guessed.
  ///
  /// - Parameter device: the one that asks, as it says.
  private func bearer(of request: Request, device: String? = nil) async throws -> Bearer {
    guard let holder = holder(of: request) else {
      throw Self.unauthorized("a bearer token is needed: Authorization: Bearer …")
    }
    return try await bearer(holder, device: device)
  }

  private func bearer(
    _ holder: Sessions.Holder, device: String? = nil
  ) async throws -> Bearer {
    switch holder {
    case .token(let hash): try await bearer(hash, device: device)
    case .person(let person):
      Bearer(author: person.author, role: person.role, device: nil, node: person.node)
    }
  }

  private func bearer(_ hash: Data, device: String? = nil) async throws -> Bearer {
    // Hashes are compared, so the time it takes says nothing about the token.
    if let adminHash, adminHash == hash {
      return Bearer(author: .administrator, role: .administrator)
    }
    guard refused.mayLookUp(hash) else {
      throw Problem.unavailable("too many unknown tokens come in; send the same again later")
    }
    guard let token = try await tokens.find(hash: hash) else {
      await refused.refuse(device: device)
      throw Self.unauthorized("this token is not known; it may have been withdrawn")
    }
    refused.found(hash)
    if let expiry = token.expiresAtMilliseconds, expiry <= nowMilliseconds() {
      await refused.refuse(device: device)
      throw Self.unauthorized("this token has expired; ask for another")
    }
    return Bearer(
      author: .token(token.id, note: token.note), role: token.role, device: token.device,
      node: token.node)
  }

  /// The token that is sent, else whom the session is of; sessions read, and change nothing but
  /// what a form of ours says. nil without either.
  private func holder(of request: Request) -> Sessions.Holder? {
    if request.headers[.authorization] != nil { return Self.hash(of: request).map { .token($0) } }
    guard request.method == .get || request.method == .head else { return nil }
    return sessions.session(of: request, nowMilliseconds: nowMilliseconds())?.holder
  }

  /// nil without a token.
  private static func hash(of request: Request) -> Data? {
    guard let header = request.headers[.authorization],
      header.prefix(7).lowercased() == "bearer "
    else { return nil }
    return Token.hash(String(header.dropFirst(7).trimmingPrefix(" ")))
  }

  private static func unauthorized(_ detail: String) -> Problem {
    var problem = Problem(.unauthorized, detail)
    problem.headers[.wwwAuthenticate] = "Bearer realm=\"pikapalaute\""
    return problem
  }
}
