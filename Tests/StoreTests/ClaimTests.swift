import Foundation
import Store
import TestSupport
import Testing

@Suite struct ClaimTests {
  let folder: Folder
  let tokens: TokenStore
  let claims: ClaimStore

  init() throws {
    folder = try Folder()
    tokens = try TokenStore(folder.file)
    claims = ClaimStore(tokens)
  }

  /// A code for a device that expires at 1000.
  func make(_ device: String, at nowMilliseconds: Int64 = 1) throws -> ClaimCode {
    let code = ClaimCode()
    try claims.add(
      code, device: device, expiresAtMilliseconds: 1000,
      by: AuditStamp(actor: "user anna", nowMilliseconds: nowMilliseconds))
    return code
  }

  /// The token that a code brings; nil where it opens nothing.
  func use(_ code: ClaimCode, at nowMilliseconds: Int64 = 2) async throws -> String? {
    guard let claim = try await claims.find(code, nowMilliseconds: nowMilliseconds) else {
      return nil
    }
    let token = Token.make()
    let isUsed = try await claims.use(
      claim, token: token, origin: "this machine", nowMilliseconds: nowMilliseconds)
    return isUsed ? token : nil
  }

  @Test("a code is read however people write it, and never takes another's place")
  func form() {
    let codes = (0..<1000).map { _ in ClaimCode() }
    #expect(Set(codes.map(\.description)).count == codes.count)
    for code in codes {
      let text = code.description
      #expect(text.wholeMatch(of: /[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}/) != nil)
      let spoken = text.replacing("0", with: "o").replacing("1", with: "l")
      for written in [text, text.lowercased(), text.replacing("-", with: " "), spoken] {
        #expect(ClaimCode(written) == code)
      }
    }
    for wrong in ["", "ABCD-EFGH", "ABCD-EFGH-JKMN-P", "ABCD-EFGH-JKMU", "ABCD_EFGH_JKMN", "ÄBCD"] {
      #expect(ClaimCode(wrong) == nil)
    }
    #expect(ClaimCode(String(repeating: "-", count: 1000) + "ABCDEFGHJKMN") == nil)
  }

  @Test("a code that was found waits until it is used, withdrawn or made anew")
  func waiting() async throws {
    for end in [
      { code in _ = try await use(code) },
      { _ in
        _ = try claims.withdraw(
          device: "dev-0", by: AuditStamp(actor: "user anna", nowMilliseconds: 3))
      },
      { _ in _ = try make("dev-0", at: 3) },
    ] as [(ClaimCode) async throws -> Void] {
      let code = try make("dev-0")
      let claim = try #require(try await claims.find(code, nowMilliseconds: 2))
      #expect(try await claims.isWaiting(claim))
      try await end(code)
      #expect(try await !claims.isWaiting(claim))
    }
  }

  @Test("a code opens once, only until it expires, and stands in no file")
  func once() async throws {
    let code = try make("dev-0")
    #expect(try await use(ClaimCode()) == nil)
    #expect(try await use(code, at: 1000) == nil)
    let bytes = try folder.everything()
    for text in [code.description, code.description.replacing("-", with: "")] {
      #expect(bytes.range(of: Data(text.utf8)) == nil)
    }
    let token = try #require(try await use(code, at: 999))
    #expect(try await use(code) == nil)
    let found = try await tokens.find(hash: Token.hash(token))
    #expect(found?.role == .device && found?.device == "dev-0")
    #expect(try claims.list().isEmpty)
  }

  @Test("of two who use one code at once, one gets a token")
  func race() async throws {
    let claim = try #require(try await claims.find(try make("dev-0"), nowMilliseconds: 2))
    let isFirst = try await claims.use(claim, token: "a", origin: "", nowMilliseconds: 2)
    let isSecond = try await claims.use(claim, token: "b", origin: "", nowMilliseconds: 2)
    #expect(isFirst && !isSecond)
    #expect(try tokens.list().count == 1)
  }

