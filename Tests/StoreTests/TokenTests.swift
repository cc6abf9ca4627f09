import Foundation
import Store
import TestSupport
import Testing

@Suite struct TokenTests {
  @Test("a token is known by its hash, its text stands in no file, and withdrawn it is unknown")
  func tokens() async throws {
    let folder = try Folder()
    let tokens = try TokenStore(folder.file)
    let reader = Token.make()
    let device = Token.make()
    try tokens.add(
      reader, TokenGrant(role: .reader, note: "näyttö"), actor: "user a", nowMilliseconds: 1)
    try tokens.add(
      device, TokenGrant(role: .device, device: "dev-0"), actor: "user a", nowMilliseconds: 2)

    let found = try await tokens.find(hash: Token.hash(device))
    #expect(found?.role == .device && found?.device == "dev-0")
    let other = try await tokens.find(hash: Token.hash(Token.make()))
    #expect(other == nil)

    let bytes = try folder.everything()
    #expect(bytes.range(of: Token.hash(reader)) != nil)
    for token in [reader, device] {
      #expect(bytes.range(of: Data(token.utf8)) == nil)
      #expect(bytes.range(of: Data(token.dropFirst(3).utf8)) == nil)
    }

    let rows = try tokens.list()
    #expect(rows.map(\.role) == [.reader, .device] && rows.map(\.note) == ["näyttö", ""])
    let isRemoved = try tokens.remove(id: rows[1].id, actor: "user a", nowMilliseconds: 3)
    let isRemovedAgain = try tokens.remove(id: rows[1].id, actor: "user a", nowMilliseconds: 4)
    #expect(isRemoved && !isRemovedAgain)
    let withdrawn = try await tokens.find(hash: Token.hash(device))
    #expect(withdrawn == nil)
    let kept = try await tokens.find(hash: Token.hash(reader))
    #expect(kept?.role == .reader)
  }

  @Test("a second process sees a token at once, and the service a token that was withdrawn")
  func shared() async throws {
    let folder = try Folder()
    let service = try TokenStore(folder.file)
    let command = try TokenStore(folder.file)
    let token = Token.make()
    try command.add(token, TokenGrant(role: .reader), actor: "user a", nowMilliseconds: 1)
    let found = try await service.find(hash: Token.hash(token))
    #expect(found != nil)
    _ = try command.remove(id: found?.id ?? -1, actor: "user a", nowMilliseconds: 2)
    let withdrawn = try await service.find(hash: Token.hash(token))
    #expect(withdrawn == nil)
  }

  @Test("a role includes those before it, and a device's stands apart")
  func roles() {
    let ordered: [TokenRole] = [.reader, .analyst, .manager, .administrator]
    for (rank, role) in ordered.enumerated() {
      #expect(ordered.filter(role.includes) == Array(ordered[...rank]))
      #expect(!role.includes(.device) && !TokenRole.device.includes(role))
    }
    #expect(TokenRole.device.includes(.device))
    #expect(Set(TokenRole.allCases) == Set(ordered + [.device]))
  }

  @Test("a node and an expiry are kept, and an expiry is set and taken away")
  func expiry() async throws {
    let folder = try Folder()
    let tokens = try TokenStore(folder.file)
    let token = Token.make()
    let id = try tokens.add(
      token, TokenGrant(role: .analyst, node: "kallio", expiresAtMilliseconds: 100),
      actor: "user a", nowMilliseconds: 1)
    var found = try await tokens.find(hash: Token.hash(token))
    #expect(found?.role == .analyst && found?.node == "kallio")
    #expect(found?.expiresAtMilliseconds == 100)
    for expiry: Int64? in [7, nil] {
      let isThere = try tokens.expire(
        id: id, atMilliseconds: expiry, actor: "user a", nowMilliseconds: 2)
      found = try await tokens.find(hash: Token.hash(token))
      #expect(isThere && found != nil && found?.expiresAtMilliseconds == expiry)
    }
    let isThere = try tokens.expire(
      id: id + 1, atMilliseconds: 7, actor: "user a", nowMilliseconds: 2)
    #expect(!isThere)
  }

  @Test("tokens are long, of letters that a header may carry, and never twice the same")
  func form() {
    let tokens = (0..<1000).map { _ in Token.make() }
    #expect(Set(tokens).count == tokens.count)
    for token in tokens {
      #expect(token.utf8.count == 46 && token.hasPrefix("pp_"))
      #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
    }
  }
}
