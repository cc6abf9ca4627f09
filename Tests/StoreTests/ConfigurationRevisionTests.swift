import Foundation
import Store
import Testing

@Suite struct ConfigurationRevisionTests {
  private static func content(_ text: String) -> Data { Data(text.utf8) }

  @Test("a configuration's revision grows with its content, of each device by itself")
  func grows() throws {
    let folder = try Folder()
    let service = try Service(folder, registry: Site.registry())
    let steps: [(contents: [String], revisions: [Int64])] = [
      (["a", "a", "b"], [4, 4, 4]), (["a", "a", "b"], [4, 4, 4]), (["a", "c", "b"], [4, 5, 4]),
      (["a", "a", "b"], [4, 6, 4]), (["d", "d", "d"], [5, 7, 5]),
    ]
    for (contents, revisions) in steps {
      let told = Dictionary(
        uniqueKeysWithValues: contents.enumerated().map { ($0, Self.content($1)) })
      let found = try service.store.configurationRevisions(told, above: 3)
      #expect((0..<3).map { found[$0] } == revisions)
    }
  }

  @Test("a restart keeps revisions, and a new registry alone raises none")
  func restart() throws {
    let folder = try Folder()
    let contents = [0: Self.content("a"), 1: Self.content("b")]
    do {
      let service = try Service(folder, registry: Site.registry())
      _ = try service.store.configurationRevisions([0: Self.content("x")], above: 1)
      #expect(
        try service.store.configurationRevisions(contents, above: 1) == [0: 3, 1: 2])
      service.store.close()
    }
    let service = try Service(folder, registry: Site.registry(interval: 5))
    #expect(try service.store.configurationRevisions(contents, above: 9) == [0: 3, 1: 2])
  }
}
