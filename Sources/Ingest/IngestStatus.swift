import Synchronization

/// What the ingest loop lets the other threads see.
public final class IngestStatus: Sendable {
  public struct Snapshot: Sendable {
    public var counters = IngestCounters()
    public var quarantined: [QuarantineReason: Int] = [:]
    /// The broker confirmed the subscriptions.
    public var isSubscribed = false
    /// The last write to the store held.
    public var isStoring = false
    /// Why nothing is stored; one line.
    public var storeFailure = ""
    /// Failures of the store since the start.
    public var storeFailures = 0
    /// Connections to the broker since the start.
    public var brokerSessions = 0

    public init() {}
  }

  private let snapshot = Mutex(Snapshot())

  public init() {}

  public var current: Snapshot { snapshot.withLock { $0 } }

  func update(_ change: (inout Snapshot) -> Void) {
    snapshot.withLock { change(&$0) }
  }
}
