import Foundation
import GRDB
import Publishing
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
    for publication in [first, again, other] {
      #expect(try await store.add(publication, period: "2026", actor: "user test"))
    }
    #expect(
      try await !store.add(
        Self.publication(0..<10, version: 2), period: "2026", actor: "user test"),
      "somebody was faster")
    #expect(try await store.versions(in: 0..<20, nodes: nil) == [first, again, other])
    #expect(try await store.versions(in: 1..<20, nodes: nil) == [other])
    let rows = try await store.versions(in: 0..<10, nodes: ["b"]).map(\.rows)
    #expect(rows == [[first.rows[1]], [again.rows[1]]])
  }

  @Test("a change by another process is noticed, and nothing else is taken for one")
  func changes() async throws {
    let folder = try Folder()
    let store = try PublicationStore(folder.file)
    let before = try #require(store.changes)
    _ = try await store.versions(in: 0..<10, nodes: nil)
    #expect(store.changes == before)
    let path = folder.url.appendingPathComponent("site-publications.sqlite").path
    let other = try DatabaseQueue(path: path)
    try await other.write { try $0.execute(sql: "PRAGMA user_version = 5") }
    #expect(store.changes != before)
  }

  @Test(
    "the database refuses to change what was published, and periods that overlap in part",
    arguments: [
      "UPDATE publication_row SET is_shown = 1", "DELETE FROM publication_row",
      "UPDATE publication SET published_ms = 1", "DELETE FROM publication",
      "INSERT INTO publication VALUES (9, 5, 15, 1, 0, 5, 10, 0)",
      "INSERT INTO publication VALUES (9, 0, 5, 1, 0, 5, 10, 0)",
      // A coarser period holds others whole, once; what it holds is not published again.
      "INSERT INTO publication VALUES (9, 5, 15, 1, 0, 5, 10, 1)",
      "INSERT INTO publication VALUES (9, 20, 60, 1, 0, 5, 10, 1)",
      "INSERT INTO publication VALUES (9, 10, 30, 1, 0, 5, 10, 1)",
      "INSERT INTO publication VALUES (9, 20, 30, 2, 0, 5, 10, 0)",
      "INSERT INTO publication VALUES (9, 40, 50, 1, 0, 5, 10, 0)",
    ])
  func refused(_ sql: String) async throws {
    let folder = try Folder()
    let store = try PublicationStore(folder.file)
    let others = [Self.publication(0..<10), Self.publication(20..<30), Self.publication(30..<40)]
    for publication in others {
      _ = try await store.add(publication, period: "2026", actor: "user test")
    }
    var coarser = Self.publication(20..<50, counts: [10, 12])
    coarser.isCoarser = true
    #expect(try await store.add(coarser, period: "2026", actor: "user test"))
    let path = folder.url.appendingPathComponent("site-publications.sqlite").path
    #expect(throws: DatabaseError.self) {
      try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }
    let all = try await store.versions(in: 0..<50, nodes: nil)
    #expect(all == [others[0], others[1], coarser, others[2]])
  }

  @Test("waiting for another process that holds the file holds up nobody else")
  func waiting() async throws {
    let folder = try Folder()
    let store = try PublicationStore(folder.file)
    let path = folder.url.appendingPathComponent("site-publications.sqlite").path
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let holder = try DatabaseQueue(path: path, configuration: configuration)
    try await holder.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
    // More of them than there are threads for tasks.
    let count = ProcessInfo.processInfo.activeProcessorCount + 2
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<count {
        group.addTask {
          try await store.add(
            Self.publication(number * 10..<number * 10 + 10), period: "2026", actor: "user test")
        }
      }
      let begun = ContinuousClock.now
      try await Task.sleep(for: .milliseconds(300))
      try await holder.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
      #expect(begun.duration(to: .now) < .seconds(2), "no thread was left to let go of it")
      for try await isAdded in group { #expect(isAdded) }
    }
    #expect(try await store.versions(in: 0..<1000, nodes: []).count == count)
  }

  @Test("the word that counts differ stands beside a publication and changes with each news")
  func marks() async throws {
    let folder = try Folder()
    let store = try PublicationStore(folder.file)
    let first = Self.publication(0..<10)
    _ = try await store.add(first, period: "2026", actor: "user test")
    #expect(try await !store.mark(first, laterCountsDiffer: false, nowMilliseconds: 1), "no news")
    for (now, differs) in [(2, true), (3, true), (4, false), (5, true)] {
      let isNews = try await store.mark(
        first, laterCountsDiffer: differs, nowMilliseconds: Int64(now))
      #expect(isNews == (now != 3))
      #expect(try await store.versions(in: 0..<10, nodes: []).map(\.laterCountsDiffer) == [differs])
    }
    _ = try await store.add(
      Self.publication(0..<10, version: 2), period: "2026", actor: "user test")
    #expect(
      try await store.versions(in: 0..<10, nodes: []).map(\.laterCountsDiffer) == [true, false])
  }

  @Test("a file of the version before is read as it was, and gets coarser periods")
  func older() async throws {
    let folder = try Folder()
    _ = try PublicationStore(folder.file)
    let path = folder.url.appendingPathComponent("site-publications.sqlite").path
    try await DatabaseQueue(path: path).write { db in
      try db.execute(sql: Self.version1)
      try db.execute(
        sql: """
          INSERT INTO publication VALUES (1, 0, 10, 1, 7, 5, 10), (2, 0, 10, 2, 7, 5, 10);
          INSERT INTO publication_row VALUES
            (1, 0, 'a', NULL, 1, 1, 'jono', 2, 5, 6, 0, 0, 0),
            (1, 1, 'b', 'a', 0, 0, 'jono', 2, 1, 0, 0, 0, 0),
            (2, 0, 'a', NULL, 1, 1, 'jono', 2, 10, 11, 0, 0, 0),
            (2, 1, 'b', 'a', 0, 0, 'jono', 2, 1, 0, 0, 0, 0);
          """)
    }
    let store = try PublicationStore(folder.file)
    let known = [
      Self.publication(0..<10), Self.publication(0..<10, version: 2, counts: [10, 11]),
    ]
    #expect(try await store.versions(in: 0..<20, nodes: nil) == known)
    var coarser = Self.publication(0..<20)
    coarser.isCoarser = true
    #expect(try await store.add(Self.publication(10..<20), period: "2026", actor: "user test"))
    #expect(try await store.add(coarser, period: "2026", actor: "user test"))
    #expect(try await !store.add(coarser, period: "2026", actor: "user test"), "it is there")
  }

  /// The tables before coarser periods.
  static let version1 = """
    DROP TABLE audit_pending;
    DROP TABLE later_counts; DROP TABLE publication_row; DROP TABLE publication;
    DROP TABLE board_text;
    DELETE FROM grdb_migrations WHERE identifier != '1: publications';
    CREATE TABLE publication (
      id INTEGER PRIMARY KEY AUTOINCREMENT, start_hour INTEGER NOT NULL,
      end_hour INTEGER NOT NULL, version INTEGER NOT NULL, published_ms INTEGER NOT NULL,
      cell_min INTEGER NOT NULL, total_min INTEGER NOT NULL, UNIQUE (start_hour, version)
    ) STRICT;
    CREATE TABLE publication_row (
      publication INTEGER NOT NULL REFERENCES publication (id), place INTEGER NOT NULL,
      node TEXT NOT NULL, parent TEXT, is_public INTEGER NOT NULL, is_shown INTEGER NOT NULL,
      question TEXT NOT NULL, buttons INTEGER NOT NULL, count_0 INTEGER NOT NULL,
      count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL, count_3 INTEGER NOT NULL,
      count_4 INTEGER NOT NULL, PRIMARY KEY (publication, place)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX publication_row_node ON publication_row (node, publication);
    CREATE TRIGGER publication_overlap BEFORE INSERT ON publication
      WHEN EXISTS (SELECT 1 FROM publication WHERE start_hour > NEW.start_hour)
      BEGIN SELECT RAISE(ABORT, 'published periods never overlap in part'); END;
    CREATE TRIGGER publication_UPDATE BEFORE UPDATE ON publication
      BEGIN SELECT RAISE(ABORT, 'what was published stays as it was'); END;
    CREATE TRIGGER publication_DELETE BEFORE DELETE ON publication
      BEGIN SELECT RAISE(ABORT, 'what was published stays as it was'); END;
    """
}
