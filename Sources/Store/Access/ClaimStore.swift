import Foundation
import GRDB

/// A claim code that was made and not used yet, without the code.
public struct Claim: Sendable, Equatable {
  public var id: Int64
  /// The device that its credential is for.
  public var device: String
  /// Who made it, as in the audit log.
  public var maker: String
  public var madeAtMilliseconds: Int64
  /// From this UTC time on it opens nothing.
  public var expiresAtMilliseconds: Int64

  init(_ row: Row) {
    id = row["id"]
    device = row["device"]
    maker = row["maker"]
    madeAtMilliseconds = row["made_ms"]
    expiresAtMilliseconds = row["expires_ms"]
  }
}

/// The claim codes, in the file of the tokens: a code is used, and the device's token made, in one
/// transaction with its line in the audit log. Several processes write the file.
public struct ClaimStore: Sendable {
  let queue: DatabaseQueue
  private let file: DatabaseFile

  public init(_ tokens: TokenStore) {
    queue = tokens.queue
    file = tokens.file
  }

  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE claim (                 -- codes that wait for their device
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          hash BLOB NOT NULL UNIQUE,         -- of the code
          device TEXT NOT NULL UNIQUE,       -- a new code withdraws the one before
          maker TEXT NOT NULL,
          made_ms INTEGER NOT NULL,
          expires_ms INTEGER NOT NULL
        ) STRICT;
        ALTER TABLE token ADD COLUMN claim INTEGER;   -- the claim that it came of; NULL = made by hand
        """)
  }

  /// Keeps the hash of a new code; one that waits for the same device is withdrawn.
  public func add(
    _ code: ClaimCode, device: String, expiresAtMilliseconds: Int64, by stamp: AuditStamp
  ) throws {
    let hash = code.hash
    try file.explaining {
      try queue.write {
        try Self.add($0, hash, device, expiresAtMilliseconds: expiresAtMilliseconds, stamp)
      }
    }
  }

  static func add(
    _ db: Database, _ hash: Data, _ device: String, expiresAtMilliseconds: Int64,
    _ stamp: AuditStamp
  ) throws {
    try withdraw(db, device, stamp)
    try db.execute(
      sql: "INSERT INTO claim (hash, device, maker, made_ms, expires_ms) VALUES (?, ?, ?, ?, ?)",
      arguments: [hash, device, stamp.actor, stamp.nowMilliseconds, expiresAtMilliseconds])
    try AuditLog.add(
      db, actor: stamp.actor, action: .claimMade,
      detail: "claim \(db.lastInsertedRowID): device \(device), "
        + "expires_ms \(expiresAtMilliseconds)", atMilliseconds: stamp.nowMilliseconds)
  }

  /// The codes that wait, the oldest first; those that expired too.
  public func list() throws -> [Claim] {
    try file.explaining {
      try queue.read { db in
        try Row.fetchAll(db, sql: "SELECT * FROM claim ORDER BY id").map(Claim.init)
      }
    }
  }

  /// Withdraws the code that waits for a device; false when none does.
  public func withdraw(device: String, by stamp: AuditStamp) throws -> Bool {
    try file.explaining { try queue.write { try Self.withdraw($0, device, stamp) } }
  }

  @discardableResult
  static func withdraw(_ db: Database, _ device: String, _ stamp: AuditStamp) throws -> Bool {
    let id = try Int64.fetchOne(
      db, sql: "DELETE FROM claim WHERE device = ? RETURNING id", arguments: [device])
    guard let id else { return false }
    try AuditLog.add(
      db, actor: stamp.actor, action: .claimWithdrawn, detail: "claim \(id): device \(device)",
      atMilliseconds: stamp.nowMilliseconds)
    return true
  }

  /// What a code stands for; nil for one that was never made, was used, withdrawn or has expired.
  ///
  /// - Throws: `StoreError`.
  public func find(_ code: ClaimCode, nowMilliseconds: Int64) async throws -> Claim? {
    let hash = code.hash
    return try await explaining {
      try await queue.read { db in
        try Row.fetchOne(
          db, sql: "SELECT * FROM claim WHERE hash = ? AND expires_ms > ?",
          arguments: [hash, nowMilliseconds]
        ).map(Claim.init)
      }
    }
  }

  /// Whether a code that was found waits still.
  ///
  /// - Throws: `StoreError`.
  public func isWaiting(_ claim: Claim) async throws -> Bool {
    try await explaining {
      try await queue.read { db in
        try Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM claim WHERE id = ?)", arguments: [claim.id])
          ?? false
      }
    }
  }

  /// Uses a code up: its device's token is `token` from now on, instead of those that it claimed
  /// before.
  ///
  /// - Parameters:
  ///   - origin: the kind of address that it came from, for the audit log.
  ///   - hasLogin: the broker was given a login of the device.
  /// - Returns: false when it was used or withdrawn meanwhile; nothing is changed then.
  /// - Throws: `StoreError`.
  public func use(
    _ claim: Claim, token: String, origin: String, hasLogin: Bool = false, nowMilliseconds: Int64
  ) async throws -> Bool {
    try await explaining {
      try await queue.write { db in
        try db.execute(sql: "DELETE FROM claim WHERE id = ?", arguments: [claim.id])
        if db.changesCount == 0 { return false }
        let stamp = AuditStamp(actor: "service", nowMilliseconds: nowMilliseconds)
        try TokenStore.withdraw(db, claim.device, onlyClaimed: true, stamp)
        try db.execute(
          sql: """
            INSERT INTO token (hash, role, device, note, created_ms, claim) VALUES (?, ?, ?, '', ?, ?)
            """,
          arguments: [
            Token.hash(token), TokenRole.device.rawValue, claim.device, nowMilliseconds, claim.id,
          ])
        let id = db.lastInsertedRowID
        if hasLogin {
          try CredentialStore.addLogin(db, claim.device, nowMilliseconds: nowMilliseconds)
        }
        try AuditLog.add(
          db, actor: stamp.actor, action: .claimUsed,
          detail: "claim \(claim.id): device \(claim.device), token \(id), "
            + (hasLogin ? "login at the broker, " : "") + "from \(origin)",
          atMilliseconds: nowMilliseconds)
        return true
      }
    }
  }

  func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }
}
