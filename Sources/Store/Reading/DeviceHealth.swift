/// What the database knows of a device's health.
public struct DeviceHealth: Sendable {
  public struct Epoch: Sendable {
    public var epoch: UInt32
    /// The sequence expected next.
    public var next: UInt32
    /// When it was last noticed that two journals of the device use the epoch; nil = never.
    public var reusedAtMilliseconds: Int64?
  }

  /// As the device sent it last.
  public var statusJSON: String?
  public var statusReceivedAtMilliseconds: Int64?
  /// It said last that it sleeps.
  public var isSleeping = false
  // What it said last of each, on the day that it said anything last if not in its last message.
  public var batteryMillivolts: Int?
  public var journal: Int?
  public var rssiDBm: Int?
  public var firmware: String?
  public var clockAheadMilliseconds: Int64?
  /// What kind of device it said last that it is.
  public var model: String?
  /// Of the configuration that it was told last; nil = none.
  public var configuredRevision: Int64?
  /// Of the configuration that it said last that it has; nil = it never said.
  public var reportedRevision: Int64?
  /// When it last said itself that it is online or sleeps; what the broker only repeated does not
  /// count.
  public var statusHeardAtMilliseconds: Int64?
  /// When its latest session at the broker ended, or its sleep after it is over; nil = never, or not
  /// yet.
  public var presenceEndMilliseconds: Int64?
  /// Its session at the broker lasts, as far as is known.
  public var isPresent = false
  /// In the order in which they moved last.
  public var epochs: [Epoch] = []
  /// Presses without a sequence: counted at least once.
  public var unsequencedPresses = 0
  /// Event time of the last press that counted.
  public var lastCountedMilliseconds: Int64?

  /// When a device that sleeps means to be heard again; nil = it does not sleep.
  public var dueAtMilliseconds: Int64? { isSleeping ? presenceEndMilliseconds : nil }
}
