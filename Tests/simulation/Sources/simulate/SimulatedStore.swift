import BucketCore
import Ingest

/// A handle on the disk with the contract of `BatchStore`: all of a batch or nothing of it,
/// and after an error nobody knows which.
final class SimulatedStore: BatchStore {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private unowned let world: World
  private let process: ServiceProcess
  private var hasFailed = false

  init(world: World, process: ServiceProcess) {
    self.world = world
    self.process = process
  }

  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    try checkHandle()
    if world.strikes(.crashInLoad) { throw die("while loading a cursor") }
    if world.strikes(.loadFails) { throw fail("I/O error while loading") }
    let stored = world.disk.devices[device]
    return StoredCursor(
      next: UInt32(epoch.flatMap { stored.cursors[$0]?.next } ?? 0),
      lastCountedMilliseconds: stored.lastCountedMilliseconds,
      prints: epoch.flatMap { stored.cursors[$0]?.prints } ?? EpochPrints())
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    try checkHandle()
    let transaction = Transaction(batch)
    if world.strikes(.commitFailsBefore) { throw fail("I/O error, nothing written") }
    // A transaction that is torn at any of its statements leaves nothing.
    if world.strikes(.crashInTransaction) { throw die("inside the transaction") }
    let segment = world.disk.segments.count
    world.disk.writeSegment(transaction)
    world.disk.writeCursors(transaction, segment: segment)
    world.disk.writeBuckets(transaction)
    world.disk.quarantined.merge(transaction.quarantined) { $0 + $1 }
    world.disk.commits += 1
    world.log("service commits \(transaction.cursors.count) cursors")
    if world.strikes(.commitFailsAfter) { throw fail("I/O error, yet everything was written") }
    if world.strikes(.crashAfterCommit) { throw die("right after the commit") }
  }

  private func checkHandle() throws {
    if !process.isAlive { throw Failure(description: "dead") }
    if hasFailed {
      world.violate("the store was used again through a handle that failed")
      throw Failure(description: "failed before")
    }
  }

  private func fail(_ reason: String) -> Failure {
    hasFailed = true
    return Failure(description: reason)
  }

  private func die(_ reason: String) -> Failure {
    world.kill(process, reason)
    return Failure(description: reason)
  }
}
