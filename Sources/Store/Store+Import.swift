import Foundation
import GRDB
public import Import

/// How an import is to be done.
public struct ImportOptions: Sendable {
  /// Under which name the lines' keys are remembered, `[a-z0-9-]`.
  public var source: String
  /// The file's name, for the record.
  public var file: String
  public var isDryRun = false
  /// Lines that are known but say something else now replace what was there.
  public var isReplacing = false
  /// Also where own devices counted at the same place in the same hour.
  public var isOverlapAllowed = false

  public init(source: String, file: String) {
    self.source = source
    self.file = file
  }
}

/// What came of an import.
public struct ImportReport: Sendable {
  /// What the lines add to one touchpoint and question.
  public struct Place: Sendable {
    public var touchpoint: String
    public var question: String
    /// Responses by button.
    public var counts: [Int]
    public var excluded: Int
    /// UTC hours since 1970.
    public var hours: ClosedRange<Int>
  }

  /// Number of the import; 0 for a dry run and when nothing was new.
  public var id: Int64 = 0
  public var added = 0
  /// Lines that an earlier import, or an earlier line, brought already.
  public var known = 0
  /// Known lines that say something else now; replaced only when asked.
  public var changed = 0
  public var isReplaced = false
  public var places: [Place] = []
  public var skipped: [SkipReason: Int] = [:]
  /// One of each reason, with its line.
  public var examples: [SkipReason: String] = [:]
  /// Hours in which own devices counted at the same place.
  public var overlapHours = 0
}

extension Store {
  /// Takes in an earlier supplier's history, all of it or nothing.
  ///
  /// Lines are known by source and key, so importing a file twice adds nothing. The numbers stand
  /// in buckets of a device of their own for each touchpoint and question, which no terminal can
  /// be: every sum and calendar treats them like any other.
  ///
  /// - Parameter progress: called every thousand lines.
  /// - Throws: ``ImportFailure`` when own devices counted in the same hours, unless allowed;
  ///   ``CSVReader/Failure``; `StoreError`.
  public func importHistory(
    _ reader: consuming ImportReader, _ options: ImportOptions, nowMilliseconds: Int64,
    progress: (Int) -> Void
  ) throws -> ImportReport {
    var reader = reader
    return try writeOrRollBack { db in
      var writer = try ImportWriter(db, options, nowMilliseconds: nowMilliseconds)
      var lines = 0
      while let line = try reader.next() {
        switch line {
        case .success(let row): try writer.add(row)
        case .failure(let skip): writer.skip(skip, line: reader.line)
        }
        lines += 1
        if lines % 1000 == 0 { progress(lines) }
      }
      let report = try writer.finish()
      return (report, isKept: !options.isDryRun && report.added + report.changed > 0)
    }
  }

  /// Takes back what one import brought; nil when there is none of that number.
  public func withdrawImport(_ id: Int64) throws -> Int? {
    try writeOrRollBack { db in
      let known = try Row.fetchOne(db, sql: "SELECT id FROM import WHERE id = ?", arguments: [id])
      guard known != nil else { return (nil, isKept: false) }
      let devices = try Int.fetchAll(
        db, sql: "SELECT DISTINCT device - 1 FROM import_row WHERE import_id = ?", arguments: [id])
      try db.execute(sql: "DELETE FROM import_row WHERE import_id = ?", arguments: [id])
      let rows = db.changesCount
      try db.execute(sql: "DELETE FROM import WHERE id = ?", arguments: [id])
      try Imports.recount(db, devices: devices)
      return (rows, isKept: true)
    }
  }

  private func writeOrRollBack<Value>(
    _ change: (Database) throws -> (Value, isKept: Bool)
  ) throws -> Value {
    try file.refuseDamaged()
    return try file.explaining {
      try queue.writeWithoutTransaction { db in
        var value: Value?
        try db.inTransaction {
          let (result, isKept) = try change(db)
          value = result
          return isKept ? .commit : .rollback
        }
        guard let value else { preconditionFailure("a transaction that did not run") }
        return value
      }
    }
  }
}

extension StoreReader.Snapshot {
  /// An import as it stands in the record.
  public struct Import: Sendable {
    public var id: Int64
    public var importedAtMilliseconds: Int64
    public var source: String
    public var file: String
    public var rows: Int
    public var responses: Int
  }

  /// All imports, the oldest first.
  public func imports() throws -> [Import] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT import.id, imported_ms, import.source, file, count(import_row.key) AS rows,
          coalesce(sum(count_0 + count_1 + count_2 + count_3 + count_4), 0) AS responses
        FROM import LEFT JOIN import_row ON import_row.import_id = import.id
        GROUP BY import.id ORDER BY import.id
        """
    ).map { row in
      Import(
        id: row["id"], importedAtMilliseconds: row["imported_ms"], source: row["source"],
        file: row["file"], rows: row["rows"], responses: row["responses"])
    }
  }
}
