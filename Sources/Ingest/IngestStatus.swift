import Synchronization

/// How long what matters to a device took.
public struct IngestLatencies: Sendable, Equatable {
  /// A batch's transaction, each commit.
  public var commits = LatencyHistogram()
  /// From reading a message of the broker to handing its answer to the connection, each message.
  public var answers = LatencyHistogram()
}

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
    /// How long commits and answers took since the start.
    public var latencies = IngestLatencies()
    /// By how much devices are ahead of the wall clock, their median; nil = none was heard lately.
    public var clockSkewMilliseconds: Int64?
    /// The wall clock when it was believed last, at most a second ago while nothing is wrong, UTC since
    /// 1970; nil before the first look. What cannot be taken back is done by this clock.
    public var believedMilliseconds: Int64?

    public init() {}
  }

  private let snapshot = Mutex(Snapshot())
  /// nil until the thread has begun.
  private let beat = Mutex<IngestBeat?>(nil)

  public init() {}

  public var current: Snapshot { snapshot.withLock { $0 } }

  /// How long the ingest thread has been stuck; nil while it goes on, or waits as long as it said.
  ///
  /// - Parameter nowMilliseconds: the loop's monotonic clock.
  public func delay(nowMilliseconds: Int64) -> IngestDelay? {
    beat.withLock { $0?.delay(nowMilliseconds: nowMilliseconds) }
  }

  func note(_ beat: IngestBeat) {
    self.beat.withLock { $0 = beat }
  }

  func update(_ change: (inout Snapshot) -> Void) {
    snapshot.withLock { change(&$0) }
  }
}
