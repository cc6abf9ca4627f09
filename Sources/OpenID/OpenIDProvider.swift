import Foundation

/// A provider of OpenID Connect: where people are sent, and who comes back.
///
/// Nothing is asked before somebody signs in, so a provider that is down keeps no service from
/// starting. What it says of itself, and its keys, are kept for an hour; who comes meanwhile waits for
/// the same question.
public actor OpenIDProvider {
  private struct Kept<Value: Sendable> {
    var value: Value
    var untilMilliseconds: Int64
  }

  private let settings: ProviderSettings
  private let client = ProviderClient()
  private let nowMilliseconds: @Sendable () -> Int64
  private let pending = PendingSignIns()

  private var document: Kept<Result<ProviderDocument, SignInFailure>>?
  private var documentTask: Task<Result<ProviderDocument, SignInFailure>, Never>?
  private var keys: Kept<KeySet>?
  private var keysTask: Task<KeySet, any Error>?
  /// When keys were fetched in the last minute.
  private var fetches: [Int64] = []
  private var asking = 0

  /// - Parameter nowMilliseconds: UTC since 1970.
  public init(_ settings: ProviderSettings, nowMilliseconds: @escaping @Sendable () -> Int64) {
    self.settings = settings
    self.nowMilliseconds = nowMilliseconds
  }

  /// Ends every connection; to be called once, at the end.
  public func shutDown() async {
    await client.shutDown()
  }

  /// Begins a sign-in.
  ///
  /// - Parameters:
  ///   - browser: the secret of its cookie: the answer counts in no other.
  ///   - address: of which only so many wait at once.
  ///   - next: where it goes on.
  /// - Returns: where the browser is sent.
  /// - Throws: `SignInFailure.unavailable`.
  public func begin(browser: String, address: String, next: String) async throws -> String {
    let document = try await asked { try await self.currentDocument() }
    let begun = pending.begin(
      browser: browser, address: address, next: next, nowMilliseconds: nowMilliseconds())
    return document.authorization(settings, begun)
  }

  /// What a state stands for, once; nil when it is not of this browser, over or unknown.
  public nonisolated func take(_ state: String, browser: String) -> PendingSignIns.Pending? {
    pending.take(state, browser: browser, nowMilliseconds: nowMilliseconds())
  }

  /// Who comes back.
  ///
  /// - Parameter issuer: the answer's `iss` (RFC 9207); nil = it has none.
  /// - Throws: `SignInFailure`.
  public func identity(
    code: String, issuer: String?, of pending: PendingSignIns.Pending
  ) async throws -> Identity {
    guard issuer.map({ $0 == settings.issuer }) ?? true else {
      throw SignInFailure.wrong("the answer is of another issuer")
    }
    return try await asked {
      let document = try await self.currentDocument()
      let text = try await self.redeem(code, pending.verifier, document)
      let token = try IDToken(text)
      guard try await self.isVouched(token, document) else {
        throw SignInFailure.wrong("no key of the provider made the ID token's signature")
      }
      let claims = try IDClaims(token.payload)
      try claims.check(
        self.settings, nonce: pending.nonce, nowSeconds: self.nowMilliseconds() / 1000)
      return try claims.identity(
        groupsClaim: self.settings.groupsClaim,
        farewell: document.farewell(self.settings, token: text))
    }
  }

  /// Only so many wait for the provider at once.
  private func asked<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    guard asking < OpenIDLimits.askingMax else {
      throw SignInFailure.unavailable("\(asking) sign-ins wait for it")
    }
    asking += 1
    defer { asking -= 1 }
    return try await body()
  }
}

extension OpenIDProvider {
  private func currentDocument() async throws -> ProviderDocument {
    if let document, document.untilMilliseconds > nowMilliseconds() {
      return try document.value.get()
    }
    if let documentTask { return try await documentTask.value.get() }
    let task = Task { [settings, client] () -> Result<ProviderDocument, SignInFailure> in
      do {
        return .success(try await ProviderDocument.fetch(settings, client))
      } catch {
        return .failure(error as? SignInFailure ?? .unavailable("\(error)"))
      }
    }
    documentTask = task
    defer { documentTask = nil }
    let result = await task.value
    let isGood = (try? result.get()) != nil
    document = Kept(
      value: result,
      untilMilliseconds: nowMilliseconds()
        + (isGood ? OpenIDLimits.documentMilliseconds : OpenIDLimits.failureMilliseconds))
    return try result.get()
  }

  /// Whether a key of the provider made a token's signature. Keys are fetched again when those that are
  /// kept are old, or none of them did: it may have a new one.
  private func isVouched(_ token: IDToken, _ document: ProviderDocument) async throws -> Bool {
    if let keys, keys.untilMilliseconds > nowMilliseconds(), await keys.value.vouch(for: token) {
      return true
    }
    return try await currentKeys(document).vouch(for: token)
  }

  private func currentKeys(_ document: ProviderDocument) async throws -> KeySet {
    if let keysTask { return try await keysTask.value }
    let now = nowMilliseconds()
    fetches.removeAll { $0 <= now - 60_000 }
    guard fetches.count < OpenIDLimits.keyFetchesPerMinuteMax else {
      throw SignInFailure.unavailable("its keys were fetched \(fetches.count) times in a minute")
    }
    fetches.append(now)
    let task = Task { [client] in
      try await client.get(document.keys).decoded(as: KeySet.self, from: document.keys)
    }
    keysTask = task
    defer { keysTask = nil }
    let fetched = try await task.value
    keys = Kept(value: fetched, untilMilliseconds: now + OpenIDLimits.documentMilliseconds)
    return fetched
  }

  private struct TokenAnswer: Decodable {
    let token: String?
    let error: String?

    enum CodingKeys: String, CodingKey {
      case token = "id_token"
      case error
    }
  }

  /// The code against the ID token.
  private func redeem(
    _ code: String, _ verifier: String, _ document: ProviderDocument
  ) async throws -> String {
    var form = [
      ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.redirect),
      ("code_verifier", verifier),
    ]
    var authorization: String?
    if let secret = settings.clientSecret {
      // RFC 6749 section 2.3.1: each is escaped first.
      if document.clientProofs?.contains("client_secret_basic") ?? true {
        let pair = "\(FormText.escaped(settings.clientID)):\(FormText.escaped(secret))"
        authorization = "Basic " + Data(pair.utf8).base64EncodedString()
      } else {
        form += [("client_id", settings.clientID), ("client_secret", secret)]
      }
    } else {
      form.append(("client_id", settings.clientID))
    }
    let answer = try await client.post(document.tokenEndpoint, form, authorization: authorization)
    guard (200..<500).contains(answer.status) else {
      throw SignInFailure.unavailable("\(document.tokenEndpoint) answers \(answer.status)")
    }
    let said = try answer.decoded(as: TokenAnswer.self, from: document.tokenEndpoint)
    guard answer.status == 200, let token = said.token else {
      throw SignInFailure.refused(
        said.error.map { String($0.prefix(100)) } ?? "\(answer.status) without an ID token")
    }
    return token
  }
}
