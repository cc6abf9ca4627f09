import GRDB
import Import
import Registry

/// What taking back an import did.
public struct WithdrawalReport: Sendable {
  /// The imported responses of one touchpoint and question, of all imports.
  public struct Place: Sendable {
    public var touchpoint: String
    public var question: String
    public var responsesBefore: Int
    public var responsesAfter: Int
  }

  public var source: String
  public var file: String
  /// Lines of the import that counted until now.
  public var taken: Int
  /// Lines of earlier imports that count again, since this one had replaced them.
  public var restored: Int
  public var places: [Place]
}

extension Store {
  /// Takes back what one import brought. What it had replaced counts again: of each line, what the
  /// newest import says that was not withdrawn. The import and its lines stay on record.
  ///
  /// - Throws: `ImportFailure` when there is no such import or it was withdrawn already;
  ///   `StoreError`.
  public func withdrawImport(
    _ id: Int64, isDryRun: Bool = false, actor: String, nowMilliseconds: Int64
  ) throws -> WithdrawalReport {
    try writeOrRollBack { db in
      let (source, file) = try Self.standing(db, id)
      let devices = try Int.fetchAll(
        db,
        sql: """
          SELECT DISTINCT device - 1 FROM import_row WHERE (source, key) IN
            (SELECT source, key FROM import_row WHERE import_id = ?) ORDER BY device
          """, arguments: [id])
      let taken = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM import_counted WHERE import_id = ?", arguments: [id])
      let before = try devices.map { try Self.responses(db, device: $0) }
      try db.execute(
        sql: "UPDATE import SET withdrawn_ms = ?, withdrawn_by = ? WHERE id = ?",
        arguments: [nowMilliseconds, actor, id])
      // What stood over its lines still does; what counts now and is older stood below.
      let restored = try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM import_counted WHERE import_id < ?1 AND (source, key) IN
            (SELECT source, key FROM import_row WHERE import_id = ?1)
          """, arguments: [id])
      try Imports.recount(
        db, devices: devices,
        Revisions.Change(
          cause: .importWithdrawn, nowMilliseconds: nowMilliseconds, importID: id,
          hours: try Imports.hours(db, ofLinesSaidBy: id)))
      let stored = try StoredDevice.fetchAll(db)
      let places = try zip(devices, before).map { device, before in
        let interval = stored[device].timeline.intervals[0]
        return WithdrawalReport.Place(
          touchpoint: interval.touchpoint, question: interval.questions[0], responsesBefore: before,
          responsesAfter: try Self.responses(db, device: device))
      }
      let report = WithdrawalReport(
        source: source, file: file, taken: taken ?? 0, restored: restored ?? 0, places: places)
      try AuditOutbox.add(
        db, actor: actor, action: .importWithdrawn,
        detail: "import \(id), source \(source), file \(file): \(report.taken) lines taken back, "
          + "\(report.restored) of earlier imports count again",
        atMilliseconds: nowMilliseconds)
      return (report, isKept: !isDryRun)
    }
  }

  private static func standing(
    _ db: Database, _ id: Int64
  ) throws -> (source: String, file: String) {
    let known = try Row.fetchOne(
      db, sql: "SELECT source, file, withdrawn_ms FROM import WHERE id = ?", arguments: [id])
    guard let known else {
      throw ImportFailure("there is no import \(id); see: pikapalaute import list")
    }
    guard known["withdrawn_ms"] == nil else {
      throw ImportFailure("import \(id) was withdrawn already; see: pikapalaute import list")
    }
    return (known["source"], known["file"])
  }

  private static func responses(_ db: Database, device: Int) throws -> Int {
    try Int.fetchOne(
      db, sql: "SELECT coalesce(sum(imported), 0) FROM bucket WHERE device = ?",
      arguments: [device + 1]) ?? 0
  }
}

extension StoreReader.Snapshot {
  /// An import as it stands in the record.
  public struct Import: Sendable {
    public var id: Int64
    public var importedAtMilliseconds: Int64
    public var source: String
    public var file: String
    /// Lines it brought.
    public var rows: Int
    /// Lines of it that count: it was not withdrawn, and no later import replaced them.
    public var rowsCounting: Int
    /// Of the lines that count.
    public var responses: Int
    /// When and by whom it was taken back; nil while it stands.
    public var withdrawn: (atMilliseconds: Int64, by: String)?
  }

  /// All imports, the oldest first.
  public func imports() throws -> [Import] {
    guard let counted = try Imports.counted(db) else { return [] }
    let isVersioned = counted != "import_row"
    return try Row.fetchAll(
      db,
      sql: """
        SELECT import.*, coalesce(rows, 0) AS rows, coalesce(counting, 0) AS counting,
          coalesce(responses, 0) AS responses
        FROM import
        LEFT JOIN (SELECT import_id, count(*) AS rows FROM import_row GROUP BY import_id)
          AS every ON every.import_id = import.id
        LEFT JOIN (SELECT import_id, count(*) AS counting,
            sum(count_0 + count_1 + count_2 + count_3 + count_4) AS responses
          FROM \(counted) GROUP BY import_id) AS standing ON standing.import_id = import.id
        ORDER BY import.id
        """
    ).map { row in
      let withdrawnAt: Int64? = isVersioned ? row["withdrawn_ms"] : nil
      return Import(
        id: row["id"], importedAtMilliseconds: row["imported_ms"], source: row["source"],
        file: row["file"], rows: row["rows"], rowsCounting: row["counting"],
        responses: row["responses"], withdrawn: withdrawnAt.map { ($0, row["withdrawn_by"]) })
    }
  }
}
