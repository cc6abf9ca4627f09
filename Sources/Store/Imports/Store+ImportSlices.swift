import CivilTime
import GRDB
import Import
import Registry
import Synchronization

/// Writes the store a slice at a time: the ingest thread between its commits, or a command that has the
/// file for itself.
public protocol StoreSlices: Sendable {
  /// Runs a slice, of some 10 ms, and waits for it.
  ///
  /// - Throws: what the slice throws; ``SlicesClosed``.
  func perform<Value: Sendable>(
    _ slice: @escaping @Sendable (Store) throws -> Value
  ) throws -> Value
}

/// The service stops: the next one goes on.
public struct SlicesClosed: Error, CustomStringConvertible {
  public var description: String { "the service stops" }
}

extension Store: StoreSlices {
  public func perform<Value: Sendable>(
    _ slice: @escaping @Sendable (Store) throws -> Value
  ) throws -> Value { try slice(self) }
}

/// What an import, or its withdrawal, writes in one transaction each.
extension Store {
  /// Lines written, and lines counted again, in one slice: some 10 ms.
  static let importLinesMax = 500

  /// An import or withdrawal that has not come to its end.
  struct Undecided: Sendable {
    var id: Int64
    var state: ImportState
    var source: String
    var file: String
  }

  func undecidedImport() throws -> Undecided? {
    try file.explaining { try queue.inDatabase(Self.undecided) }
  }

  private static func undecided(_ db: Database) throws -> Undecided? {
    try Row.fetchOne(db, sql: "SELECT id, state, source, file FROM import WHERE state != 'done'")
      .map { row in
        Undecided(
          id: row[0], state: ImportState(rawValue: row[1]) ?? .counting, source: row[2],
          file: row[3])
      }
  }

  private static func refuseUndecided(_ db: Database) throws {
    guard let other = try undecided(db) else { return }
    throw ImportFailure("import \(other.id) is still being counted; try again")
  }

  /// Makes the import's entry, and the devices that stand for its places.
  ///
  /// - Parameter version: of the registry that the places are of.
  /// - Returns: its number, the devices of the places, and those of them that are new.
  func beginImport(
    _ options: ImportOptions, places: [ImportPlace], version: Int64, nowMilliseconds: Int64
  ) throws -> (id: Int64, devices: [Int], made: [StoredDevice]) {
    try write { db in
      try Self.refuseUndecided(db)
      guard try Int64.fetchOne(db, sql: "SELECT max(id) FROM registry") == version else {
        throw ImportFailure(
          "the registry changed meanwhile; nothing was imported; import again")
      }
      try db.execute(
        sql: "INSERT INTO import (imported_ms, source, file, state) VALUES (?, ?, ?, 'staged')",
        arguments: [nowMilliseconds, options.source, options.file])
      let id = db.lastInsertedRowID
      var (devices, made): ([Int], [StoredDevice]) = ([], [])
      for place in places {
        if let number = place.device {
          devices.append(number)
          continue
        }
        let device = StoredDevice(
          number: try Int.fetchOne(db, sql: "SELECT count(*) FROM device") ?? 0,
          isRegistered: false, timeline: place.timeline)
        try device.insert(db)
        devices.append(device.number)
        made.append(device)
      }
      return (id, devices, made)
    }
  }

  /// Lines of an older version are known by other keys from now on.
  func adopt(_ keys: [(former: String, key: String)], source: String) throws {
    try write { db in
      for (former, key) in keys {
        try db.cachedStatement(
          sql: """
            UPDATE import_row SET key = ?2 WHERE source = ?1 AND key = ?3 AND at_ms IS NULL
              AND NOT EXISTS (SELECT 1 FROM import_row WHERE source = ?1 AND key = ?2)
            """
        ).execute(arguments: [source, key, former])
      }
    }
  }

  /// Writes lines of an import that is staged.
  func stage(_ lines: [StagedLine], of id: Int64, source: String, devices: [Int]) throws {
    try write { db in
      let statement = try db.cachedStatement(
        sql: """
          INSERT INTO import_row (source, key, import_id, device, \(StagedLine.columns))
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """)
      for line in lines {
        let arguments =
          [
            source.databaseValue, line.key.databaseValue, id.databaseValue,
            (devices[line.place] + 1).databaseValue,
          ] + line.storedValues
        try statement.execute(arguments: StatementArguments(arguments))
      }
    }
  }

