import BucketCore
import GRDB

/// The tables, as a list of migrations; a migration that was released is never changed.
///
///     segment ──── frames that counted, a row a batch: the archive everything is counted from
///     cursor  ──── next sequence of each device and epoch
///     bucket  ──── counts of each device, UTC hour and slot
///     series, series_hour ── their sums for each node above the touchpoints
///     bucket_day, series_day ── both by the local day, up to days_to of the device or series
///     presence ─── when each device was at the broker: known from its messages alone, not counted
///     device_health ── what devices said of themselves, a row a device and day: see HealthDay
///     reused_epoch ── epochs that two journals of a device used: known from repeats, not counted
///     annulment ── hours of a device whose presses stand apart, as `annulled` of every row
///     erasure, erased_cursor, erased_bucket ── what erased frames of visits came to
///     import, import_row ── an earlier supplier's lines, a version for each import that said
///                           another; import_counted: those that count; import_recount: hours to be
///                           counted again; revision, day_revision ──
///                           what changed; revision_change, press_change ── when, and why
///     chapter, chapter_day, chapter_device ── in which segments presses of a device and day are;
///                           told_device, told_epoch: what they come to, up to the last chapter
///     device, registry ── who they are; quarantine ── what was refused
///     configuration ─── what devices were told; audit_pending ─── lines on their way to the log
enum Schema {
  /// Marks the file as ours in its header: "Piki".
  static let applicationID = 0x5069_6B69

