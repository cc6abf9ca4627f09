/// What the way in accepts at once, each number with its unit and its reason.
public enum IngestLimits {
  /// Bytes of one press message: the JSON form of 1000 presses with room to spare.
  public static var payloadBytesMax: Int { @_noAllocation @_noLocks get { 131_072 } }
  /// Bytes of one status message.
  public static let statusBytesMax = 4096
  /// Bytes of frames in one batch; above it the batch is committed.
  public static var archiveBytesMax: Int { @_noAllocation @_noLocks get { 4_194_304 } }
  /// Messages read before a commit: what a broker hands out unacknowledged at most.
  public static let messagesPerBatchMax = 4000
  /// Quarantined messages kept of one batch; the rest are counted only.
  public static let quarantinePerBatchMax = 64
  /// Bytes kept of a quarantined payload, enough to tell what sent it.
  public static let quarantineBytesMax = 512
  /// Requests over HTTP that wait for a commit; above it the answer is 503.
  public static let submissionsWaitingMax = 4096
  /// Requests of one device that wait; above it the answer is 429.
  public static let submissionsPerDeviceMax = 16
  /// Full batches in a row that may be committed before their devices are answered: 0.3 s. Of a
  /// backlog a device wants to hear the newest answer only, and each one costs the broker as much
  /// as a press.
  public static let unansweredBatchesMax = 8
  /// Milliseconds between slices of work that can wait: while presses come, and while none do.
  public static let keepUpMillisecondsBusy: Int64 = 1000
  public static let keepUpMillisecondsIdle: Int64 = 20
  /// Retained configurations published per round, so that presses are not held up.
  public static let configurationsPerRoundMax = 200
}
