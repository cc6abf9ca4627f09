import BucketCore
import GRDB
import Ingest

/// Cursors that live as long as a replay: each epoch begins as one that was never seen, or where its
/// erased frames ended.
struct MemoryCursors {
  private struct Key: Hashable {
    var device: Int
    var epoch: UInt32
  }

  private var known: [Key: (next: UInt32, prints: EpochPrints)] = [:]
  /// By device: its last press that counted.
  private(set) var lastCounted: [Int: Int64] = [:]

  /// What erased frames came to: counting again begins with it.
  static func erased(_ db: Database, only: Set<Int>?) throws -> MemoryCursors {
    var cursors = MemoryCursors()
    for device in try ErasedFrames.devices(db, only: only) {
      cursors.lastCounted[device] = try Int64.fetchOne(
        db, sql: "SELECT last_counted_ms FROM main.erasure WHERE device = ?",
        arguments: [device + 1])
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT epoch, next, first_prints, last_prints, lost_beyond FROM main.erased_cursor
          WHERE device = ? AND epoch >= 0
          """, arguments: [device + 1])
      while let row = try rows.next() {
        let prints = EpochPrints(
          first: UInt64(bitPattern: row[2]), last: UInt64(bitPattern: row[3]), lostBeyond: row[4])
        cursors.known[Key(device: device, epoch: row[0])] = (row[1], prints)
      }
    }
    return cursors
  }

  /// What is known of one device and epoch; nil = only the device's last press that counted.
  func cursor(device: Int, epoch: UInt32?) -> StoredCursor {
    let last = epoch.flatMap { known[Key(device: device, epoch: $0)] }
    return StoredCursor(
      next: last?.next ?? 0, lastCountedMilliseconds: lastCounted[device],
      prints: last?.prints ?? EpochPrints())
  }

  /// Keeps what a batch made of the cursors that it touched.
  mutating func keep(_ core: borrowing BucketCore) {
    for index in 0..<core.touchedCount {
      let cursor = core.touched(at: index)
      if let epoch = cursor.epoch {
        known[Key(device: cursor.device, epoch: epoch)] = (cursor.next, cursor.prints)
      }
      lastCounted[cursor.device] = cursor.lastCountedMilliseconds
    }
  }
}
