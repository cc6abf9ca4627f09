import Foundation
import GRDB
import Import
import Store
import Testing

/// Databases whose imports were made when a database kept one version of each line, and hours were
/// known by the place that they were mapped to.
@Suite struct ImportMigrationTests {
  static let presses = "id,time,touchpoint,button\n1,2017-05-05T12:00:00,ovi,0\n"
  static let hours = """
    node,start,count_0,count_1,count_2,count_3
    A,2017-05-05T12:00:00Z,1,0,0,4
    A,2017-05-05T13:00:00Z,0,0,2,0

    """
  static let counted = [
    "aula 414996": [1, 0, 0, 4], "aula 414997": [0, 0, 2, 0], "ovi 414993": [1, 0, 0, 0],
  ]

  static func mapping(_ touchpoint: String) -> String { "id,touchpoint\nA,\(touchpoint)\n" }

  /// A file as it was before the fifth migration's successors.
  static func older() throws -> ImportTarget {
    let target = try ImportTarget()
    _ = try target.take(presses)
    _ = try target.take(hours, mapping: mapping("aula"))
    target.store.close()
    try target.folder.database().write { db in
      try db.execute(
        sql: """
          DROP VIEW import_counted;
          DROP TABLE audit_pending;
          DROP TABLE configuration;
          DROP TABLE reused_epoch;
          ALTER TABLE cursor DROP COLUMN first_prints;
          ALTER TABLE cursor DROP COLUMN last_prints;
          ALTER TABLE import DROP COLUMN withdrawn_ms;
          ALTER TABLE import DROP COLUMN withdrawn_by;
          ALTER TABLE import DROP COLUMN state;
          DROP TABLE import_recount;
          ALTER TABLE import_row RENAME TO newer;
          DROP INDEX import_row_device;
          CREATE TABLE import_row (
            source TEXT NOT NULL,
            key TEXT NOT NULL,
            import_id INTEGER NOT NULL REFERENCES import (id),
            device INTEGER NOT NULL REFERENCES device (id),
            hour INTEGER NOT NULL,
            at_ms INTEGER, button INTEGER,
            count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
            count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
            excluded INTEGER NOT NULL,
            PRIMARY KEY (source, key)
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX import_row_device ON import_row (device, hour);
          INSERT INTO import_row SELECT source,
            CASE WHEN at_ms IS NULL THEN 'aula/palvelu/' || hour ELSE key END,
            import_id, device, hour, at_ms, button, count_0, count_1, count_2, count_3, count_4,
            excluded FROM newer;
          DROP TABLE newer;
          DELETE FROM grdb_migrations WHERE identifier IN
            ('6: audit outbox', '7: imports', '18: imports beside the service');
          """)
    }
    return target
  }

  static func opened() throws -> ImportTarget {
    var target = try older()
    try target.reopen()
    return target
  }

  @Test("they are read and proven before they are migrated, and after")
  func reading() async throws {
    let older = try Self.older()
    for _ in 0..<2 {
      #expect(try older.isProven())
      let listed = try await StoreReader(older.folder.file).read { snapshot in
        try snapshot.imports().map { [$0.rows, $0.rowsCounting, $0.responses] }
      }
      #expect(listed == [[1, 1, 1], [2, 2, 7]])
      _ = try Store(older.folder.file)
    }
    #expect(try older.counts() == Self.counted)
  }

  @Test("their lines are known again, and hours from then on whatever the mapping")
  func known() throws {
    let target = try Self.opened()
    #expect(try target.take(Self.presses).known == 1)
    let same = try target.take(Self.hours, mapping: Self.mapping("aula"))
    #expect((same.id, same.added, same.known) == (0, 0, 2))
    let moved = try target.take(Self.hours, mapping: Self.mapping("ovi"), isReplacing: true)
    #expect((moved.added, moved.changed) == (0, 2))
    #expect(try target.counts().keys.sorted() == ["ovi 414993", "ovi 414996", "ovi 414997"])
    #expect(try target.isProven())
    _ = try target.withdraw(moved.id)
    #expect(try target.counts() == Self.counted)
    #expect(try target.isProven())
  }

  @Test("their imports can be replaced, withdrawn and imported again")
  func withdrawn() throws {
    let target = try Self.opened()
    let changed = try target.take(
      Self.hours.replacing("1,0,0,4", with: "0,0,0,9"), mapping: Self.mapping("aula"),
      isReplacing: true)
    #expect((changed.added, changed.known, changed.changed) == (0, 1, 1))
    #expect(try target.counts()["aula 414996"] == [0, 0, 0, 9])
    _ = try target.withdraw(changed.id)
    #expect(try target.counts() == Self.counted)
    _ = try target.withdraw(2)
    #expect(try target.counts() == ["ovi 414993": [1, 0, 0, 0]])
    #expect(try target.take(Self.hours, mapping: Self.mapping("ovi")).added == 2)
    #expect(try target.isProven())
  }

  @Test("a place of the source that is called as an old line's touchpoint keeps its own hours")
  func namesake() throws {
    let target = try Self.opened()
    let text = Self.hours + "aula,2017-05-05T12:00:00Z,0,3,0,0\n"
    let report = try target.take(text, mapping: Self.mapping("aula"))
    #expect((report.added, report.known) == (1, 2))
    #expect(try target.counts()["aula 414996"] == [1, 3, 0, 4])
    #expect(try target.isProven())
  }
}
