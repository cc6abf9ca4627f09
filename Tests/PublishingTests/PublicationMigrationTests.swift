import GRDB
import Store
import Testing

@testable import Publishing

@Suite struct PublicationMigrationTests {
  @Test("what was published is read as it was, whichever version published it")
  func read() async throws {
    let steps = PublicationStore.migrator.migrations.dropLast()
    #expect(steps.count >= 3)
    for step in steps {
      let folder = try Folder()
      let queue = try DatabaseQueue(path: folder.file.publicationsPath)
      try PublicationStore.migrator.migrate(queue, upTo: step)
      try await queue.write { db in
        try db.execute(sql: "PRAGMA application_id = \(0x5069_6B69)")
        let isWider = try db.columns(in: "publication").contains { $0.name == "is_coarser" }
        try db.execute(
          sql: """
            INSERT INTO publication VALUES (1, 0, 10, 1, 7, 5, 10\(isWider ? ", 0" : ""));
            INSERT INTO publication_row VALUES
              (1, 0, 'a', NULL, 1, 1, 'jono', 2, 5, 6, 0, 0, 0),
              (1, 1, 'b', 'a', 0, 0, 'jono', 2, 1, 0, 0, 0, 0);
            """)
      }
      try queue.close()
      let store = try PublicationStore(folder.file)
      let first = PublicationTests.publication(0..<10)
      #expect(try await store.versions(in: 0..<20, nodes: nil) == [first], "\(step)")
      let next = PublicationTests.publication(10..<20)
      #expect(try await store.add(next, period: "2026", actor: "user test"), "\(step)")
      #expect(try await store.versions(in: 0..<20, nodes: nil) == [first, next], "\(step)")
    }
  }
}
