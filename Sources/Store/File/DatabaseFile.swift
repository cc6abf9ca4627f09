import Foundation
import GRDB
import Glibc

/// The SQLite file: how it is opened for writing and for reading, and the lock that keeps a
/// second service away from it.
public struct DatabaseFile: Sendable {
  public let path: String
  let knowledge = FileKnowledge()

  /// Bytes that the WAL keeps on the disk between checkpoints: twice what makes one come.
  static let walBytesKept = 16 * 1024 * 1024

  public init(path: String) {
    self.path = path
  }

  /// The tokens' file beside it.
  var accessPath: String { beside("-access.sqlite") }

  /// The file beside it of what was published.
  package var publicationsPath: String { beside("-publications.sqlite") }

  private func beside(_ ending: String) -> String {
    (path.hasSuffix(".sqlite") ? String(path.dropLast(7)) : path) + ending
  }

  /// The one connection that writes: WAL, every commit synced to the disk.
  ///
  /// - Parameter isRepairing: counts that do not add up are what the caller came for.
  /// - Throws: `StoreError` when the file is not ours, is newer, damaged or cannot be opened.
  func openForWriting(isRepairing: Bool = false) throws -> DatabaseQueue {
    let isThere = FileManager.default.fileExists(atPath: path)
    if knowledge.committed > 0 && !isThere { throw StoreError.moved(path: path) }
    let watermark = try CommitWatermark(path: path)
    let committed = max(watermark.read(), knowledge.committed)
    if committed > 0 && !isThere {
      throw StoreError.behind(path: path, stored: 0, committed: committed)
    }
    try WALRewrite.run(path: path)
    let queue = try open(migrator: Schema.migrator) { db in
      // Looked at before the first write: a WAL that was cut goes on where it was cut.
      let isMade = try db.tableExists("segment")
      let stored = isMade ? try Int64.fetchOne(db, sql: "SELECT max(id) FROM segment") ?? 0 : 0
      if stored < committed {
        throw StoreError.behind(path: path, stored: stored, committed: committed)
      }
      if isMade { try StartCheck.run(db, path: path, addingUp: !isRepairing) }
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 2000")
      // What is deleted, or replaced by less, is overwritten.
      try db.execute(sql: "PRAGMA secure_delete = ON")
      // A reader that takes its time lets the WAL grow; afterwards it gives the disk back.
      try db.execute(sql: "PRAGMA journal_size_limit = \(Self.walBytesKept)")
    }
    try explaining { try queue.write(Rebuild.completeCounts) }
    return queue
  }

  /// A connection to a file that several processes write, with a rollback journal.
  func openShared(migrator: DatabaseMigrator) throws -> DatabaseQueue {
    try open(migrator: migrator) { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE")
      // Syncs the folder too: a token that was withdrawn stays so after a power loss.
      try db.execute(sql: "PRAGMA synchronous = EXTRA")
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
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration())
      try queue.writeWithoutTransaction { db in
        let isOurs = try isOurs(db)
        try prepare(db)
        if !isOurs { try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)") }
      }
      if try queue.read(migrator.hasBeenSuperseded) { throw StoreError.newerFormat(path: path) }
      try migrator.migrate(queue)
      return queue
    } catch let error as DatabaseError {
      // Remembered before the look: what opens the file meanwhile reads it unverified.
      let explained = explain(error)
      throw isOnlyUnsealed(error) ? StoreError.unsealed(path: path) : explained
    }
  }

  /// Whether an error comes of checksums of pages alone, as far as a start looks.
  private func isOnlyUnsealed(_ error: DatabaseError) -> Bool {
    guard error.extendedResultCode == .SQLITE_IOERR_DATA else { return false }
    let looked: Void? = try? trustingPages {
      try readOnly { db in
        guard try hasOurMark(db) else { throw StoreError.foreignFile(path: path) }
        try StartCheck.run(db, path: path, addingUp: try db.tableExists("segment"))
      }
    }
    return looked != nil
  }

  /// Connections that only read, `readersMax` at most; they never write, checkpoint or migrate.
  func openForReading(readersMax: Int) throws -> DatabasePool {
    var configuration = try configuration(readonly: true)
    configuration.label = "reader"
    configuration.maximumReaderCount = readersMax
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

  func hasOurMark(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID
  }

  /// Whether the file carries our mark; false for one that is new.
  ///
  /// - Throws: `StoreError.foreignFile` when it is somebody else's.
  private func isOurs(_ db: Database) throws -> Bool {
    if try hasOurMark(db) { return true }
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    if tables > 0 { throw StoreError.foreignFile(path: path) }
    return false
  }

  /// SQLite's error in words; damage is remembered, so that nothing uses the file any more.
  func explain(_ error: DatabaseError) -> StoreError {
    let message = error.message ?? "\(error)"
    switch error.resultCode {
    case .SQLITE_NOTADB: return .foreignFile(path: path)
    case .SQLITE_CORRUPT:
      knowledge.setDamage(message)
      return .damaged(path: path, message)
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_DATA:
      let message = "a page of it is not as it was written"
      knowledge.setDamage(message)
      return .damaged(path: path, message)
    case .SQLITE_FULL: return .cannotWrite(path: path, "its disk is full; make room")
    case .SQLITE_IOERR: return .cannotWrite(path: path, "\(message); look after its disk")
    case .SQLITE_READONLY:
      return .cannotWrite(path: path, "it is read-only; let this user write to it and its folder")
    // SQLite's words for a header that cannot be.
    case _ where message == "unsupported file format": return .damaged(path: path, message)
    case .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_MISUSE, .SQLITE_RANGE,
      .SQLITE_TOOBIG:
      return .refused(path: path, message)
    default: return .cannotOpen(path: path, message)
    }
  }

  /// Runs `body`; SQLite's errors come out as `StoreError`.
  func explaining<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw explain(error)
    }
  }

  /// - Throws: `StoreError.damaged` once damage was found.
  func refuseDamaged() throws {
    if let damage = knowledge.damage { throw StoreError.damaged(path: path, damage) }
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
