import Foundation
import GRDB

/// What a device has to show who it is.
public struct Credential: Sendable, Equatable {
  public var device: String
  /// Numbers of its tokens.
  public var tokens: [Int64]
  /// Whether it has a login at the broker that a claim made.
  public var login: Login

  public init(device: String, tokens: [Int64], login: Login) {
    self.device = device
    self.tokens = tokens
    self.login = login
  }

  public enum Login: Sendable, Equatable {
    case none
    case made(atMilliseconds: Int64)
    /// The service has to take it away yet.
    case withdrawn(atMilliseconds: Int64)
  }
}

/// What devices have, in the file of the tokens.
///
/// A login at the broker is withdrawn here first, and taken away there by the service as soon as both
/// run: so commands need no right at the broker.
public struct CredentialStore: Sendable {
  private let queue: DatabaseQueue
  private let file: DatabaseFile

  public init(_ tokens: TokenStore) {
    queue = tokens.queue
    file = tokens.file
  }

  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE broker_login (          -- logins at the broker that claims made
          device TEXT PRIMARY KEY,
          made_ms INTEGER NOT NULL,
          withdrawn_ms INTEGER               -- to be taken away; NULL = it stands
        ) STRICT, WITHOUT ROWID
        """)
  }

  static func addLogin(_ db: Database, _ device: String, nowMilliseconds: Int64) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO broker_login (device, made_ms) VALUES (?, ?)",
      arguments: [device, nowMilliseconds])
  }

  /// Every device that has something, by name.
  public func list() throws -> [Credential] {
    try file.explaining {
      try queue.read { db in
        var found: [String: Credential] = [:]
        let tokens = try Row.fetchAll(
          db, sql: "SELECT device, id FROM token WHERE device IS NOT NULL ORDER BY id")
        for row in tokens {
          let device: String = row[0]
          found[device, default: Credential(device: device, tokens: [], login: .none)].tokens
            .append(row[1])
        }
        for row in try Row.fetchAll(
          db, sql: "SELECT device, made_ms, withdrawn_ms FROM broker_login")
        {
          let device: String = row[0]
          let withdrawn: Int64? = row[2]
          found[device, default: Credential(device: device, tokens: [], login: .none)].login =
            withdrawn.map { .withdrawn(atMilliseconds: $0) } ?? .made(atMilliseconds: row[1])
        }
        return found.values.sorted { $0.device < $1.device }
      }
    }
  }

  /// Withdraws all that a device has: its tokens at once, its login at the broker as soon as the
  /// service hears of it, and a code that waits for it.
  ///
  /// - Returns: false when it had nothing.
  public func withdraw(device: String, by stamp: AuditStamp) async throws -> Bool {
    do {
      return try await queue.write { db in
        let hadCode = try ClaimStore.withdraw(db, device, stamp)
        let hadTokens = try TokenStore.withdraw(db, device, onlyClaimed: false, stamp)
        try db.execute(
          sql: "UPDATE broker_login SET withdrawn_ms = ? WHERE device = ? AND withdrawn_ms IS NULL",
          arguments: [stamp.nowMilliseconds, device])
        let hadLogin = db.changesCount > 0
        if hadLogin {
          try AuditLog.add(
            db, actor: stamp.actor, action: .loginWithdrawn, detail: "device \(device)",
            atMilliseconds: stamp.nowMilliseconds)
        }
        return hadCode || hadTokens || hadLogin
      }
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }

  /// A device whose login the broker has to lose yet; nil when there is none.
  public func withdrawnLogin() async throws -> String? {
    try await queue.read { db in
      try String.fetchOne(
        db, sql: "SELECT device FROM broker_login WHERE withdrawn_ms IS NOT NULL LIMIT 1")
    }
  }

  /// Whether the broker has to lose the login of a device yet.
  public func isLoginWithdrawn(of device: String) async throws -> Bool {
    try await queue.read { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM broker_login WHERE device = ? AND withdrawn_ms IS NOT NULL)
          """, arguments: [device]) ?? false
    }
  }

  /// The broker has lost it.
  public func forgetLogin(of device: String) async throws {
    try await queue.write { db in
      try db.execute(
        sql: "DELETE FROM broker_login WHERE device = ? AND withdrawn_ms IS NOT NULL",
        arguments: [device])
    }
  }
}

extension TokenStore {
  /// Withdraws the tokens of a device; false when there was none.
  @discardableResult
  static func withdraw(
    _ db: Database, _ device: String, onlyClaimed: Bool, _ stamp: AuditStamp
  ) throws -> Bool {
    let ids = try Int64.fetchAll(
      db, sql: "DELETE FROM token WHERE device = ? AND (NOT ? OR claim IS NOT NULL) RETURNING id",
      arguments: [device, onlyClaimed])
    for id in ids {
      try AuditLog.add(
        db, actor: stamp.actor, action: .tokenWithdrawn, detail: "token \(id)",
        atMilliseconds: stamp.nowMilliseconds)
    }
    return !ids.isEmpty
  }
}
