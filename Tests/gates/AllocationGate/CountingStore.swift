import BucketCore
import Ingest
import TestSupport

/// A store that forgets everything but the sums; its memory is not the engine's.
final class CountingStore: BatchStore {
  private(set) var commits = 0
  private(set) var loads = 0
  private(set) var buckets = 0
  private(set) var total = ReferenceBucket()

  /// Every epoch is new when it is first asked for, and none comes back after it was given up.
  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    loads += 1
    return StoredCursor(next: 0, lastCountedMilliseconds: nil)
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    commits += 1
    buckets += batch.core.deltaCount
    for index in 0..<batch.core.deltaCount {
      let delta = batch.core.delta(at: index)
      for button in 0..<5 { total.counts[button] += Int(delta.counts[button]) }
      total.excluded += Int(delta.excluded)
      total.invalid += Int(delta.invalid)
      total.lost += Int(delta.lost)
      total.estimated += Int(delta.estimated)
      total.late += Int(delta.late)
    }
  }
}
