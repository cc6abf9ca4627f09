import GRDB
import Store

extension PublicationStore {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: publications") { db in
      try db.execute(
        sql: """
          CREATE TABLE publication (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            start_hour INTEGER NOT NULL,       -- UTC hours since 1970
            end_hour INTEGER NOT NULL,
            version INTEGER NOT NULL,
            published_ms INTEGER NOT NULL,
            cell_min INTEGER NOT NULL,
            total_min INTEGER NOT NULL,
            UNIQUE (start_hour, version)
          ) STRICT;
          CREATE TABLE publication_row (
            publication INTEGER NOT NULL REFERENCES publication (id),
            place INTEGER NOT NULL,            -- order: each after the one above it
            node TEXT NOT NULL,
            parent TEXT,                       -- NULL: the root of a public tree
            is_public INTEGER NOT NULL,
            is_shown INTEGER NOT NULL,
            question TEXT NOT NULL,
            buttons INTEGER NOT NULL,
            count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
            count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
            PRIMARY KEY (publication, place)
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX publication_row_node ON publication_row (node, publication);
          CREATE TRIGGER publication_overlap BEFORE INSERT ON publication
            WHEN EXISTS (SELECT 1 FROM publication
              WHERE start_hour < NEW.end_hour AND NEW.start_hour < end_hour
                AND (start_hour != NEW.start_hour OR end_hour != NEW.end_hour))
            BEGIN SELECT RAISE(ABORT, 'published periods never overlap in part'); END;
          """)
      for table in ["publication", "publication_row"] {
        for change in ["UPDATE", "DELETE"] {
          try db.execute(
            sql: """
              CREATE TRIGGER \(table)_\(change) BEFORE \(change) ON \(table)
                BEGIN SELECT RAISE(ABORT, 'what was published stays as it was'); END;
              """)
        }
      }
    }
    migrator.registerMigration("2: coarser periods, later counts") { db in
      try db.execute(sql: coarser)
    }
    migrator.registerMigration("3: audit outbox") { db in
      try db.execute(sql: AuditOutbox.table)
    }
    migrator.registerMigration("4: boards") { db in
      try db.execute(sql: boardTable)
    }
    return migrator
  }

  /// A coarser period begins where one of its parts does, so the old rule of uniqueness goes.
  private static let coarser = """
    DROP TRIGGER publication_overlap;
    DROP TRIGGER publication_UPDATE;
    DROP TRIGGER publication_DELETE;
    CREATE TABLE publication_wider (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      start_hour INTEGER NOT NULL,       -- UTC hours since 1970
      end_hour INTEGER NOT NULL,
      version INTEGER NOT NULL,
      published_ms INTEGER NOT NULL,
      cell_min INTEGER NOT NULL,
      total_min INTEGER NOT NULL,
      is_coarser INTEGER NOT NULL,       -- holds several periods that were published before
      UNIQUE (start_hour, is_coarser, version)
    ) STRICT;
    INSERT INTO publication_wider SELECT *, 0 FROM publication;
    DROP TABLE publication;
    ALTER TABLE publication_wider RENAME TO publication;
    CREATE TRIGGER publication_overlap BEFORE INSERT ON publication
      WHEN EXISTS (SELECT 1 FROM publication
        WHERE start_hour < NEW.end_hour AND NEW.start_hour < end_hour
          AND NOT (is_coarser = NEW.is_coarser
            AND start_hour = NEW.start_hour AND end_hour = NEW.end_hour)
          AND NOT (NEW.is_coarser AND NOT is_coarser
            AND NEW.start_hour <= start_hour AND end_hour <= NEW.end_hour))
      BEGIN SELECT RAISE(ABORT, 'published periods never overlap in part'); END;
    CREATE TABLE later_counts (          -- a row each time that it changed
      publication INTEGER NOT NULL REFERENCES publication (id),
      noticed_ms INTEGER NOT NULL,
      differ INTEGER NOT NULL,           -- something that is shown is counted otherwise now
      PRIMARY KEY (publication, noticed_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER publication_UPDATE BEFORE UPDATE ON publication
      BEGIN SELECT RAISE(ABORT, 'what was published stays as it was'); END;
    CREATE TRIGGER publication_DELETE BEFORE DELETE ON publication
      BEGIN SELECT RAISE(ABORT, 'what was published stays as it was'); END;
    """
}
