import GRDB
public import Ingest
import Synchronization

/// The writing side of the database: one connection, one transaction a batch.
///
/// `commit` returns when the batch is on the disk. When it throws, the batch is not stored;
/// open the store again rather than try on this one.
public final class Store: BatchStore, Sendable {
  let queue: DatabaseQueue
  let file: DatabaseFile
  private let mark: CommitMark
  /// Set when the registry is applied; nothing is counted before.
  let series = Mutex(SeriesIndex.none)
  /// What is summed up by the day.
  let days = Mutex(DaySums.none)

  /// Opens the file, makes or migrates it, and proves that it can be written.
  ///
  /// - Throws: `StoreError`.
  public init(_ file: DatabaseFile) throws {
    self.file = file
    try file.refuseDamaged()
    mark = try CommitMark(path: file.path)
    queue = try file.openForWriting()
    // After a failed sync the kernel may call pages clean that never reached the disk, and a later
    // sync says nothing of them. So whatever the WAL holds is written anew, into the database,
    // before anything is added to it.
    try file.explaining { _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) } }
    mark.begin(
      segment: try queue.read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM segment") ?? 0 })
    // It stands there already: writing it proves that the disk takes a commit.
    try write { try $0.execute(sql: "PRAGMA user_version = \(Schema.countsVersion)") }
  }

  public func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    try file.explaining {
      try queue.inDatabase {
        try BatchWriter(db: $0, series: .none, days: .none).cursor(device: device, epoch: epoch)
      }
    }
  }

  public func commit(_ batch: borrowing IngestBatch) throws {
    let series = series.withLock { $0 }
    let days = days.withLock { $0 }
    try write { try BatchWriter(db: $0, series: series, days: days).write(batch) }
    if batch.archivedFrameCount > 0 { mark.advance() }
  }

  /// Sums up days that have closed, a slice at a time.
  public func keepUp(nowMilliseconds: Int64) throws -> Bool {
    var days = days.withLock { $0 }
    guard days.isBehind(hour: Int(nowMilliseconds / 3_600_000)) else { return false }
    let hasMore = try write { try days.catchUp($0) }
    self.days.withLock { $0 = days }
    return hasMore
  }

  /// Moves the WAL into the database, so that the file is whole by itself.
  public func close() {
    // Without success the WAL stays, and the next start reads it.
    _ = try? queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }

  /// One transaction; SQLite's errors come out as `StoreError`, in words.
  func write<Value>(_ change: (Database) throws -> Value) throws -> Value {
    try file.refuseDamaged()
    return try file.explaining { try queue.write(change) }
  }
}
