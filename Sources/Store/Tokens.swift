import Crypto
public import Foundation
import GRDB

/// What the bearer of a token may do.
public enum TokenRole: String, Sendable, CaseIterable {
  /// Reads results, places and devices.
  case reader
  /// Posts presses of one device.
  case device
}

/// A token as the database keeps it: its hash, never itself.
public struct TokenRow: Sendable {
  public var id: Int64
  public var role: TokenRole
  /// The one device a device token posts for.
  public var device: String?
  public var note: String
  public var createdAtMilliseconds: Int64

  init?(_ row: Row) {
    guard let role = TokenRole(rawValue: row["role"]) else { return nil }
    id = row["id"]
    self.role = role
    device = row["device"]
    note = row["note"]
    createdAtMilliseconds = row["created_ms"]
  }

  static func fetchOne(_ db: Database, hash: Data) throws -> TokenRow? {
    try Row.fetchOne(db, sql: "SELECT * FROM token WHERE hash = ?", arguments: [hash])
      .flatMap(TokenRow.init)
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

/// The tokens, in a small file of their own beside the database: the command line writes it
/// while the service runs, and a WAL that two connections write can break in SQLite before
/// 3.51.3.
public struct TokenStore: Sendable {
  private let queue: DatabaseQueue

  /// Opens or makes the file `…-access.sqlite` beside the database.
  public init(_ file: DatabaseFile) throws {
    queue = try DatabaseFile(path: file.accessPath).openShared(migrator: Self.migrator)
  }

  private static var migrator: DatabaseMigrator {
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
    return migrator
  }

  /// What a token may do; nil for one that was never made or was withdrawn.
  public func find(hash: Data) async throws -> TokenRow? {
    try await queue.read { try TokenRow.fetchOne($0, hash: hash) }
  }

  /// Keeps the token's hash.
  public func add(
    _ token: String, role: TokenRole, device: String?, note: String, nowMilliseconds: Int64
  ) throws {
    try queue.write { db in
      try db.execute(
        sql: "INSERT INTO token (hash, role, device, note, created_ms) VALUES (?, ?, ?, ?, ?)",
        arguments: [Token.hash(token), role.rawValue, device, note, nowMilliseconds])
    }
  }

  /// All tokens, the oldest first.
  public func list() throws -> [TokenRow] {
    try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM token ORDER BY id").compactMap(TokenRow.init)
    }
  }

  /// Withdraws a token; false when there is none of that number.
  public func remove(id: Int64) throws -> Bool {
    try queue.write { db in
      try db.execute(sql: "DELETE FROM token WHERE id = ?", arguments: [id])
      return db.changesCount > 0
    }
  }
}