  /// All lines of an import are there: from now on it counts, in these hours one after another.
  ///
  /// - Parameter audited: how much it brings, for the audit log.
  func count(
    _ id: Int64, _ hours: [Int: Range<UTCHour>], _ options: ImportOptions, audited: String,
    nowMilliseconds: Int64
  ) throws {
    try write { db in
      try Self.beginCounting(db, id, hours)
      try AuditOutbox.add(
        db, actor: options.actor, action: .importAdded,
        detail: "import \(id), source \(options.source), file \(options.file): \(audited)",
        atMilliseconds: nowMilliseconds)
    }
  }

  /// An import is withdrawn: from now on what it had replaced counts, in these hours one after another.
  func withdraw(
    _ id: Int64, _ hours: [Int: Range<UTCHour>], _ report: WithdrawalReport, actor: String,
    nowMilliseconds: Int64
  ) throws {
    try write { db in
      try Self.refuseUndecided(db)
      try db.execute(
        sql: "UPDATE import SET withdrawn_ms = ?, withdrawn_by = ? WHERE id = ?",
        arguments: [nowMilliseconds, actor, id])
      try Self.beginCounting(db, id, hours)
      try AuditOutbox.add(
        db, actor: actor, action: .importWithdrawn,
        detail: "import \(id), source \(report.source), file \(report.file): \(report.taken) lines "
          + "taken back, \(report.restored) of earlier imports count again",
        atMilliseconds: nowMilliseconds)
    }
  }

  private static func beginCounting(
    _ db: Database, _ id: Int64, _ hours: [Int: Range<UTCHour>]
  ) throws {
    for (device, range) in hours {
      try db.execute(
        sql: "INSERT INTO import_recount (device, from_hour, to_hour) VALUES (?, ?, ?)",
        arguments: [device + 1, range.lowerBound, range.upperBound])
    }
    try db.execute(
      sql: "UPDATE import SET state = ? WHERE id = ?",
      arguments: [(hours.isEmpty ? ImportState.done : .counting).rawValue, id])
  }

  /// Counts the next hours again that an import or withdrawal changes.
  ///
  /// - Parameter linesMax: of these hours, but one hour is counted whole.
  /// - Returns: whether more of them wait; when none does, the import is done.
  func countImportedHours(linesMax: Int, nowMilliseconds: Int64) throws -> Bool {
    let days = days.withLock { $0 }
    let hasMore = try write { db in
      try ImportRecount(db, days: days, nowMilliseconds: nowMilliseconds)
        .countOn(linesMax: linesMax)
    }
    if !hasMore {
      // Days of devices and series that are new are summed up by and by.
      let summed = try file.explaining { try queue.inDatabase(DailyRollup.load) }
      self.days.withLock { $0 = summed }
    }
    return hasMore
  }

  /// Takes lines of a staged import out again, in the order of their keys.
  ///
  /// - Returns: up to which key it has come; nil once the import is gone.
  func removeStaged(
    _ staged: Undecided, after key: String, linesMax: Int, actor: String, nowMilliseconds: Int64
  ) throws -> String? {
    try write { db in
      let last = try String.fetchOne(
        db,
        sql: """
          SELECT key FROM import_row WHERE source = ? AND key > ? ORDER BY key LIMIT 1 OFFSET ?
          """, arguments: [staged.source, key, linesMax])
      try db.execute(
        sql: """
          DELETE FROM import_row WHERE source = ?1 AND key > ?2 AND (?3 IS NULL OR key <= ?3)
            AND import_id = ?4
          """, arguments: [staged.source, key, last, staged.id])
      if last != nil { return last }
      try db.execute(sql: "DELETE FROM import WHERE id = ?", arguments: [staged.id])
      try AuditOutbox.add(
        db, actor: actor, action: .importDropped,
        detail: "import \(staged.id), source \(staged.source), file \(staged.file): cut off before "
          + "any of it counted",
        atMilliseconds: nowMilliseconds)
      return nil
    }
  }
}
