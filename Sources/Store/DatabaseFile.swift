import Foundation
import GRDB
import Glibc

/// The SQLite file: how it is opened for writing and for reading, and the lock that keeps a
/// second service away from it.
public struct DatabaseFile: Sendable {
  public let path: String

  public init(path: String) {
    self.path = path
  }

  /// The one connection that writes: WAL, every commit synced to the disk.
  ///
  /// - Throws: `StoreError` when the file is not ours, is newer, damaged or cannot be opened.
  func openForWriting() throws -> DatabaseQueue {
    try open(migrator: Schema.migrator) { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 2000")
    }
  }

  /// A connection to a file that several processes write, with a rollback journal.
  func openShared(migrator: DatabaseMigrator) throws -> DatabaseQueue {
    try open(migrator: migrator) { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE")
    }
  }

  private func open(
    migrator: DatabaseMigrator, _ prepare: @Sendable (Database) throws -> Void
  ) throws -> DatabaseQueue {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw StoreError.cannotOpen(path: path, "its folder cannot be made: \(folder.path)")
    }
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.writeWithoutTransaction { db in
        try checkOurs(db)
        try prepare(db)
        try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      }
      if try queue.read(migrator.hasBeenSuperseded) { throw StoreError.newerFormat(path: path) }
      try migrator.migrate(queue)
      return queue
    } catch let error as DatabaseError {
      throw explain(error)
    }
  }

  /// Connections that only read; they never write, checkpoint or migrate.
  func openForReading() throws -> DatabasePool {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.label = "reader"
    configuration.maximumReaderCount = 4
    do {
      return try DatabasePool(path: path, configuration: configuration)
    } catch let error as DatabaseError {
      throw explain(error)
    }
  }

  /// Keeps every other pikapalaute from writing to the file, until the lock is let go.
  public func lock() throws -> DatabaseLock {
    try DatabaseLock(path: path)
  }

  private func checkOurs(_ db: Database) throws {
    let identifier = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    if identifier != Schema.applicationID && tables > 0 {
      throw StoreError.foreignFile(path: path)
    }
  }

  func explain(_ error: DatabaseError) -> StoreError {
    switch error.resultCode {
    case .SQLITE_NOTADB: .foreignFile(path: path)
    case .SQLITE_CORRUPT: .damaged(path: path, error.message ?? "malformed")
    default: .cannotOpen(path: path, error.message ?? "\(error)")
    }
  }
}

/// An advisory lock beside the database; the kernel lets it go when the process ends.
public final class DatabaseLock: Sendable {
  private let descriptor: Int32

  init(path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    descriptor = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      throw StoreError.cannotOpen(
        path: path + ".lock", unsafe String(cString: strerror(errno)))
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      close(descriptor)
      throw StoreError.inUse(path: path)
    }
  }

  deinit {
    close(descriptor)
  }
}
