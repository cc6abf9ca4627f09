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

  @Test("a device that has a later configuration, from before a restore, is told above it, once")
  func restored() throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    let told = [0: Self.content("a"), 1: Self.content("a")]
    _ = try service.store.configurationRevisions(told, above: 3)
    service.say(#"{"state":"online","config":9}"#, device: "dev-0", 0)
    service.say(#"{"state":"online","config":9223372036854775807}"#, device: "dev-1", 0)
    try service.commit()
    for _ in 0..<2 {
      #expect(try service.store.configurationRevisions(told, above: 3) == [0: 10, 1: 4])
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
