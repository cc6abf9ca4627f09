import GRDB
public import Store

/// What was published, in a small file of its own beside the database: the command line writes it
/// while the service runs. Nothing that was published is ever changed; beside it stands whether it
/// still holds, and what is written on notice boards.
public struct PublicationStore: Sendable {
  let file: SideDatabase

  /// Opens or makes the file `…-publications.sqlite` beside the database.
  public init(_ file: DatabaseFile) throws {
    self.file = try SideDatabase(path: file.publicationsPath, migrator: Self.migrator)
  }

  /// Another number after every change, by whatever process; nil when that cannot be told. Cheap.
  public var changes: UInt32? { file.changes }

  /// Moves lines that wait beside what was published into the audit log.
  ///
  /// - Throws: `StoreError`; what was not moved waits.
  public func deliverAudit(to tokens: TokenStore) async throws {
    try await file.deliverAudit(to: tokens)
  }

  /// Adds a version of a period, and its line for the audit log.
  ///
  /// - Parameters:
  ///   - period: what the line calls it.
  ///   - actor: who publishes it.
  /// - Returns: false when another process has published that version already.
  public func add(
    _ publication: Publication, period: String, actor: String
  ) async throws -> Bool {
    try await file.write { db in
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
    try await file.write { db in
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
  public func versions(in hours: Range<Int>, nodes: [String]?) async throws -> [Publication] {
    try await file.read { db in
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
