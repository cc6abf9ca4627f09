import GRDB
public import Ingest

/// The writing side of the database: one connection, one transaction a batch.
///
/// `commit` returns when the batch is on the disk. When it throws, the batch is not stored;
/// open the store again rather than try on this one.
public final class Store: BatchStore, Sendable {
  let queue: DatabaseQueue
  let file: DatabaseFile

  /// Opens the file, makes or migrates it, and proves that it can be written.
  ///
  /// - Throws: `StoreError`.
  public init(_ file: DatabaseFile) throws {
    self.file = file
    queue = try file.openForWriting()
    // user_version has no other use: writing it proves that the disk takes a commit.
    try write { try $0.execute(sql: "PRAGMA user_version = 1") }
  }

  public func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    try queue.inDatabase { try BatchWriter(db: $0).cursor(device: device, epoch: epoch) }
  }

  public func commit(_ batch: borrowing IngestBatch) throws {
    try write { try BatchWriter(db: $0).write(batch) }
  }

  /// Moves the WAL into the database, so that the file is whole by itself.
  public func close() {
    // Without success the WAL stays, and the next start reads it.
    _ = try? queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }

  /// One transaction; SQLite's errors come out as `StoreError`, in words.
  func write<Value>(_ change: (Database) throws -> Value) throws -> Value {
    do {
      return try queue.write(change)
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }
}
