import Crypto
public import Foundation
import GRDB

/// What the audit log records.
public enum AuditAction: String, Sendable, CaseIterable {
  case tokenMade = "token made"
  case tokenExpiry = "token expiry set"
  case tokenWithdrawn = "token withdrawn"
  case registryApplied = "registry applied"
  case countsReplaced = "counts replaced"
  case databaseRestored = "database restored"
  case databaseRepaired = "database repaired"
  case periodPublished = "period published"
  case periodRevised = "period published again"
  case importAdded = "import added"
  case importWithdrawn = "import withdrawn"
  case importDropped = "import dropped"
  case pressesAnnulled = "presses annulled"
  case annulmentUndone = "annulment undone"
  case framesErased = "frames erased"
  case annotationMade = "annotation made"
  case annotationWithdrawn = "annotation withdrawn"
  case boardTextSet = "board text set"
  case pressesRead = "single presses read"
  case claimMade = "claim code made"
  case claimUsed = "claim code used"
  case claimWithdrawn = "claim code withdrawn"
  case loginWithdrawn = "broker login withdrawn"
  case firmwareOffered = "firmware offered"
  case firmwareChanged = "firmware offer changed"
  case signedIn = "signed in"
  case sessionEnded = "session ended"
}

/// Who changes something, and when: what the audit log says of it.
public struct AuditStamp: Sendable {
  /// `user NAME`, `token ID`, `person ID`, `administrator` or `service`.
  public var actor: String
  /// UTC since 1970.
  public var nowMilliseconds: Int64

  public init(actor: String, nowMilliseconds: Int64) {
    self.actor = actor
    self.nowMilliseconds = nowMilliseconds
  }
}

/// One line of the audit log.
public struct AuditRow: Sendable, Equatable {
  /// From 1, without gap.
  public var id: Int64
  public var atMilliseconds: Int64
  /// `user NAME`, `token ID`, `person ID`, `administrator` or `service`.
  public var actor: String
  public var action: String
  public var detail: String
  /// SHA-256 over the hash of the line before and everything in this one.
  public var hash: Data

  init(_ row: Row) {
    id = row["id"]
    atMilliseconds = row["at_ms"]
    actor = row["actor"]
    action = row["action"]
    detail = row["detail"]
    hash = row["hash"]
  }

  init(
    id: Int64, atMilliseconds: Int64, actor: String, action: String, detail: String,
    after previous: Data
  ) {
    self.id = id
    self.atMilliseconds = atMilliseconds
    self.actor = actor
    self.action = action
    self.detail = detail
    hash = Data()
    hash = digest(after: previous)
  }

  /// Each field with its length before it: no two lines have the same bytes.
  fileprivate func digest(after previous: Data) -> Data {
    var bytes = previous
    for field in ["\(id)", "\(atMilliseconds)", actor, action, detail] {
      bytes.append(Data("\(field.utf8.count):\(field)".utf8))
    }
    return Data(SHA256.hash(data: bytes))
  }
}

/// The append-only log of who changed what, a chain of hashes in the tokens' file.
///
/// Triggers refuse to change or delete a line. Whoever goes past them breaks the chain, unless
/// they compute all of it anew from their change on: so keep the last hash elsewhere now and then.
public enum AuditLog {
  static let firstHash = Data(repeating: 0, count: 32)

  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE audit (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          at_ms INTEGER NOT NULL,
          actor TEXT NOT NULL,
          action TEXT NOT NULL,
          detail TEXT NOT NULL,
          hash BLOB NOT NULL                 -- SHA-256 over the one before and this line
        ) STRICT;
        CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
          BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
        CREATE TRIGGER audit_kept BEFORE DELETE ON audit
          BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
        CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit
          WHEN EXISTS (SELECT 1 FROM audit WHERE id >= NEW.id)
          BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END;
        """)
  }

  /// Adds a line within the transaction of what it tells.
  static func add(
    _ db: Database, actor: String, action: AuditAction, detail: String, atMilliseconds: Int64
  ) throws {
    try add(
      db, actor: actor, action: action.rawValue, detail: detail, atMilliseconds: atMilliseconds)
  }

  static func add(
    _ db: Database, actor: String, action: String, detail: String, atMilliseconds: Int64
  ) throws {
    let last = try Row.fetchOne(db, sql: "SELECT * FROM audit ORDER BY id DESC LIMIT 1")
      .map(AuditRow.init)
    let row = AuditRow(
      id: (last?.id ?? 0) + 1, atMilliseconds: atMilliseconds, actor: actor,
      action: action, detail: detail, after: last?.hash ?? firstHash)
    try db.execute(
      sql: "INSERT INTO audit (id, at_ms, actor, action, detail, hash) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [row.id, row.atMilliseconds, row.actor, row.action, row.detail, row.hash])
  }

  /// The first thing that is wrong with the chain, in words; nil when it is whole.
  static func fault(_ db: Database) throws -> String? {
    var previous = firstHash
    var expected: Int64 = 1
    let rows = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY id")
    while let row = try rows.next().map(AuditRow.init) {
      if row.id != expected { return "line \(expected) is missing" }
      if row.hash != row.digest(after: previous) {
        return "line \(row.id), or the one before it, is not as it was written"
      }
      previous = row.hash
      expected += 1
    }
    let given = try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'audit'")
    if (given ?? 0) >= expected { return "lines \(expected) to \(given ?? 0) are missing" }
    return nil
  }
}

extension TokenStore {
  /// Adds a line about what changes nothing.
  ///
  /// - Throws: `StoreError`.
  public func record(_ action: AuditAction, _ detail: String, _ stamp: AuditStamp) async throws {
    do {
      try await queue.write { db in
        try AuditLog.add(
          db, actor: stamp.actor, action: action, detail: detail,
          atMilliseconds: stamp.nowMilliseconds)
      }
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }

  /// The whole log, the oldest line first, and the first fault of its chain; nil when it is whole.
  public func audit() throws -> (rows: [AuditRow], fault: String?) {
    try queue.read { db in
      let rows = try Row.fetchAll(db, sql: "SELECT * FROM audit ORDER BY id").map(AuditRow.init)
      return (rows, try AuditLog.fault(db))
    }
  }
}
