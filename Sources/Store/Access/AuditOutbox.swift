import Foundation
package import GRDB

/// Lines for the audit log that wait in the file which they tell of.
///
/// The log lies in another file than the changes it records, and a crash may come between two
/// files. So a change and its line are one transaction in the file that is changed; afterwards
/// the line is moved:
///
///     change + line ─▶ commit ─▶ line into the log, under its key ─▶ commit ─▶ line out of here
///
/// Killed anywhere, the line is moved again by the next who opens the file for writing; a key that
/// the log has taken is not taken twice.
package enum AuditOutbox {
  package static let table = """
    CREATE TABLE audit_pending (
      key BLOB PRIMARY KEY,              -- 16 random bytes
      at_ms INTEGER NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      detail TEXT NOT NULL
    ) STRICT;
    """

  /// A line that waits.
  struct Line: Sendable {
    var key: Data
    var atMilliseconds: Int64
    var actor: String
    var action: String
    var detail: String

    init(_ row: Row) {
      key = row["key"]
      atMilliseconds = row["at_ms"]
      actor = row["actor"]
      action = row["action"]
      detail = row["detail"]
    }
  }

  /// Adds a line within the transaction of what it tells.
  package static func add(
    _ db: Database, actor: String, action: AuditAction, detail: String, atMilliseconds: Int64
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO audit_pending (key, at_ms, actor, action, detail)
        VALUES (randomblob(16), ?, ?, ?, ?)
        """,
      arguments: [atMilliseconds, actor, action.rawValue, detail])
  }

  /// Adds a line to a file that is about to become the database.
  static func add(
    toCopy copy: DatabaseFile, _ action: AuditAction, _ detail: String, _ stamp: AuditStamp
  ) throws {
    try copy.explaining {
      let queue = try DatabaseQueue(path: copy.path, configuration: copy.configuration())
      // A copy may be of an older version, which had no such lines.
      try Schema.migrator.migrate(queue)
      try queue.write { db in
        try add(
          db, actor: stamp.actor, action: action, detail: detail,
          atMilliseconds: stamp.nowMilliseconds)
      }
    }
  }

  /// Moves what waits into the log.
  static func deliver(from queue: DatabaseQueue, to tokens: TokenStore) throws {
    let lines = try queue.read(waiting)
    if lines.isEmpty { return }
    try tokens.queue.write { try take($0, lines) }
    try queue.write { try forget($0, lines) }
  }

  /// The same between two files that several processes write.
  static func deliver(from queue: SideDatabase, to tokens: TokenStore) async throws {
    let lines = try await queue.read(waiting)
    if lines.isEmpty { return }
    try await tokens.queue.write { try take($0, lines) }
    try await queue.write { try forget($0, lines) }
  }

  private static func waiting(_ db: Database) throws -> [Line] {
    try Row.fetchAll(db, sql: "SELECT * FROM audit_pending ORDER BY at_ms, rowid").map(Line.init)
  }

  /// Adds lines to the log, each once however often it is handed over.
  private static func take(_ db: Database, _ lines: [Line]) throws {
    for line in lines {
      try db.execute(
        sql: "INSERT INTO audit_taken (key) VALUES (?) ON CONFLICT DO NOTHING",
        arguments: [line.key])
      if db.changesCount == 0 { continue }
      try AuditLog.add(
        db, actor: line.actor, action: line.action, detail: line.detail,
        atMilliseconds: line.atMilliseconds)
    }
  }

  private static func forget(_ db: Database, _ lines: [Line]) throws {
    for line in lines {
      try db.execute(sql: "DELETE FROM audit_pending WHERE key = ?", arguments: [line.key])
    }
  }
}

extension Store {
  /// Moves lines that wait in the database into the audit log.
  ///
  /// - Throws: `StoreError`; what was not moved waits.
  public func deliverAudit(to tokens: TokenStore) throws {
    try file.refuseDamaged()
    try file.explaining { try AuditOutbox.deliver(from: queue, to: tokens) }
  }
}

extension DatabaseFile {
  /// The same for a database that is not served; the caller holds its lock.
  ///
  /// - Throws: `StoreError`; what was not moved waits.
  public func deliverAudit() throws {
    let tokens = try TokenStore(self)
    try WALRewrite.run(path: path)
    try explaining {
      let queue = try DatabaseQueue(path: path, configuration: configuration())
      guard try queue.read({ try $0.tableExists("audit_pending") }) else { return }
      try AuditOutbox.deliver(from: queue, to: tokens)
    }
  }
}
