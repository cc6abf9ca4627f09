import CivilTime
import GRDB
import Synchronization

extension Store {
  /// Has somebody told, on the thread that maintains, that frames were erased: lines for the audit log wait.
  public func afterErasing(_ body: @escaping @Sendable (Store) -> Void) {
    afterErasing.withLock { $0 = body }
  }

  /// Erases a slice of old frames of visits; true when more waits.
  func eraseFrames(nowMilliseconds: Int64) throws -> Bool {
    var next = erasure.withLock { $0 }
    var hasErased = false
    if next.isBehind {
      hasErased = try write { try next.eraseSlice($0, nowMilliseconds: nowMilliseconds) }
      // What was read of the archive may be gone.
      if hasErased {
        archive.withLock { $0 = .behind(nil) }
        afterErasing.withLock { $0 }?(self)
      }
    }
    if next.takesCut(minute: UTC.minute(ofMilliseconds: nowMilliseconds)), try cutLog() {
      next.logIsCut()
    }
    erasure.withLock { $0 = next }
    return next.isBehind || hasErased
  }

  /// Moves the WAL into the database and cuts it, so that no page of before is left in it; false while a
  /// reader needs it, for whom nobody waits here.
  private func cutLog() throws -> Bool {
    try file.explaining {
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? db.execute(sql: "PRAGMA busy_timeout = 5000") }
        return try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") == 0
      }
    }
  }
}
