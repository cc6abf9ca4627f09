import BucketCore
import Ingest

/// Cursors that live as long as a replay: each epoch begins as one that was never seen.
struct MemoryCursors {
  private struct Key: Hashable {
    var device: Int
    var epoch: UInt32
  }

  private var known: [Key: (next: UInt32, prints: EpochPrints)] = [:]
  private var lastCounted: [Int: Int64] = [:]

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