  /// Raised when more is counted from the archive than before, and kept as `user_version`: a file
  /// with a lower one is counted again when it is opened for writing.
  static let countsVersion = 2

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: archive, buckets, cursors") { db in
      try db.execute(sql: tables)
    }
    migrator.registerMigration("2: late") { db in
      for table in ["bucket", "series_hour"] {
        try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN late INTEGER NOT NULL DEFAULT 0")
      }
    }
    migrator.registerMigration("3: days") { db in
      try db.execute(sql: days)
    }
    migrator.registerMigration("4: presence") { db in
      try db.execute(
        sql: """
          CREATE TABLE presence (               -- sessions of devices at the broker
            device INTEGER NOT NULL REFERENCES device (id),
            from_s INTEGER NOT NULL,            -- UTC seconds since 1970
            heard_s INTEGER NOT NULL,           -- the last message from which it was known
            to_s INTEGER,                       -- NULL while it lasts
            PRIMARY KEY (device, from_s)
          ) STRICT, WITHOUT ROWID
          """)
    }
    migrator.registerMigration("5: imports, revisions") { db in
      for table in ["bucket", "series_hour", "bucket_day", "series_day"] {
        try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN imported INTEGER NOT NULL DEFAULT 0")
      }
      try db.execute(sql: importTables)
    }
    migrator.registerMigration("6: audit outbox") { db in
      try db.execute(sql: AuditOutbox.table)
    }
    migrator.registerMigration("7: imports") { db in
      try db.execute(sql: importVersions)
    }
    migrator.registerMigration("8: revisions") { db in
      try db.execute(sql: revisions)
    }
    migrator.registerMigration("9: configurations") { db in
      try db.execute(
        sql: """
          CREATE TABLE configuration (         -- what each device was told last
            device INTEGER PRIMARY KEY REFERENCES device (id),
            revision INTEGER NOT NULL,
            digest BLOB NOT NULL               -- SHA-256 of all but the revision
          ) STRICT
          """)
    }
    migrator.registerMigration("10: reused epochs") { db in
      for column in ["first_prints", "last_prints"] {
        try db.execute(sql: "ALTER TABLE cursor ADD COLUMN \(column) INTEGER NOT NULL DEFAULT 0")
      }
      try db.execute(
        sql: """
          CREATE TABLE reused_epoch (           -- one epoch, two journals
            device INTEGER NOT NULL REFERENCES device (id),
            epoch INTEGER NOT NULL,
            below INTEGER NOT NULL,             -- repeats that begin below it are in doubt
            noticed_ms INTEGER NOT NULL,        -- last, UTC since 1970
            PRIMARY KEY (device, epoch)
          ) STRICT, WITHOUT ROWID
          """)
    }
    migrator.registerMigration("11: annulments") { db in
      try db.execute(sql: Annulments.table)
      for table in ["bucket", "series_hour", "bucket_day", "series_day"] {
        try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN annulled INTEGER NOT NULL DEFAULT 0")
      }
    }
    migrator.registerMigration("12: chapters") { db in
      try db.execute(sql: ArchiveIndex.tables)
    }
    migrator.registerMigration("13: bounded times and gaps") { db in
      try db.execute(sql: "ALTER TABLE cursor ADD COLUMN lost_beyond INTEGER NOT NULL DEFAULT 0")
    }
    migrator.registerMigration("14: registry versions") { db in
      try db.execute(
        sql: """
          ALTER TABLE registry ADD COLUMN applied_by TEXT;  -- NULL: from before it was kept
          ALTER TABLE registry ADD COLUMN changes TEXT;     -- in one line
          ALTER TABLE registry ADD COLUMN is_from_file INTEGER NOT NULL DEFAULT 1;
          """)
    }
    migrator.registerMigration("15: device health") { db in
      try db.execute(sql: HealthDay.table)
      // Who knocks unregistered, and what of one device was refused.
      try db.execute(sql: "CREATE INDEX quarantine_topic ON quarantine (topic, id)")
    }
    migrator.registerMigration("16: reported configurations") { db in
      try db.execute(
        sql: """
          ALTER TABLE device ADD COLUMN reported_config INTEGER;  -- as it said last; NULL = never
          ALTER TABLE device ADD COLUMN model TEXT;
          """)
    }
    migrator.registerMigration("17: erased frames") { db in
      try db.execute(sql: ErasedFrames.tables)
    }
    migrator.registerMigration("18: imports beside the service") { db in
      try db.execute(sql: ImportState.tables)
    }
    return migrator
  }

  /// Filled bit by bit while the service runs: see `DailyRollup`.
  private static let days = """
    CREATE TABLE bucket_day (
      device INTEGER NOT NULL REFERENCES device (id),
      hour INTEGER NOT NULL,             -- the local day's first hour, UTC hours since 1970
      slot INTEGER NOT NULL,
      count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
      count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
      excluded INTEGER NOT NULL, invalid INTEGER NOT NULL,
      lost INTEGER NOT NULL, estimated INTEGER NOT NULL, late INTEGER NOT NULL,
      PRIMARY KEY (device, hour, slot)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE series_day (
      series INTEGER NOT NULL REFERENCES series (id),
      hour INTEGER NOT NULL,
      count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
      count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
      excluded INTEGER NOT NULL, invalid INTEGER NOT NULL,
      lost INTEGER NOT NULL, estimated INTEGER NOT NULL, late INTEGER NOT NULL,
      PRIMARY KEY (series, hour)
    ) STRICT, WITHOUT ROWID;

    -- Every hour before it stands in a row of its day too.
    ALTER TABLE device ADD COLUMN days_to INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE series ADD COLUMN days_to INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE day_zone (              -- one row: what a day is here
      id INTEGER PRIMARY KEY CHECK (id = 1),
      offsets TEXT NOT NULL              -- JSON: the time zone's offsets
    ) STRICT;
    """

  private static let importTables = """
    CREATE TABLE import (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      imported_ms INTEGER NOT NULL,
      source TEXT NOT NULL,
      file TEXT NOT NULL
    ) STRICT;

    CREATE TABLE import_row (            -- lines as they were taken: the archive of imports
      source TEXT NOT NULL,
      key TEXT NOT NULL,                 -- what the source knows the line by
      import_id INTEGER NOT NULL REFERENCES import (id),
      device INTEGER NOT NULL REFERENCES device (id),
      hour INTEGER NOT NULL,             -- UTC hours since 1970
      at_ms INTEGER, button INTEGER,     -- of a single press; NULL where only hours are known
      count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
      count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
      excluded INTEGER NOT NULL,
      PRIMARY KEY (source, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX import_row_device ON import_row (device, hour);

    CREATE TABLE revision (              -- one row
      id INTEGER PRIMARY KEY CHECK (id = 1),
      data INTEGER NOT NULL,             -- grows with every batch that counts
      every INTEGER NOT NULL             -- its value when any count may have changed last
    ) STRICT;
    INSERT INTO revision VALUES (1, 1, 1);

    CREATE TABLE day_revision (          -- when the counts of a day changed last
      day INTEGER PRIMARY KEY,           -- UTC days since 1970
      data INTEGER NOT NULL
    ) STRICT;
    """

  /// A line may have been said by several imports; the newest that was not withdrawn counts.
  private static let importVersions = """
    ALTER TABLE import ADD COLUMN withdrawn_ms INTEGER;      -- NULL: it stands
    ALTER TABLE import ADD COLUMN withdrawn_by TEXT;

    CREATE TABLE import_row_new (
      source TEXT NOT NULL,
      key TEXT NOT NULL,                 -- what the source knows the line by
      import_id INTEGER NOT NULL REFERENCES import (id),
      device INTEGER NOT NULL REFERENCES device (id),
      hour INTEGER NOT NULL,             -- UTC hours since 1970
      at_ms INTEGER, button INTEGER,     -- of a single press; NULL where only hours are known
      count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
      count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
      excluded INTEGER NOT NULL,
      PRIMARY KEY (source, key, import_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO import_row_new (source, key, import_id, device, hour, at_ms, button,
        count_0, count_1, count_2, count_3, count_4, excluded)
      SELECT source, key, import_id, device, hour, at_ms, button,
        count_0, count_1, count_2, count_3, count_4, excluded FROM import_row;
    DROP TABLE import_row;
    ALTER TABLE import_row_new RENAME TO import_row;
    CREATE INDEX import_row_device ON import_row (device, hour);

    CREATE VIEW import_counted AS
      SELECT line.* FROM import_row AS line JOIN import ON import.id = line.import_id
      WHERE import.withdrawn_ms IS NULL AND NOT EXISTS (
        SELECT 1 FROM import_row AS newer JOIN import AS later ON later.id = newer.import_id
        WHERE newer.source = line.source AND newer.key = line.key
          AND newer.import_id > line.import_id AND later.withdrawn_ms IS NULL);
    """

  /// What made which revision: see `Revisions`.
  private static let revisions = """
    CREATE TABLE revision_change (       -- revisions that no batch made
      data INTEGER PRIMARY KEY,
      segment INTEGER NOT NULL,          -- the last one before it; 0 = none
      at_ms INTEGER,                     -- UTC since 1970; NULL where nobody said
      cause TEXT NOT NULL,               -- a ChangeCause; 'begin': when this table was made
      import_id INTEGER,
      first_day INTEGER, last_day INTEGER  -- UTC days whose counts may differ; NULL = any
    ) STRICT;
    INSERT INTO revision_change (data, segment, cause)
      SELECT data, coalesce((SELECT max(id) FROM segment), 0), 'begin' FROM revision;

    CREATE TABLE press_change (          -- revisions that batches made
      day INTEGER NOT NULL,              -- of the presses, UTC days since 1970
      hour INTEGER NOT NULL,             -- of receipt, UTC hours since 1970
      first_ms INTEGER NOT NULL, first_data INTEGER NOT NULL,
      last_ms INTEGER, last_data INTEGER,  -- NULL: as of now in day_revision
      PRIMARY KEY (day, hour)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE day_revision ADD COLUMN received_ms INTEGER NOT NULL DEFAULT 0;

    -- Every later revision has its row in one of the two.
    ALTER TABLE revision ADD COLUMN complete_after INTEGER NOT NULL DEFAULT 0;
    UPDATE revision SET complete_after = data;
    """

  private static let tables = """
    CREATE TABLE device (
      id INTEGER PRIMARY KEY,            -- its number in the archive, from 1
      name TEXT NOT NULL UNIQUE,
      is_registered INTEGER NOT NULL,
      timeline TEXT NOT NULL,            -- JSON: tiles of hours, touchpoint, questions, rule
      status TEXT,                       -- JSON as the device sent it last
      status_received_ms INTEGER
    ) STRICT;

    CREATE TABLE segment (
      id INTEGER PRIMARY KEY,            -- order of receipt
      frames INTEGER NOT NULL,
      checksum INTEGER NOT NULL,         -- CRC-32 of records
      records BLOB NOT NULL              -- Ingest/Archive.swift tells the form
    ) STRICT;

    CREATE TABLE cursor (
      device INTEGER NOT NULL REFERENCES device (id),
      epoch INTEGER NOT NULL,            -- -1: presses without a sequence, next = how many
      next INTEGER NOT NULL,
      segment INTEGER NOT NULL,          -- the batch that moved it last
      last_counted_ms INTEGER,           -- the device's last press that counted, as of then
      PRIMARY KEY (device, epoch)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE bucket (
      device INTEGER NOT NULL REFERENCES device (id),
      hour INTEGER NOT NULL,             -- UTC hours since 1970
      slot INTEGER NOT NULL,
      count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
      count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
      excluded INTEGER NOT NULL, invalid INTEGER NOT NULL,
      lost INTEGER NOT NULL, estimated INTEGER NOT NULL,
      PRIMARY KEY (device, hour, slot)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      node TEXT NOT NULL,                -- a node above touchpoints, the site, or unassigned
      question TEXT NOT NULL,
      buttons INTEGER NOT NULL,
      UNIQUE (node, question, buttons)
    ) STRICT;

    CREATE TABLE series_hour (           -- sums of buckets, written with them
      series INTEGER NOT NULL REFERENCES series (id),
      hour INTEGER NOT NULL,
      count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
      count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
      excluded INTEGER NOT NULL, invalid INTEGER NOT NULL,
      lost INTEGER NOT NULL, estimated INTEGER NOT NULL,
      PRIMARY KEY (series, hour)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY,
      received_ms INTEGER NOT NULL,
      channel TEXT NOT NULL,
      topic TEXT NOT NULL,
      reason TEXT NOT NULL,
      detail TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      payload BLOB NOT NULL              -- its beginning
    ) STRICT;

    CREATE TABLE quarantine_total (
      reason TEXT PRIMARY KEY,
      messages INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE registry (
      id INTEGER PRIMARY KEY,
      applied_ms INTEGER NOT NULL,
      site TEXT NOT NULL,
      yaml TEXT NOT NULL
    ) STRICT;
    """
}

extension EpochPrints {
  /// Columns of `cursor`: `first` and `last`, as bits, and `lostBeyond`.
  static let columns = ["first_prints", "last_prints", "lost_beyond"]
}
