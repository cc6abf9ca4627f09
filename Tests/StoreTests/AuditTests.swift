import Foundation
import GRDB
import Store
import TestSupport
import Testing

@Suite struct AuditTests {
  let folder: Folder
  let tokens: TokenStore

  init() throws {
    folder = try Folder()
    tokens = try TokenStore(folder.file)
    let id = try tokens.add(
      Token.make(), TokenGrant(role: .manager, node: "kallio", note: "secret note"),
      actor: "user anna", nowMilliseconds: 10)
    _ = try tokens.expire(
      id: id, atMilliseconds: 99, actor: "user bertta", nowMilliseconds: 20)
    _ = try tokens.remove(id: id, actor: "user anna", nowMilliseconds: 30)
    let store = try Store(folder.file)
    _ = try store.apply(registryYAML: Site.registry(), name: "city.yaml", nowMilliseconds: 40)
    try store.deliverAudit(to: tokens)
    // Handed over once more: the log takes no line twice.
    try store.deliverAudit(to: tokens)
  }

  /// The tokens' file, past the store.
  func access() throws -> DatabaseQueue {
    try DatabaseQueue(path: folder.url.appendingPathComponent("site-access.sqlite").path)
  }

  @Test("every change of a token stands in the log: when, who, what")
  func rows() throws {
    let (rows, fault) = try tokens.audit()
    #expect(fault == nil)
    #expect(rows.map(\.id) == [1, 2, 3, 4])
    #expect(rows.map(\.atMilliseconds) == [10, 20, 30, 40])
    #expect(rows.map(\.actor) == ["user anna", "user bertta", "user anna", "service"])
    #expect(
      rows.map(\.action) == [
        "token made", "token expiry set", "token withdrawn", "registry applied",
      ])
    #expect(
      rows.map(\.detail) == [
        "token 1: manager, node kallio", "token 1: expires_ms 99", "token 1",
        "revision 1 from city.yaml: device dev-0 added at aula; device dev-1 added at aula; "
          + "device dev-2 added at aula; place aula added; place ovi added",
      ])
  }

  @Test("what changed nothing is not logged")
  func nothing() throws {
    _ = try tokens.remove(id: 99, actor: "user anna", nowMilliseconds: 50)
    _ = try tokens.expire(id: 99, atMilliseconds: 1, actor: "user anna", nowMilliseconds: 50)
    #expect(try tokens.audit().rows.count == 4)
  }

  @Test(
    "the database refuses to change, delete or replace a line",
    arguments: [
      "UPDATE audit SET actor = 'user carl' WHERE id = 2", "DELETE FROM audit WHERE id = 4",
      "DELETE FROM audit",
      "INSERT OR REPLACE INTO audit SELECT id, at_ms, 'user carl', action, detail, hash FROM audit",
      "INSERT INTO audit SELECT 0, at_ms, actor, action, detail, hash FROM audit WHERE id = 1",
    ])
  func refused(_ sql: String) throws {
    #expect(throws: DatabaseError.self) { try access().write { try $0.execute(sql: sql) } }
    let (rows, fault) = try tokens.audit()
    #expect(rows.count == 4 && fault == nil)
  }

  @Test(
    "a line changed or removed past the triggers shows",
    arguments: [
      "UPDATE audit SET actor = 'user carl' WHERE id = 2",
      "UPDATE audit SET at_ms = 21 WHERE id = 2",
      "UPDATE audit SET detail = 'token 2' WHERE id = 3",
      "UPDATE audit SET hash = zeroblob(32) WHERE id = 4", "DELETE FROM audit WHERE id = 1",
      "DELETE FROM audit WHERE id = 2", "DELETE FROM audit WHERE id = 4", "DELETE FROM audit",
      "UPDATE audit SET id = 5 WHERE id = 4",
    ])
  func seen(_ sql: String) throws {
    try access().write { db in
      try db.execute(
        sql:
          "DROP TRIGGER audit_unchanged; DROP TRIGGER audit_kept; DROP TRIGGER audit_not_replaced")
      try db.execute(sql: sql)
    }
    #expect(try tokens.audit().fault != nil)
  }

  @Test("a file from before the log goes on with its tokens")
  func migrated() async throws {
    let folder = try Folder()
    let token = Token.make()
    do {
      let queue = try DatabaseQueue(
        path: folder.url.appendingPathComponent("site-access.sqlite").path)
      try await queue.write { db in
        try db.execute(
          sql: """
            PRAGMA application_id = \(0x5069_6B69);
            CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
            INSERT INTO grdb_migrations VALUES ('1: tokens');
            CREATE TABLE token (
              id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, role TEXT NOT NULL,
              device TEXT, note TEXT NOT NULL, created_ms INTEGER NOT NULL) STRICT;
            """)
        try db.execute(
          sql: "INSERT INTO token VALUES (1, ?, 'reader', NULL, 'old', 5)",
          arguments: [Token.hash(token)])
      }
    }
    let tokens = try TokenStore(folder.file)
    let found = try await tokens.find(hash: Token.hash(token))
    #expect(found?.role == .reader && found?.node == nil && found?.expiresAtMilliseconds == nil)
    let (rows, fault) = try tokens.audit()
    #expect(rows.isEmpty && fault == nil)
  }
}
