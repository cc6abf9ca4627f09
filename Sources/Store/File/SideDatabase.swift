package import GRDB

/// A small file of SQLite beside the database, in a rollback journal: several processes write it.
/// Waiting for another process, five seconds at most, holds up nobody but the caller.
///
/// What is in it is the business of who opens it; lines for the audit log may wait there, when its
/// tables have ``AuditOutbox/table``.
package struct SideDatabase: Sendable {
  private let queue: DatabaseQueue
  private let file: DatabaseFile
  private let journal: FileChanges

  /// Opens or makes the file, for its owner alone, and brings its tables up to date.
  ///
  /// - Throws: `StoreError`, also for a file of a newer version.
  package init(path: String, migrator: DatabaseMigrator) throws {
    file = DatabaseFile(path: path)
    queue = try file.openShared(migrator: migrator)
    journal = try FileChanges(path: path)
  }

  /// Another number after every change, by whatever process; nil when that cannot be told. Cheap.
  package var changes: UInt32? { journal.counter }

  /// - Throws: `StoreError` for SQLite's errors.
  package func read<Value: Sendable>(
    _ body: @Sendable @escaping (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await queue.read(body)
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }

  /// One transaction.
  ///
  /// - Throws: `StoreError` for SQLite's errors.
  package func write<Value: Sendable>(
    _ body: @Sendable @escaping (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await queue.write(body)
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }

  /// Moves lines that wait here into the audit log.
  ///
  /// - Throws: `StoreError`; what was not moved waits.
  package func deliverAudit(to tokens: TokenStore) async throws {
    try await AuditOutbox.deliver(from: self, to: tokens)
  }
}
