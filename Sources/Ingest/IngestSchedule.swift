/// When the loop does what: the flags and moments by which it decides its rounds, and nothing of
/// what a round does. Reads no clock; who asks says the time.
///
///     store failed          the pause before it is opened again: 1 s, then twice as long, up to 30 s
///     commit within a round it reads on, or ends here to answer
///     commit at its end     the answers go now, or after some more full batches
///     round done            configurations are read again; maintenance; how long to wait
///
/// Times are those of a clock that only goes forward, where nothing else is said.
struct IngestSchedule {
  /// Milliseconds before a store that failed is opened again: at first, and at most.
  static let reopenMillisecondsMin: Int64 = 1000
  static let reopenMillisecondsMax: Int64 = 30_000

  private var reopenMilliseconds = reopenMillisecondsMin
  private var roundBeganMilliseconds: Int64 = 0
  /// The last round ended before everything was read.
  private var hasUnread = false
  /// Full batches in a row, each of which may be followed by a newer answer.
  private var fullBatches = 0
  /// UTC since 1970; nil = never by themselves.
  private var configurationsChangeAtMilliseconds: Int64?
  private var maintainedAtMilliseconds: Int64 = 0
  private var hasMaintenance = false
  private var slicedAtMilliseconds: Int64 = 0
  /// When a backlog was seen last; nil = never.
  private var backlogAtMilliseconds: Int64?

  // MARK: The store

  /// The store was opened: what is owed from before comes again.
  mutating func opened() {
    fullBatches = 0
    hasUnread = false
  }

  /// It has taken a commit: the next failure is a first one.
  mutating func stored() {
    reopenMilliseconds = Self.reopenMillisecondsMin
  }

  /// It failed, or the clock is not believed: how long until it is opened again.
  mutating func failed() -> IngestPause {
    defer { reopenMilliseconds = min(reopenMilliseconds * 2, Self.reopenMillisecondsMax) }
    return IngestPause(milliseconds: reopenMilliseconds, isReadingLink: false)
  }

  // MARK: A round

  /// A round begins to read the link.
  mutating func beginReading(nowMilliseconds: Int64) {
    roundBeganMilliseconds = nowMilliseconds
    hasUnread = false
  }

  /// The round had to commit before all was read: whether it reads on.
  mutating func readsOn(nowMilliseconds: Int64) -> Bool {
    hasUnread = nowMilliseconds - roundBeganMilliseconds >= IngestLimits.roundMillisecondsMax
    return !hasUnread
  }

  /// All that the round read is committed.
  mutating func committed(messages: Int, isStopping: Bool) {
    if messages >= IngestLimits.backlogMessagesMin {
      backlogAtMilliseconds = roundBeganMilliseconds
    }
    let isFull = messages >= IngestLimits.messagesPerBatchMax && !isStopping
    fullBatches = isFull ? fullBatches + 1 : 0
  }

  /// What was committed is answered in this round; else after a batch that follows at once.
  var areAnswersDue: Bool { fullBatches % IngestLimits.unansweredBatchesMax == 0 }

  // MARK: Between rounds

  /// What devices are told was read.
  ///
  /// - Parameter changesAtMilliseconds: UTC since 1970; nil = it never changes by itself.
  mutating func configured(changesAtMilliseconds: Int64?) {
    configurationsChangeAtMilliseconds = changesAtMilliseconds
  }

  /// Whether devices may have to be told something else by now.
  ///
  /// - Parameter wallMilliseconds: UTC since 1970.
  func areConfigurationsDue(wallMilliseconds: Int64) -> Bool {
    configurationsChangeAtMilliseconds.map { wallMilliseconds >= $0 } ?? false
  }

  /// Whether a slice of maintenance is due: more often while nothing else is to be done. Between the
  /// batches of a backlog is a round now and then that finds nothing yet: no time for it either.
  ///
  /// - Parameter isBusy: the round committed something.
  func isMaintenanceDue(isBusy: Bool, nowMilliseconds: Int64) -> Bool {
    let between =
      hasMaintenance && !isBusy && !isInBacklog(nowMilliseconds)
      ? IngestLimits.maintenanceMillisecondsIdle : IngestLimits.maintenanceMillisecondsBusy
    return nowMilliseconds - maintainedAtMilliseconds >= between
  }

  /// A slice of maintenance was done.
  mutating func maintained(hasMore: Bool, nowMilliseconds: Int64) {
    hasMaintenance = hasMore
    maintainedAtMilliseconds = nowMilliseconds
  }

  private func isInBacklog(_ nowMilliseconds: Int64) -> Bool {
    backlogAtMilliseconds.map { nowMilliseconds - $0 < IngestLimits.backlogMilliseconds } ?? false
  }

  /// Whether a slice is due that somebody waits for.
  ///
  /// - Parameter isBusy: the round committed something.
  func isSliceDue(isBusy: Bool, nowMilliseconds: Int64) -> Bool {
    let between =
      isInBacklog(nowMilliseconds)
      ? IngestLimits.maintenanceMillisecondsBusy
      : isBusy ? IngestLimits.sliceMillisecondsBusy : IngestLimits.sliceMillisecondsIdle
    return nowMilliseconds - slicedAtMilliseconds >= between
  }

  /// It was done.
  mutating func sliced(nowMilliseconds: Int64) {
    slicedAtMilliseconds = nowMilliseconds
  }

  /// How long the loop waits before its next round. What is owed waits for a link that takes it;
  /// only then the next round may be at once.
  ///
  /// - Parameters:
  ///   - tick: until the link has something to do by itself.
  ///   - isWritable: the link is connected and takes what is written.
  ///   - hasConfigurations: the next configuration may be published.
  ///   - hasSlice: somebody waits for a slice of work on the store.
  func pause(
    tickMilliseconds tick: Int64, isWritable: Bool, hasConfigurations: Bool, hasSlice: Bool = false
  ) -> IngestPause {
    let isOwing = fullBatches > 0 || hasUnread || hasConfigurations
    let longest =
      isWritable && isOwing
      ? 0
      : hasSlice
        ? IngestLimits.sliceMillisecondsIdle
        : hasMaintenance ? IngestLimits.maintenanceMillisecondsIdle : tick
    return IngestPause(milliseconds: min(tick, longest), isReadingLink: true)
  }
}

/// How long the loop has nothing to do unless something arrives.
public struct IngestPause: Sendable, Equatable {
  public var milliseconds: Int64
  /// False while nothing can be stored: what the broker has must wait.
  public var isReadingLink: Bool

  /// What is slept of it at once: while it serves, the loop looks around once a second; a pause
  /// after a failure is as long as was reported.
  var sleepMilliseconds: Int32 {
    let longest = isReadingLink ? 1000 : IngestSchedule.reopenMillisecondsMax
    return Int32(max(0, min(milliseconds, longest)))
  }
}
