import Foundation
import GRDB

/// How far a device is on its way to a credential.
public enum ClaimState: Sendable, Equatable {
  /// It has a token; a new code may wait for it all the same.
  case enrolled
  /// A code was made for it, which opens nothing from this UTC time on.
  case codeMade(expiresAtMilliseconds: Int64)
}

extension ClaimStore {
  /// Of every device that has a token or a code, by name.
  ///
  /// - Throws: `StoreError`.
  public func states() async throws -> [String: ClaimState] {
    try await explaining {
      try await queue.read { db in
        var states: [String: ClaimState] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT device, expires_ms FROM claim") {
          states[row[0]] = .codeMade(expiresAtMilliseconds: row[1])
        }
        let enrolled = try String.fetchAll(
          db, sql: "SELECT DISTINCT device FROM token WHERE device IS NOT NULL")
        for device in enrolled { states[device] = .enrolled }
        return states
      }
    }
  }

  /// Keeps the hashes of new codes, by device, in one transaction; codes that wait for the same devices are
  /// withdrawn.
  ///
  /// - Throws: `StoreError`.
  public func add(
    _ codes: [(device: String, code: ClaimCode)], expiresAtMilliseconds: Int64, by stamp: AuditStamp
  ) async throws {
    let hashed = codes.map { ($0.device, $0.code.hash) }
    try await explaining {
      try await queue.write { db in
        for (device, hash) in hashed {
          try Self.add(db, hash, device, expiresAtMilliseconds: expiresAtMilliseconds, stamp)
        }
      }
    }
  }
}
