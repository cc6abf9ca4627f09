import Foundation
import GRDB
import Store
import Testing

@Suite struct PublicationTests {
  static func publication(
    _ hours: Range<Int>, version: Int = 1, counts: [Int] = [5, 6]
  ) -> Publication {
    Publication(
      hours: hours, version: version, publishedAtMilliseconds: 7, cellMin: 5, totalMin: 10,
      rows: [
        Publication.Row(
          node: "a", parent: nil, isPublic: true, isShown: true, question: "jono",
          counts: counts),
        Publication.Row(
          node: "b", parent: "a", isPublic: false, isShown: false, question: "jono",
          counts: [1, 0]),
      ])
  }

  @Test("what was published is read as it was, by period, version and node")
  func read() async throws {
    let folder = try Folder()
    let store = try PublicationStore(folder.file)
    let first = Self.publication(0..<10)
    let again = Self.publication(0..<10, version: 2, counts: [10, 11])
    let other = Self.publication(10..<20)
    for publication in [first, again, other] { #expect(try store.add(publication)) }
    #expect(try !store.add(Self.publication(0..<10, version: 2)), "somebody was faster")
    #expect(try await store.versions(in: 0..<20, nodes: nil) == [first, again, other])
    #expect(try await store.versions(in: 1..<20, nodes: nil) == [other])
    let rows = try await store.versions(in: 0..<10, nodes: ["b"]).map(\.rows)
    #expect(rows == [[first.rows[1]], [again.rows[1]]])
  }

  @Test(
    "the database refuses to change what was published, and periods that overlap in part",
    arguments: [
      "UPDATE publication_row SET is_shown = 1", "DELETE FROM publication_row",
      "UPDATE publication SET published_ms = 1", "DELETE FROM publication",
      "INSERT INTO publication VALUES (9, 5, 15, 1, 0, 5, 10)",
      "INSERT INTO publication VALUES (9, 0, 5, 1, 0, 5, 10)",
    ])
  func refused(_ sql: String) async throws {
    let folder = try Folder()
    let store = try PublicationStore(folder.file)
    _ = try store.add(Self.publication(0..<10))
    let path = folder.url.appendingPathComponent("site-publications.sqlite").path
    #expect(throws: DatabaseError.self) {
      try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }
    #expect(try await store.versions(in: 0..<20, nodes: nil) == [Self.publication(0..<10)])
  }
}
