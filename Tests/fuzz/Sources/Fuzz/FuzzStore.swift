import BucketCore
import Ingest

/// Adds up what a batch brought, and keeps its frames.
final class FuzzStore: BatchStore {
  private(set) var presses = 0
  private(set) var lost: UInt64 = 0
  private(set) var segment: [UInt8] = []
  private(set) var quarantined: [QuarantineReason: Int] = [:]
  private(set) var statuses = 0

  /// Begins with the next input.
  func clear() {
    (presses, lost, statuses) = (0, 0, 0)
    segment.removeAll()
    quarantined.removeAll()
  }

  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    StoredCursor(next: 0, lastCountedMilliseconds: nil)
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    for index in 0..<batch.core.deltaCount {
      let delta = batch.core.delta(at: index)
      require((0..<CoreLimits.hourEnd).contains(delta.hour), "hour \(delta.hour)")
      for button in 0..<5 { presses += Int(delta.counts[button]) }
      presses += Int(delta.excluded) + Int(delta.invalid)
      lost += delta.lost
    }
    segment += unsafe Array(batch.archiveBytes)
    quarantined.merge(batch.quarantineCounts) { $0 + $1 }
    statuses += batch.statuses.count
  }

  /// 2026-11-21T10:00:03Z.
  static let received: Int64 = 1_795_255_203_000
}
