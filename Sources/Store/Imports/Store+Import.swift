public import CivilTime
import Foundation
import GRDB
public import Import

/// How an import is to be done.
public struct ImportOptions: Sendable {
  /// Under which name the lines' keys are remembered, `[a-z0-9-]`.
  public var source: String
  /// The file's name, for the record.
  public var file: String
  /// Who imports, for the audit log.
  public var actor: String
  public var isDryRun = false
  /// Lines that are known but say something else now replace what was there.
  public var isReplacing = false
  /// Also where own devices counted at the same place in the same hour.
  public var isOverlapAllowed = false

  public init(source: String, file: String, actor: String) {
    self.source = source
    self.file = file
    self.actor = actor
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
    public var hours: ClosedRange<UTCHour>
  }

  /// A line that was passed over.
  public struct Example: Sendable {
    /// From 1.
    public var line: Int
    /// The beginning of the text at fault.
    public var text: String
  }

  /// Examples of one reason at most, no two of the same text.
  static let examplesMax = 3

  /// Number of the import; 0 for a dry run and when nothing was new.
  public var id: Int64 = 0
  /// Lines of the file after its header.
  public var lines = 0
  public var added = 0
  /// Lines that an earlier import, or an earlier line, brought already.
  public var known = 0
  /// Known lines that say something else now; replaced only when asked.
  public var changed = 0
  public var isReplaced = false
  public var places: [Place] = []
  public var skipped: [SkipReason: Int] = [:]
  /// The first of each reason.
  public var examples: [SkipReason: [Example]] = [:]
  /// Lines without an offset in the hour that autumn repeats.
  public var repeatedHours = 0
  /// Hours in which own devices counted at the same place.
  public var overlapHours = 0
  /// Lines of an older version that are known by the source's own place from now on.
  var adopted = 0

  /// The file had lines, and none could be taken.
  public var isNothingUsable: Bool { lines > 0 && added + known + changed == 0 }
}

extension Store {
  /// Takes in an earlier supplier's history, all of it or nothing.
  ///
  /// Lines are known by source and key, so importing a file twice adds nothing, and a line that
  /// replaces another lies over it: see ``withdrawImport(_:isDryRun:actor:nowMilliseconds:)``. An
  /// import that adds something stands in the audit log. The numbers stand in buckets of a device of
  /// their own for each touchpoint and question, which no terminal can be: every sum and calendar
  /// treats them like any other.
  ///
  /// - Parameters:
  ///   - rejecting: called for every line that is passed over, which is the reader's last; what it
  ///     throws ends the import.
  ///   - progress: called every thousand lines.
  /// - Throws: `ImportFailure` when own devices counted in the same hours, unless allowed;
  ///   `CSVReader.Failure`; `StoreError`.
  public func importHistory(
    _ reader: consuming ImportReader, _ options: ImportOptions, nowMilliseconds: Int64,
    rejecting: (ImportReader, Skip) throws -> Void = { _, _ in }, progress: (Int) -> Void
  ) throws -> ImportReport {
    var reader = reader
    return try writeOrRollBack { db in
      var writer = try ImportWriter(db, options, nowMilliseconds: nowMilliseconds)
      var lines = 0
      while let line = try reader.next() {
        switch line {
        case .success(let row): try writer.add(row)
        case .failure(let skip):
          writer.skip(skip, line: reader.line)
          try rejecting(reader, skip)
        }
        lines += 1
        if lines % 1000 == 0 { progress(lines) }
      }
      var report = try writer.finish()
      report.lines = lines
      return (report, isKept: !options.isDryRun && (report.id > 0 || report.adopted > 0))
    }
  }

  /// One transaction that `change` may give up in the end.
  func writeOrRollBack<Value>(
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
