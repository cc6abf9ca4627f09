/// What the ingest path accepts at once, each number with its unit and its reason.
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
  /// Lines for people of one batch; what they say stands in the database too.
  public static let noticesMax = 10
  /// Between two lines about devices that are not registered.
  static let strangersToldMilliseconds: Int64 = 60_000
  /// Bytes kept of a quarantined payload, enough to tell what sent it. Of a frame of an epoch that
  /// was used twice everything is kept.
  public static let quarantineBytesMax = 512
  /// Requests over HTTP that are read or wait for a commit; above it the answer is 503.
  public static let submissionsWaitingMax = 4096
  /// Bytes of their payloads, twice as many while they are read; above it the answer is 503. Frames
  /// of all that may wait, or 512 of the largest messages.
  public static let submissionBytesMax = 64 << 20
  /// Requests of one device that are read or wait; above it the answer is 429.
  public static let submissionsPerDeviceMax = 16
  /// Epochs of one device fetched from the store a minute, once `epochsAtOnceMax` are spent. A device
  /// has one journal, two around a restart, and those stay in memory; four fit a batch, so that a
  /// device that opens one after the other has a commit made for every four, and all wait for it.
  public static let epochsPerMinuteMax = 60
  /// Epochs of one device fetched at once: 32 commits, and thirty-two times what memory holds of it,
  /// so that a device with several journals in turn is never taken for a flood.
  public static let epochsAtOnceMax = 128
  /// Bytes of JSON of one device read a second, once `jsonBytesAtOnceMax` are spent: 8 of the largest
  /// messages, 8000 presses. Reading JSON costs a hundred times what a frame does.
  public static let jsonBytesPerSecondMax = 1_048_576
  /// Bytes of JSON of one device read at once: 32 of the largest messages, 32 000 presses.
  public static let jsonBytesAtOnceMax = 4_194_304
  /// Buckets that one device enters, each hour and slot after another, before it is asked for its
  /// share: so the hot path compares one number only.
  public static var newBucketsUnasked: Int { @_noAllocation @_noLocks get { 64 } }
  /// Buckets of one device entered at once, but for those of the frame that passes it and
  /// `newBucketsUnasked`: a leap year of hours on two slots, 17 568, with room to spare.
  public static let newBucketsAtOnceMax = 20_000
  /// Buckets of one device entered a minute once they are spent; an honest device enters its slots
  /// once an hour. So a device makes 106 400 rows in its first day at most, and 86 400 in any other.
  public static let newBucketsPerMinuteMax = 60
  /// Full batches in a row that may be committed before their devices are answered: 0.3 s. Of a
  /// backlog a device wants to hear the newest answer only, and each one costs the broker as much
  /// as a press.
  public static let unansweredBatchesMax = 8
  /// Milliseconds after which a round reads no more, if it had to commit meanwhile: what is committed
  /// waits for its answer until then. A batch that is full of one device's epochs costs a commit, and
  /// the last of a round is one more; so they are a third more at most where a commit takes 20 ms.
  public static let roundMillisecondsMax: Int64 = 60
  /// Messages in a batch from which on they were waiting: the broker has a backlog, or twenty times
  /// what a city's terminals send arrives at once.
  public static let backlogMessagesMin = 512
  /// Milliseconds for which a backlog is taken to go on after such a batch.
  public static let backlogMilliseconds: Int64 = 200
  /// Milliseconds between slices of work that can wait: while presses come, and while none do.
  public static let maintenanceMillisecondsBusy: Int64 = 1000
  public static let maintenanceMillisecondsIdle: Int64 = 20
  /// Milliseconds between slices that somebody waits for, an import's, some 10 ms each: while presses come,
  /// so that these have four fifths of the thread, and while none do. In a backlog they come as rarely
  /// as other work.
  public static let sliceMillisecondsBusy: Int64 = 40
  public static let sliceMillisecondsIdle: Int64 = 2
  /// Milliseconds after which a thread that does one thing is stuck: a hundred times what a full batch
  /// takes a slow disk.
  public static let stuckMilliseconds: Int64 = 30_000
  /// The same while it opens or closes the store or applies a registry: reading all of a large
  /// database again takes minutes.
  public static let stuckMillisecondsOpening: Int64 = 600_000
  /// Retained configurations published per round, so that presses are not held up.
  public static let configurationsPerRoundMax = 200
  /// Configurations that the broker has not confirmed; above it no more are published.
  public static let configurationsUnconfirmedMax = 1000
  /// Milliseconds after which a broker that crashes still has what it was told: mosquitto saves
  /// its state every 1800 s unless it is told otherwise.
  public static let configurationsKeptMilliseconds: Int64 = 1_800_000
}