  @Test("a new code withdraws the one before, of its own device alone")
  func renewed() async throws {
    let (first, other) = (try make("dev-0"), try make("dev-1"))
    let second = try make("dev-0", at: 5)
    #expect(try claims.list().map(\.device) == ["dev-1", "dev-0"])
    #expect(try await use(first) == nil)
    #expect(try await use(second) != nil)
    #expect(try await use(other) != nil)
    let third = try make("dev-1")
    let stamp = AuditStamp(actor: "user anna", nowMilliseconds: 6)
    #expect(try claims.withdraw(device: "dev-1", by: stamp))
    #expect(try !claims.withdraw(device: "dev-1", by: stamp))
    #expect(try await use(third) == nil)
  }

  @Test("a claimed token replaces what the device claimed before, and none that was made by hand")
  func replaced() async throws {
    let byHand = Token.make()
    try tokens.add(
      byHand, TokenGrant(role: .device, device: "dev-0"), actor: "user anna", nowMilliseconds: 1)
    let first = try #require(try await use(make("dev-0")))
    let other = try #require(try await use(make("dev-1")))
    let second = try #require(try await use(make("dev-0")))
    for (token, isKnown) in [(byHand, true), (first, false), (other, true), (second, true)] {
      let found = try await tokens.find(hash: Token.hash(token))
      #expect((found != nil) == isKnown)
    }
  }

  @Test(
    "withdrawn, a device has nothing: no token, no code, and a login that the broker has to lose")
  func withdrawn() async throws {
    let credentials = CredentialStore(tokens)
    let byHand = Token.make()
    try tokens.add(
      byHand, TokenGrant(role: .device, device: "dev-0"), actor: "user anna", nowMilliseconds: 1)
    for device in ["dev-0", "dev-1"] {
      let claim = try #require(try await claims.find(try make(device), nowMilliseconds: 2))
      _ = try await claims.use(
        claim, token: "token of \(device)", origin: "", hasLogin: true, nowMilliseconds: 2)
    }
    let waiting = try make("dev-0")
    let stamp = AuditStamp(actor: "user anna", nowMilliseconds: 3)
    #expect(try await credentials.withdraw(device: "dev-0", by: stamp))
    #expect(try await !credentials.withdraw(device: "dev-0", by: stamp))
    #expect(try await use(waiting) == nil)
    for (token, isKnown) in [(byHand, false), ("token of dev-0", false), ("token of dev-1", true)] {
      let found = try await tokens.find(hash: Token.hash(token))
      #expect((found != nil) == isKnown)
    }
    #expect(try await credentials.withdrawnLogin() == "dev-0")
    #expect(try await credentials.isLoginWithdrawn(of: "dev-0"))
    #expect(try await !credentials.isLoginWithdrawn(of: "dev-1"))
    #expect(
      try credentials.list() == [
        Credential(device: "dev-0", tokens: [], login: .withdrawn(atMilliseconds: 3)),
        Credential(device: "dev-1", tokens: [3], login: .made(atMilliseconds: 2)),
      ])
    try await credentials.forgetLogin(of: "dev-0")
    try await credentials.forgetLogin(of: "dev-1")
    #expect(try credentials.list().map(\.device) == ["dev-1"])
  }

  @Test("the log tells who made, used and withdrew a code, and never the code")
  func logged() async throws {
    let code = try make("dev-0")
    _ = try await use(code)
    let again = try make("dev-0", at: 3)
    _ = try await use(again, at: 4)
    _ = try make("dev-0", at: 5)
    _ = try claims.withdraw(
      device: "dev-0", by: AuditStamp(actor: "user bertta", nowMilliseconds: 6))
    let (rows, fault) = try tokens.audit()
    #expect(fault == nil)
    #expect(
      rows.map { "\($0.actor): \($0.action): \($0.detail)" } == [
        "user anna: claim code made: claim 1: device dev-0, expires_ms 1000",
        "service: claim code used: claim 1: device dev-0, token 1, from this machine",
        "user anna: claim code made: claim 2: device dev-0, expires_ms 1000",
        "service: token withdrawn: token 1",
        "service: claim code used: claim 2: device dev-0, token 2, from this machine",
        "user anna: claim code made: claim 3: device dev-0, expires_ms 1000",
        "user bertta: claim code withdrawn: claim 3: device dev-0",
      ])
  }
}
