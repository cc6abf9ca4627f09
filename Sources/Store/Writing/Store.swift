import BucketCore
import CivilTime
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
  private let watermark: CommitWatermark
  private let openFile: Mutex<OpenFile>
  /// Set when the registry is applied; nothing is counted before.
  let series = Mutex(SeriesIndex.none)
  /// Each device's last press that counted, by its number, where it was asked for: it stands in the
  /// newest of all cursors the device ever had, so they are searched once.
  let lastCounted = Mutex<[Int: Int64?]>([:])
  /// What is summed up by the day.
  let days = Mutex(DailyRollup.none)
  /// Which segments hold whose presses.
  let archive = Mutex(ArchiveIndexer.State.behind(nil))
  /// Whose presses are taken out of the counts, and when.
  let annulments = Mutex(Annulments.none)
  /// How far old frames of visits are erased.
  let erasure = Mutex(FrameErasure())
  /// Told of each slice that was erased.
  let afterErasing = Mutex<(@Sendable (Store) -> Void)?>(nil)
  /// The hour in which old revisions were forgotten last.
  private let trimmedHour = Mutex<UTCHour>(0)

  /// Opens the file, makes or migrates it, and proves that it can be written.
  ///
  /// - Throws: `StoreError`.
  public init(_ file: DatabaseFile) throws {
    self.file = file
    try file.refuseDamaged()
    watermark = try CommitWatermark(path: file.path)
    let queue = try file.openForWriting()
    self.queue = queue
    openFile = Mutex(OpenFile(path: file.path))
    watermark.begin(
      segment: try queue.read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM segment") ?? 0 })
    // It stands there already: writing it proves that the disk takes a commit, and syncs the WAL
    // that was written anew.
    try write { try $0.execute(sql: "PRAGMA user_version = \(Schema.countsVersion)") }
  }

  public func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    let known = lastCounted.withLock { $0[device] }
    let cursor = try file.explaining {
      try queue.inDatabase {
        try BatchWriter(
          db: $0, tables: .stored, series: .none, days: .none, annulments: .none
        )
        .cursor(device: device, epoch: epoch, lastCounted: known)
      }
    }
    if known == nil {
      lastCounted.withLock { $0[device] = .some(cursor.lastCountedMilliseconds) }
    }
    return cursor
  }

  public func commit(_ batch: borrowing IngestBatch) throws {
    let series = series.withLock { $0 }
    let days = days.withLock { $0 }
    let annulments = annulments.withLock { $0 }
    try write {
      try BatchWriter(
        db: $0, tables: .stored, series: series, days: days, annulments: annulments
      ).write(batch)
    }
    lastCounted.withLock { known in
      for index in 0..<batch.core.touchedCount {
        let cursor = batch.core.touched(at: index)
        known[cursor.device] = .some(cursor.lastCountedMilliseconds)
      }
    }
    if batch.archivedFrameCount > 0 {
      file.knowledge.setCommitted(watermark.advance())
      archive.withLock { $0.addSegment() }
    }
  }

  /// Sums up days that have closed, indexes the archive and erases old frames of visits, a slice at a
  /// time; forgets old revisions once an hour.
  public func maintain(nowMilliseconds: Int64) throws -> Bool {
    let hour = UTC.hour(ofMilliseconds: nowMilliseconds)
    if trimmedHour.withLock({ $0 }) != hour {
      try trimRevisions(rowsMax: Revisions.pressRowsMax)
      trimmedHour.withLock { $0 = hour }
    }
    erasure.withLock { $0.look(hour: hour) }
    var days = days.withLock { $0 }
    if days.isBehind(hour: hour) {
      let hasMore = try write { try days.catchUp($0) }
      self.days.withLock { $0 = days }
      return hasMore || archive.withLock { $0.isBehind } || erasure.withLock { $0.isBehind }
    }
    if try indexArchive() { return true }
    return try eraseFrames(nowMilliseconds: nowMilliseconds)
  }

  private func indexArchive() throws -> Bool {
    try archive.withLock { state in
      if state.isBehind { try write { try state.catchUp($0) } }
      return state.isBehind
    }
  }

  /// Forgets the oldest hours of what changed counts, but for so many rows.
  public func trimRevisions(rowsMax: Int) throws {
    try write { try Revisions.trim($0, rowsMax: rowsMax) }
  }

  /// Moves the WAL into the database, so that the file is whole by itself.
  public func close() {
    // Without success the WAL stays, and the next start reads it.
    _ = try? queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }

  /// One transaction; SQLite's errors come out as `StoreError`, in words.
  func write<Value>(_ change: (Database) throws -> Value) throws -> Value {
    try file.refuseDamaged()
    let value = try file.explaining { try queue.write(change) }
    try openFile.withLock { try $0.expectUnmoved() }
    return value
  }
}
