import Crypto
public import Foundation
import GRDB

/// A token as the database keeps it: its hash, never itself.
public struct TokenRow: Sendable {
  public var id: Int64
  public var role: TokenRole
  /// The one device a device token posts for.
  public var device: String?
  /// The node whose subtree is all that the token sees; nil = the whole site.
  public var node: String?
  public var note: String
  public var createdAtMilliseconds: Int64
  /// From this UTC time on the token opens nothing; nil = until it is withdrawn.
  public var expiresAtMilliseconds: Int64?

  init?(_ row: Row) {
    guard let role = TokenRole(rawValue: row["role"]) else { return nil }
    id = row["id"]
    self.role = role
    device = row["device"]
    node = row["node"]
    note = row["note"]
    createdAtMilliseconds = row["created_ms"]
    expiresAtMilliseconds = row["expires_ms"]
  }

  static func fetchOne(_ db: Database, hash: Data) throws -> TokenRow? {
    try Row.fetchOne(db, sql: "SELECT * FROM token WHERE hash = ?", arguments: [hash])
      .flatMap(TokenRow.init)
  }
}

/// What a new token is to open.
public struct TokenGrant: Sendable {
  public var role: TokenRole
  /// Given exactly when the role is `device`.
  public var device: String?
  /// Neither for `device` nor for `administrator`.
  public var node: String?
  public var note: String
  public var expiresAtMilliseconds: Int64?

  public init(
    role: TokenRole, device: String? = nil, node: String? = nil, note: String = "",
    expiresAtMilliseconds: Int64? = nil
  ) {
    self.role = role
    self.device = device
    self.node = node
    self.note = note
    self.expiresAtMilliseconds = expiresAtMilliseconds
  }

  /// For the audit log: everything but the note, which may say anything.
  var description: String {
    var parts = [role.rawValue]
    if let device { parts.append("device \(device)") }
    if let node { parts.append("node \(node)") }
    if let expiresAtMilliseconds { parts.append("expires_ms \(expiresAtMilliseconds)") }
    return parts.joined(separator: ", ")
  }
}

/// Bearer tokens: 256 random bits, so that one SHA-256 keeps them from being guessed.
public enum Token {
  /// A new token, `pp_` and 43 characters.
  public static func make() -> String {
    let bits = SymmetricKey(size: .bits256)
    let text = unsafe bits.withUnsafeBytes { unsafe Data($0) }.base64EncodedString()
    return "pp_"
      + text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// What the database keeps of a token.
  public static func hash(_ token: String) -> Data {
    Data(SHA256.hash(data: Data(token.utf8)))
  }
}

/// The tokens, claim codes, the audit log and the annotations, in a small file of their own beside the database: the command
/// line writes it while the service runs, and a WAL that two connections write can break in
/// SQLite before 3.51.3.
public struct TokenStore: Sendable {
  let queue: DatabaseQueue
  let file: DatabaseFile

  /// Opens or makes the file `…-access.sqlite` beside the database.
  public init(_ file: DatabaseFile) throws {
    self.file = DatabaseFile(path: file.accessPath)
    queue = try self.file.openShared(migrator: Self.migrator)
  }

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: tokens") { db in
      try db.execute(
        sql: """
          CREATE TABLE token (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hash BLOB NOT NULL UNIQUE,         -- SHA-256 of the token
            role TEXT NOT NULL,                -- reader, device
            device TEXT,                       -- the one device that may post with it
            note TEXT NOT NULL,
            created_ms INTEGER NOT NULL
          ) STRICT
          """)
    }
    migrator.registerMigration("2: nodes, expiry, audit log") { db in
      try db.execute(
        sql: """
          ALTER TABLE token ADD COLUMN node TEXT;           -- all it sees; NULL = the whole site
          ALTER TABLE token ADD COLUMN expires_ms INTEGER;  -- NULL = until it is withdrawn
          """)
      try AuditLog.create(db)
    }
    migrator.registerMigration("3: lines taken over") { db in
      try db.execute(
        sql: """
          CREATE TABLE audit_taken (           -- lines that came out of an outbox
            key BLOB PRIMARY KEY
          ) STRICT, WITHOUT ROWID
          """)
    }
    migrator.registerMigration("4: annotations") { try Annotation.create($0) }
    migrator.registerMigration("5: claims") { try ClaimStore.create($0) }
    migrator.registerMigration("6: broker logins") { try CredentialStore.create($0) }
    migrator.registerMigration("7: persons") { try Annotation.addPersons($0) }
    migrator.registerMigration("8: firmware offers") { try FirmwareOffers.create($0) }
    return migrator
  }

  /// What a token may do; nil for one that was never made or was withdrawn. One that expired is
  /// still found.
  ///
  /// - Throws: `StoreError`, also when the file is damaged.
  public func find(hash: Data) async throws -> TokenRow? {
    do {
      return try await queue.read { try TokenRow.fetchOne($0, hash: hash) }
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }

  /// Keeps the token's hash.
  ///
  /// - Parameter actor: who makes it, for the audit log.
  /// - Returns: its number.
  /// - Throws: `StoreError`.
  @discardableResult
  public func add(
    _ token: String, _ grant: TokenGrant, actor: String, nowMilliseconds: Int64
  ) throws -> Int64 {
    try file.explaining {
      try queue.write { db in
        try db.execute(
          sql: """
            INSERT INTO token (hash, role, device, node, note, created_ms, expires_ms)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            Token.hash(token), grant.role.rawValue, grant.device, grant.node, grant.note,
            nowMilliseconds, grant.expiresAtMilliseconds,
          ])
        let id = db.lastInsertedRowID
        try AuditLog.add(
          db, actor: actor, action: .tokenMade, detail: "token \(id): \(grant.description)",
          atMilliseconds: nowMilliseconds)
        return id
      }
    }
  }

  /// All tokens, the oldest first; those that expired too.
  public func list() throws -> [TokenRow] {
    try file.explaining {
      try queue.read { db in
        try Row.fetchAll(db, sql: "SELECT * FROM token ORDER BY id").compactMap(TokenRow.init)
      }
    }
  }

  /// Sets when a token expires; nil = never. False when there is none of that number.
  public func expire(
    id: Int64, atMilliseconds expiry: Int64?, actor: String, nowMilliseconds: Int64
  ) throws -> Bool {
    try file.explaining {
      try queue.write { db in
        try db.execute(
          sql: "UPDATE token SET expires_ms = ? WHERE id = ?", arguments: [expiry, id])
        if db.changesCount == 0 { return false }
        try AuditLog.add(
          db, actor: actor, action: .tokenExpiry,
          detail: "token \(id): expires_ms \(expiry.map(String.init) ?? "never")",
          atMilliseconds: nowMilliseconds)
        return true
      }
    }
  }

  /// Withdraws a token; false when there is none of that number.
  public func remove(id: Int64, actor: String, nowMilliseconds: Int64) throws -> Bool {
    try file.explaining {
      try queue.write { db in
        try db.execute(sql: "DELETE FROM token WHERE id = ?", arguments: [id])
        if db.changesCount == 0 { return false }
        try AuditLog.add(
          db, actor: actor, action: .tokenWithdrawn, detail: "token \(id)",
          atMilliseconds: nowMilliseconds)
        return true
      }
    }
  }
}
