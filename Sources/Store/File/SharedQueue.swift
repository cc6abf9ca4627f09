import GRDB

/// A connection to a file that several processes write. Waiting for another process, five seconds
/// at most, holds up nobody but the caller.
struct SharedQueue: Sendable {
  private let queue: DatabaseQueue
  private let file: DatabaseFile

  /// Opens or makes the file.
  init(_ file: DatabaseFile, migrator: DatabaseMigrator) throws {
    queue = try file.openShared(migrator: migrator)
    self.file = file
  }

  /// - Throws: `StoreError` for SQLite's errors.
  func read<Value: Sendable>(
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
  func write<Value: Sendable>(
    _ body: @Sendable @escaping (Database) throws -> Value
  ) async throws -> Value {
    do {
      return try await queue.write(body)
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }
}
