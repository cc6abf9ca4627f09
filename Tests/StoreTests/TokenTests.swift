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
    try tokens.add(reader, role: .reader, device: nil, note: "näyttö", nowMilliseconds: 1)
    try tokens.add(device, role: .device, device: "dev-0", note: "", nowMilliseconds: 2)

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
    let isRemoved = try tokens.remove(id: rows[1].id)
    let isRemovedAgain = try tokens.remove(id: rows[1].id)
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
    try command.add(token, role: .reader, device: nil, note: "", nowMilliseconds: 1)
    let found = try await service.find(hash: Token.hash(token))
    #expect(found != nil)
    _ = try command.remove(id: found?.id ?? -1)
    let withdrawn = try await service.find(hash: Token.hash(token))
    #expect(withdrawn == nil)
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
