public import CivilTime
import GRDB

/// A period as it was published: the numbers of all its places, shown or not.
///
/// Kept as it was for ever: what was published once must not be subtracted from later answers.
public struct Publication: Sendable, Equatable {
  /// A place and its answers to one question.
  public struct Row: Sendable, Equatable {
    public var node: String
    /// nil for the root of a public tree.
    public var parent: String?
    public var isPublic: Bool
    public var isShown: Bool
    public var question: String
    /// Responses by button, 2…5 of them.
    public var counts: [Int]

    public init(
      node: String, parent: String?, isPublic: Bool, isShown: Bool, question: String,
      counts: [Int]
    ) {
      self.node = node
      self.parent = parent
      self.isPublic = isPublic
      self.isShown = isShown
      self.question = question
      self.counts = counts
    }
  }

  public var hours: Range<UTCHour>
  /// 1 for the first, then one more each time that the period was published again.
  public var version: Int
  public var publishedAtMilliseconds: Int64
  /// The minimums that held.
  public var cellMin: Int
  public var totalMin: Int
  /// Each place after the one above it. Empty where only the head was read.
  public var rows: [Row]
  /// It holds several that were published each by itself, and corrects them together.
  public var isCoarser = false
  /// Something that it shows is counted otherwise by now, as was noticed last.
  public var laterCountsDiffer = false

  public init(
    hours: Range<UTCHour>, isCoarser: Bool = false, version: Int, publishedAtMilliseconds: Int64,
    cellMin: Int, totalMin: Int, rows: [Row]
  ) {
    self.hours = hours
    self.isCoarser = isCoarser
    self.version = version
    self.publishedAtMilliseconds = publishedAtMilliseconds
    self.cellMin = cellMin
    self.totalMin = totalMin
    self.rows = rows
  }
}

/// What was published, in a small file of its own beside the database: the command line writes it
/// while the service runs. Nothing that was published is ever changed; beside it stands whether it
/// still holds.
public struct PublicationStore: Sendable {
  let queue: SharedQueue
  private let file: FileChanges

  /// Opens or makes the file `…-publications.sqlite` beside the database.
  public init(_ file: DatabaseFile) throws {
    queue = try SharedQueue(DatabaseFile(path: file.publicationsPath), migrator: Self.migrator)
    self.file = try FileChanges(path: file.publicationsPath)
  }

  /// Another number after every change, by whatever process; nil when that cannot be told. Cheap.
  public var changes: UInt32? { file.counter }

  private static var migrator: DatabaseMigrator {
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

  /// Adds a version of a period, and its line for the audit log.
  ///
  /// - Parameters:
  ///   - period: what the line calls it.
  ///   - actor: who publishes it.
  /// - Returns: false when another process has published that version already.
  public func add(
    _ publication: Publication, period: String, actor: String
  ) async throws -> Bool {
    try await queue.write { db in
      let isThere = try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM publication
            WHERE start_hour = ? AND is_coarser = ? AND version = ?)
          """,
        arguments: [publication.hours.lowerBound, publication.isCoarser, publication.version])
      if isThere ?? false { return false }
      try db.execute(
        sql: """
          INSERT INTO publication
            (start_hour, end_hour, version, published_ms, cell_min, total_min, is_coarser)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          publication.hours.lowerBound, publication.hours.upperBound, publication.version,
          publication.publishedAtMilliseconds, publication.cellMin, publication.totalMin,
          publication.isCoarser,
        ])
      let id = db.lastInsertedRowID
      let statement = try db.makeStatement(
        sql: "INSERT INTO publication_row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      for (place, row) in publication.rows.enumerated() {
        let counts = row.counts + Array(repeating: 0, count: 5 - row.counts.count)
        try statement.execute(
          arguments: [
            id, place, row.node, row.parent, row.isPublic, row.isShown, row.question,
            row.counts.count, counts[0], counts[1], counts[2], counts[3], counts[4],
          ])
      }
      let isFirst = publication.version == 1
      try AuditOutbox.add(
        db, actor: actor, action: isFirst ? .periodPublished : .periodRevised,
        detail: "the period from \(period)" + (publication.isCoarser ? ", a sum" : "")
          + (isFirst ? "" : ", version \(publication.version)"),
        atMilliseconds: publication.publishedAtMilliseconds)
      return true
    }
  }

  /// Says whether something that a publication shows is counted otherwise by now.
  ///
  /// - Returns: whether that is news.
  public func mark(
    _ publication: Publication, laterCountsDiffer: Bool, nowMilliseconds: Int64
  ) async throws -> Bool {
    try await queue.write { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT id, \(Self.differ) FROM publication
          WHERE start_hour = ? AND is_coarser = ? AND version = ?
          """,
        arguments: [publication.hours.lowerBound, publication.isCoarser, publication.version])
      guard let row, row["differ"] != laterCountsDiffer else { return false }
      try db.execute(
        sql: "INSERT OR REPLACE INTO later_counts VALUES (?, ?, ?)",
        arguments: [row["id"] as Int64, nowMilliseconds, laterCountsDiffer])
      return true
    }
  }

  /// The last word on a publication.
  private static let differ = """
    coalesce((SELECT differ FROM later_counts WHERE publication = publication.id
      ORDER BY noticed_ms DESC LIMIT 1), 0) AS differ
    """

  /// Every version of every period within `hours`, the oldest first, with the rows of some nodes.
  ///
  /// - Parameter nodes: nil = all rows; an empty list reads only the heads.
  public func versions(in hours: Range<UTCHour>, nodes: [String]?) async throws -> [Publication] {
    try await queue.read { db in
      let heads = try Row.fetchAll(
        db,
        sql: """
          SELECT *, \(Self.differ) FROM publication WHERE start_hour >= ? AND end_hour <= ?
          ORDER BY start_hour, end_hour, version
          """, arguments: [hours.lowerBound, hours.upperBound])
      return try heads.map { head in
        var publication = Publication(head)
        let id: Int64 = head["id"]
        if let nodes {
          let ofNode = try db.cachedStatement(
            sql: """
              SELECT * FROM publication_row WHERE node = ? AND publication = ? ORDER BY place
              """)
          for node in nodes {
            publication.rows += try Row.fetchAll(ofNode, arguments: [node, id])
              .map(Publication.Row.init)
          }
        } else {
          publication.rows = try Row.fetchAll(
            db, sql: "SELECT * FROM publication_row WHERE publication = ? ORDER BY place",
            arguments: [id]
          ).map(Publication.Row.init)
        }
        return publication
      }
    }
  }
}

extension Publication {
  fileprivate init(_ row: GRDB.Row) {
    self.init(
      hours: row["start_hour"]..<row["end_hour"], isCoarser: row["is_coarser"],
      version: row["version"], publishedAtMilliseconds: row["published_ms"],
      cellMin: row["cell_min"], totalMin: row["total_min"], rows: [])
    laterCountsDiffer = row["differ"]
  }
}

extension Publication.Row {
  fileprivate init(_ row: GRDB.Row) {
    let buttons: Int = row["buttons"]
    self.init(
      node: row["node"], parent: row["parent"], isPublic: row["is_public"],
      isShown: row["is_shown"], question: row["question"],
      counts: (0..<buttons).map { row["count_\($0)"] })
  }
}
