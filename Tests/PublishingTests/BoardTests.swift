import Publishing
import Store
import Testing

@Suite struct BoardTests {
  private func text(_ language: String, _ text: String) throws -> BoardText {
    try BoardText(language: language, text: text, writtenAtMilliseconds: 7)
  }

  @Test("a board says what was written last in each language, and nothing once it is taken away")
  func written() async throws {
    let folder = try Folder()
    let store = try PublicationStore(folder.file)
    let before = store.changes
    try await store.set([text("en", "Hi"), text("fi", "Hei")], of: "a", actor: "token 1")
    #expect(store.changes != before)
    try await store.set([text("en", "Hello")], of: "a", actor: "token 1")
    #expect(try await store.boardTexts(of: "a") == [text("fi", "Hei"), text("en", "Hello")])
    #expect(try await store.boardTexts(of: "b").isEmpty)
    try await store.set([text("fi", "")], of: "a", actor: "token 1")
    #expect(try await store.boardTexts(of: "a").map(\.language) == ["en"])
  }

  @Test("each change has one line in the audit log, and what stands there already has none")
  func audited() async throws {
    let folder = try Folder()
    let store = try PublicationStore(folder.file)
    let tokens = try TokenStore(folder.file)
    for changes in [1, 0] {
      #expect(try await store.set([text("sv", "Hej")], of: "a", actor: "token 1") == changes)
    }
    try await store.set([text("sv", "")], of: "a", actor: "token 2")
    try await store.deliverAudit(to: tokens)
    let rows = try tokens.audit().rows
    #expect(rows.map(\.actor) == ["token 1", "token 2"])
    #expect(rows.map(\.detail) == ["node a, sv: Hej", "node a, sv: taken away"])
  }

  @Test("a text is one line that fits, in a language of pages")
  func limits() throws {
    #expect(try text("fi", " a\n\n b\t").text == "a b")
    let longest = String(repeating: "ä", count: BoardText.charactersMax)
    #expect(try text("fi", longest).text == longest)
    #expect(throws: BoardTextError.tooLong(BoardText.charactersMax + 1)) {
      try text("fi", longest + "ä")
    }
    #expect(throws: BoardTextError.language("de")) { try text("de", "Hallo") }
  }
}
