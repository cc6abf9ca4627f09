import GRDB

/// The tables, as a list of migrations; a migration that was released is never changed.
///
///     segment ──── frames as they came, a row a batch: the archive everything is counted from
///     cursor  ──── next sequence of each device and epoch
///     bucket  ──── counts of each device, UTC hour and slot
///     series, series_hour ── their sums for each node above the touchpoints
///     bucket_day, series_day ── both by the local day, up to days_to of the device or series
///     presence ─── when each device was at the broker: known from its messages alone, not counted
///     import, import_row ── an earlier supplier's lines; revision, day_revision ── what changed
///     device, registry ── who they are; quarantine ── what was refused
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
    return migrator
  }

  /// Filled bit by bit while the service runs: see `DaySums`.
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
