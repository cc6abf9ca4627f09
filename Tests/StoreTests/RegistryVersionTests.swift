import Registry
import Store
import Testing

@Suite struct RegistryVersionTests {
  let folder: Folder
  let store: Store

  init() throws {
    folder = try Folder()
    store = try Store(folder.file)
  }

  func apply(
    _ yaml: String?, _ origin: RegistryOrigin = .file, by actor: String = "service",
    at milliseconds: Int64 = 1
  ) throws -> AppliedSite {
    try store.apply(
      registryYAML: yaml, name: "city.yaml", origin: origin, actor: actor,
      nowMilliseconds: milliseconds)
  }

  @Test("every registry that was applied is kept with its number, time, actor and what it changed")
  func kept() async throws {
    let texts = [Site.registry(), Site.registry(interval: 5), Site.registry()]
    for (index, text) in texts.enumerated() {
      _ = try apply(text, by: "user \(index)", at: Int64(10 * index))
    }
    // Nothing new is no version.
    _ = try apply(Site.registry(), by: "user 9", at: 90)
    let reader = try StoreReader(folder.file)
    let (versions, kept) = try await reader.read { snapshot in
      (try snapshot.registryVersions(), try (0...4).map { try snapshot.registryYAML(version: $0) })
    }
    #expect(versions.map(\.number) == [3, 2, 1])
    #expect(versions.map(\.appliedAtMilliseconds) == [20, 10, 0])
    #expect(versions.map(\.appliedBy) == ["user 2", "user 1", "user 0"])
    #expect(
      versions.first?.changes
        == "place aula: a repeat interval of 5 s becomes 2 s, its presses are counted again")
    #expect(kept == [nil] + texts + [nil])
    #expect(try await reader.read { try $0.registryRevision() } == 3)
  }

  @Test("a start with a file that says nothing new keeps what was applied since")
  func start() throws {
    let (file, asked) = (Site.registry(), Site.registry(interval: 5))
    #expect(try apply(file, .start).revision == 1)
    #expect(try apply(asked, .request).revision == 2)
    let kept = try apply(file, .start)
    #expect(kept.revision == 2 && !kept.isNewRevision)
    #expect(kept.registry?.node("aula")?.touchpoint?.repeatIntervalMilliseconds == 5000)
    #expect(kept.changes == ["city.yaml says what it said before; version 2 holds, applied since"])
    // A file that says something else counts, and so does one that somebody has read again.
    #expect(try apply(Site.registry(interval: 7), .start).revision == 3)
    #expect(try apply(asked, .request).revision == 4)
    #expect(try apply(Site.registry(interval: 7), .file).revision == 5)
    // Without requests in between a file goes back to what it said earlier.
    #expect(try apply(file, .start).revision == 6)
  }

  @Test("a file that was made to say what somebody had applied is the file's word from then on")
  func caughtUp() throws {
    _ = try apply(Site.registry(), .start)
    let asked = Site.registry(interval: 5)
    _ = try apply(asked, .request)
    #expect(try apply(asked, .file).revision == 2)
    #expect(try apply(Site.registry(), .start).revision == 3)
  }
}
