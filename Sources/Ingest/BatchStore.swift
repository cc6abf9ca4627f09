public import BucketCore
public import CivilTime

/// Where batches become durable. The service's is SQLite; rebuilding and simulation use
/// others with the same contract.
public protocol BatchStore {
  /// What is known of one device and epoch as of the last commit.
  ///
  /// - Parameter epoch: nil when only the device's last counted press is asked for.
  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor

  /// Makes the batch durable, all of it or nothing: frames, buckets, cursors, status,
  /// quarantine. When it throws, the batch is not stored and the engine is to be thrown away.
  func commit(_ batch: borrowing IngestBatch) throws

  /// Maintenance: does a slice of the work that can wait, at most some 10 ms of it.
  ///
  /// - Returns: whether more of it waits. When it throws, the engine is to be thrown away.
  func maintain(nowMilliseconds: Int64) throws -> Bool

  /// Nothing more comes: tidies up what a clean stop can leave tidy.
  func close()
}

extension BatchStore {
  public func maintain(nowMilliseconds: Int64) throws -> Bool { false }
  public func close() {}
}

/// What the store knows of an epoch and its device.
public struct StoredCursor: Equatable, Sendable {
  /// The sequence expected next; 0 for an epoch never seen.
  public var next: UInt32
  /// Event time of the device's last press that counted, milliseconds since 1970; nil = never.
  public var lastCountedMilliseconds: Int64?
  /// What is remembered of the epoch's presses.
  public var prints: EpochPrints

  public init(
    next: UInt32, lastCountedMilliseconds: Int64?, prints: EpochPrints = EpochPrints()
  ) {
    self.next = next
    self.lastCountedMilliseconds = lastCountedMilliseconds
    self.prints = prints
  }
}

/// A device as the engine knows it; its number is its place in the list.
public struct EngineDevice: Sendable, Equatable {
  public var name: String
  /// False for a device that the registry no longer lists: its history stays, its messages
  /// are refused.
  public var isRegistered: Bool
  /// Its counting rules: sorted, touching, covering every minute.
  public var rules: [Rule]

  public init(name: String, isRegistered: Bool, rules: [Rule]) {
    self.name = name
    self.isRegistered = isRegistered
    self.rules = rules
  }

  public struct Rule: Sendable, Equatable {
    public var minutes: Range<UTCMinute>
    /// Which part of an hour that the device shares between places, from 0; 0 for whole hours.
    public var part: Int
    public var repeatIntervalMilliseconds: Int
    /// Buttons of each slot's question.
    public var buttons: [Int]

    public init(
      minutes: Range<UTCMinute>, part: Int = 0, repeatIntervalMilliseconds: Int, buttons: [Int]
    ) {
      self.minutes = minutes
      self.part = part
      self.repeatIntervalMilliseconds = repeatIntervalMilliseconds
      self.buttons = buttons
    }

    /// For whole hours.
    public init(hours: Range<UTCHour>, repeatIntervalMilliseconds: Int, buttons: [Int]) {
      self.init(
        minutes: hours.lowerBound * CoreLimits.hourMinutes..<hours.upperBound
          * CoreLimits.hourMinutes,
        repeatIntervalMilliseconds: repeatIntervalMilliseconds, buttons: buttons)
    }
  }
}
