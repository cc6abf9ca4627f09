import CivilTime
import Store
import Synchronization

/// Who has read which single presses lately: each range stands once an hour in the audit log, not with
/// each of its pages.
final class PressReads: Sendable {
  struct Read: Hashable {
    /// As the audit log names who asks.
    let actor: String
    let node: String
    let hours: Range<UTCHour>
  }

  /// When each was noted last.
  private let noted = Mutex<[Read: Int64]>([:])

  /// Writes what is read into the audit log before it is read.
  ///
  /// - Throws: `StoreError`: what cannot be noted is not read.
  func note(_ read: Read, nowMilliseconds: Int64, in access: Access) async throws {
    let isNew = noted.withLock { noted in
      let since = nowMilliseconds - WebLimits.pressReadMilliseconds
      return noted[read].map { $0 <= since || $0 > nowMilliseconds } ?? true
    }
    guard isNew else { return }
    let from = RFC3339.format(milliseconds: Int64(read.hours.lowerBound) * 3_600_000)
    let to = RFC3339.format(milliseconds: Int64(read.hours.upperBound) * 3_600_000)
    try await access.record(
      .pressesRead, "node \(read.node), \(from) to \(to)",
      AuditStamp(actor: read.actor, nowMilliseconds: nowMilliseconds))
    noted.withLock { noted in
      if noted.count >= WebLimits.pressReadsRemembered { noted.removeAll() }
      noted[read] = nowMilliseconds
    }
  }
}
