import CivilTime
import Foundation
import GRDB
import Store
import TestSupport
import Testing

@Suite struct AnnotationTests {
  let folder: Folder
  let tokens: TokenStore
  let annotations: AnnotationStore
  static let year = days("2026-01-01", "2026-12-31")

  init() throws {
    folder = try Folder()
    tokens = try TokenStore(folder.file)
    annotations = AnnotationStore(tokens)
  }

  static func days(_ first: String, _ last: String) -> ClosedRange<Int> {
    let days = [first, last].map { CivilDate(parsing: $0)?.daysSince1970 ?? 0 }
    return days[0]...days[1]
  }

  func draft(
    _ node: String = "kallio", _ date: String = "2026-11-20", _ text: String = "pääte siirrettiin"
  ) throws -> AnnotationDraft {
    try AnnotationDraft(node: node, date: date, text: text)
  }

  func access() throws -> DatabaseQueue {
    try DatabaseQueue(path: folder.url.appendingPathComponent("site-access.sqlite").path)
  }

  @Test("what was noted is read back by node and day, and survives another opening of the file")
  func kept() async throws {
    let author = Annotation.Author.token(3, note: "Kallion esimies")
    let late = try await annotations.add(draft(), by: author, nowMilliseconds: 5)
    let early = try await annotations.add(
      draft("helsinki", "2026-01-01", "  flunssakausi 🤧 "), by: .administrator, nowMilliseconds: 6)
    _ = try await annotations.add(
      draft("vallila"), by: .administrator, nowMilliseconds: 7)
    #expect(late.id == 1 && early.text == "flunssakausi 🤧")
    #expect("\(late.author)" == "token 3: Kallion esimies")
    #expect("\(early.author)" == "administrator")

    let reopened = AnnotationStore(try TokenStore(folder.file))
    let found = try await reopened.list(of: ["kallio", "helsinki"], days: Self.year)
    #expect(found == [early, late])
    let last = try await reopened.list(
      of: ["kallio", "helsinki"], days: Self.days("2026-11-20", "2026-11-20"))
    #expect(last == [late])
    let none = try await reopened.list(
      of: ["kallio", "helsinki"], days: Self.days("2026-11-21", "2027-11-20"))
    #expect(none.isEmpty)
  }

  @Test("withdrawn it is shown no more, once, and stays in the file with who did it and when")
  func withdrawn() async throws {
    let made = try await annotations.add(draft(), by: .administrator, nowMilliseconds: 5)
    let author = Annotation.Author.token(4, note: "x")
    let isGone = try await annotations.withdraw(id: made.id, by: author, nowMilliseconds: 9)
    let isGoneAgain = try await annotations.withdraw(id: made.id, by: author, nowMilliseconds: 10)
    let wasThere = try await annotations.withdraw(id: 77, by: author, nowMilliseconds: 10)
    #expect(isGone && !isGoneAgain && !wasThere)
    let found = try await annotations.find(id: made.id)
    let listed = try await annotations.list(of: ["kallio"], days: Self.year)
    #expect(found == nil && listed.isEmpty)
    let row = try access().read { db in
      try Row.fetchOne(db, sql: "SELECT text, removed_ms, removed_by FROM annotation")
    }
    #expect(row == ["text": "pääte siirrettiin", "removed_ms": 9, "removed_by": "token 4"])
  }

  @Test("making and withdrawing have their lines in the audit log, without text and note")
  func audited() async throws {
    let made = try await annotations.add(
      draft(), by: .token(3, note: "secret"), nowMilliseconds: 5)
    _ = try await annotations.withdraw(id: made.id, by: .administrator, nowMilliseconds: 9)
    _ = try await annotations.withdraw(id: made.id, by: .administrator, nowMilliseconds: 10)
    let (rows, fault) = try tokens.audit()
    #expect(fault == nil)
    #expect(rows.map(\.action) == ["annotation made", "annotation withdrawn"])
    #expect(rows.map(\.actor) == ["token 3", "administrator"])
    #expect(rows.map(\.atMilliseconds) == [5, 9])
    #expect(
      rows.map(\.detail) == Array(repeating: "annotation 1: node kallio, 2026-11-20", count: 2))
  }

  @Test(
    "dates that cannot be asked about and texts that are none, too long or not one line are refused",
    arguments: [
      ("2026-02-30", "a"), ("20.11.2026", "a"), ("", "a"), ("1969-12-31", "a"),
      ("2198-01-01", "a"), ("2026-11-20", ""), ("2026-11-20", " \u{00A0}\n"),
      ("2026-11-20", String(repeating: "ä", count: 501)), ("2026-11-20", "a\nb"),
      ("2026-11-20", "a\u{0}b"), ("2026-11-20", "a\u{2028}b"), ("2026-11-20", "a\u{9B}31mb"),
    ])
  func refused(_ date: String, _ text: String) {
    #expect(throws: AnnotationRefusal.self) { try draft("kallio", date, text) }
  }

  @Test("a text may have 500 letters and anything that is a letter to somebody")
  func longest() async throws {
    for text in [String(repeating: "ä", count: 500), "<script>'\"&%00;--", "=1+1", "👩‍⚕️"] {
      let made = try await annotations.add(
        draft("kallio", "2026-11-20", text), by: .administrator, nowMilliseconds: 1)
      #expect(made.text == text)
      let found = try await annotations.find(id: made.id)
      #expect(found == made)
    }
  }

  @Test("a node that has its number takes no more, withdrawn ones included; another does")
  func full() async throws {
    try await access().write { db in
      for id in 1...AnnotationLimits.nodeMax {
        try db.execute(
          sql: """
            INSERT INTO annotation (id, node, date, text, author_note, created_ms, removed_ms)
            VALUES (?, 'kallio', '2026-01-01', 'a', '', 1, ?)
            """, arguments: [id, id % 2 == 0 ? 2 : nil])
      }
    }
    await #expect(throws: AnnotationRefusal.self) {
      try await annotations.add(draft(), by: .administrator, nowMilliseconds: 1)
    }
    _ = try await annotations.add(draft("vallila"), by: .administrator, nowMilliseconds: 1)
    #expect(try tokens.audit().rows.count == 1)
  }

  @Test("all nodes together take no more than their number")
  func allFull() async throws {
    try await access().write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ?)
          INSERT INTO annotation (id, node, date, text, author_note, created_ms)
          SELECT id, 'n' || id, '2026-01-01', 'a', '', 1 FROM n
          """, arguments: [AnnotationLimits.totalMax])
    }
    await #expect(throws: AnnotationRefusal.self) {
      try await annotations.add(draft(), by: .administrator, nowMilliseconds: 1)
    }
  }

  @Test(
    "the database refuses to change, delete or replace an annotation",
    arguments: [
      "UPDATE annotation SET text = 'other'", "UPDATE annotation SET date = '2026-01-01'",
      "UPDATE annotation SET removed_ms = NULL WHERE id = 2", "DELETE FROM annotation",
      "INSERT OR REPLACE INTO annotation SELECT id, node, date, 'other', NULL, '', 1, NULL, NULL "
        + "FROM annotation",
    ])
  func unchanged(_ sql: String) async throws {
    for _ in 1...2 {
      _ = try await annotations.add(draft(), by: .administrator, nowMilliseconds: 1)
    }
    _ = try await annotations.withdraw(id: 2, by: .administrator, nowMilliseconds: 2)
    #expect(throws: DatabaseError.self) { try access().write { try $0.execute(sql: sql) } }
  }
}
