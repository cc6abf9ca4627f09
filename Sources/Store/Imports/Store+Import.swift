import GRDB
public import Import
import Registry

extension Store {
  /// Takes in an earlier supplier's history, all of it or nothing.
  ///
  /// Lines are known by source and key, so importing a file twice adds nothing, and a line that
  /// replaces another lies over it: see ``withdrawImport(_:isDryRun:actor:nowMilliseconds:)``. An
  /// import that adds something stands in the audit log. The numbers stand in buckets of a device of
  /// their own for each touchpoint and question, which no terminal can be: every sum and calendar
  /// treats them like any other. For a file that nobody else writes; a service does an ``ImportRun``.
  ///
  /// - Parameters:
  ///   - rejecting: called for every line that is passed over, which is the reader's last; what it
  ///     throws ends the import.
  ///   - progress: called every thousand lines.
  /// - Throws: `ImportFailure` when own devices counted in the same hours, unless allowed;
  ///   `CSVReader.Failure`; `StoreError`.
  public func importHistory(
    _ reader: consuming ImportReader, _ options: ImportOptions, nowMilliseconds: Int64,
    rejecting: (ImportReader, Skip) throws -> Void = { _, _ in },
    progress: @escaping (Int) -> Void
  ) throws -> ImportReport {
    let held = try file.explaining {
      try queue.inDatabase {
        try Row.fetchOne($0, sql: "SELECT id, yaml FROM registry ORDER BY id DESC LIMIT 1")
      }
    }
    guard let held else {
      throw ImportFailure("no registry was ever applied; start the service with one first")
    }
    let run = ImportRun(
      file, slices: self, actor: options.actor, nowMilliseconds: { nowMilliseconds }
    ) { phase, lines in
      if phase == .reading { progress(lines) }
    }
    return try run.add(
      reader, options, registry: try Registry(yaml: held[1], name: "stored registry"),
      version: held[0], rejecting: rejecting)
  }

  /// Brings an import to its end that was cut off: see ``ImportRun/settle()``.
  public func settleImports(actor: String, nowMilliseconds: Int64) throws -> [String] {
    try ImportRun(file, slices: self, actor: actor, nowMilliseconds: { nowMilliseconds }).settle()
  }

  /// Takes back what one import brought. What it had replaced counts again: of each line, what the
  /// newest import says that was not withdrawn. The import and its lines stay on record.
  ///
  /// - Throws: `ImportFailure` when there is no such import or it was withdrawn already;
  ///   `StoreError`.
  public func withdrawImport(
    _ id: Int64, isDryRun: Bool = false, actor: String, nowMilliseconds: Int64
  ) throws -> WithdrawalReport {
    try ImportRun(file, slices: self, actor: actor, nowMilliseconds: { nowMilliseconds })
      .withdraw(id, isDryRun: isDryRun)
  }
}

extension StoreReader.Snapshot {
  /// An import as it stands in the record.
  public struct Import: Sendable {
    public var id: Int64
    public var importedAtMilliseconds: Int64
    public var source: String
    public var file: String
    public var state: ImportState
    /// Lines it brought.
    public var rows: Int
    /// Lines of it that count: it was not withdrawn, and no later import replaced them.
    public var rowsCounting: Int
    /// Of the lines that count.
    public var responses: Int
    /// When and by whom it was taken back; nil while it stands.
    public var withdrawn: (atMilliseconds: Int64, by: String)?
  }

  /// All imports, the oldest first. Reads every line of them.
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
      // A file that no newer version wrote to yet has no such column.
      let state: String = row.hasColumn("state") ? row["state"] : ImportState.done.rawValue
      return Import(
        id: row["id"], importedAtMilliseconds: row["imported_ms"], source: row["source"],
        file: row["file"], state: ImportState(rawValue: state) ?? .counting, rows: row["rows"],
        rowsCounting: row["counting"], responses: row["responses"],
        withdrawn: withdrawnAt.map { ($0, row["withdrawn_by"]) })
    }
  }
}
