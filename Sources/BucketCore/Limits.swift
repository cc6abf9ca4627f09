/// What the core can hold, each number with its unit and its reason. All memory is taken
/// once, before the first press; a batch that would not fit ends early and is committed.
public enum CoreLimits {
  /// Epochs of one device held in memory. A device has one journal, two around a restart;
  /// further epochs are read from the store when they come.
  public static var epochsPerDeviceMax: Int { @_noAllocation @_noLocks get { 4 } }
  /// Cursors that one batch may touch. The broker hands out at most 5000 unacknowledged
  /// messages, and 4096 commits' worth of rows already cost less than one sync.
  public static var cursorsPerBatchMax: Int { @_noAllocation @_noLocks get { 4096 } }
  /// Buckets that one batch may touch: 16 384, half of the table so that probing stays short.
  public static var bucketsPerBatchMax: Int { @_noAllocation @_noLocks get { 16_384 } }
  /// Places in the hash table of the batch's buckets: 64 KB of it stay in the cache.
  static var bucketPlaces: Int { @_noAllocation @_noLocks get { 32_768 } }
  /// UTC hours since 1970 end here (year 2198): later than any time the wire can say.
  public static var hourEnd: Int { @_noAllocation @_noLocks get { 2_000_000 } }
  /// UTC minutes since 1970 end here.
  public static var minuteEnd: Int { @_noAllocation @_noLocks get { hourEnd &* hourMinutes } }
  /// Minutes in an hour.
  public static var hourMinutes: Int { @_noAllocation @_noLocks get { 60 } }
  /// Milliseconds in a minute.
  static var minuteMilliseconds: Int64 { @_noAllocation @_noLocks get { 60_000 } }
  /// Places that one device can serve within an hour, the time between them included: nobody carries
  /// a terminal about more often, and the parts of an hour are counted under numbers of slots.
  public static var partsPerHourMax: Int { @_noAllocation @_noLocks get { 8 } }
  /// Milliseconds in an hour.
  public static var hourMilliseconds: Int64 { @_noAllocation @_noLocks get { 3_600_000 } }
  /// A device whose clock is more than this ahead of the service is corrected, in milliseconds.
  public static var clockAheadMaxMilliseconds: Int64 { @_noAllocation @_noLocks get { 120_000 } }
  /// A response that comes more than this after it happened is late: 24 hours, in milliseconds. What
  /// a day's report said is then no longer what the day holds.
  public static var lateAfterMilliseconds: Int64 { @_noAllocation @_noLocks get { 86_400_000 } }
  /// A press that is said to happen more than this after it came did not: 24 hours, in milliseconds.
  public static var futureMaxMilliseconds: Int64 { @_noAllocation @_noLocks get { 86_400_000 } }
  /// Presses that one frame can say are gone: more than a device presses in years.
  public static var lostPerStepMax: UInt32 { @_noAllocation @_noLocks get { 100_000 } }
  /// Questions a device can show, by slot.
  public static var slotsMax: Int { @_noAllocation @_noLocks get { 16 } }
  /// Buttons of a question at most.
  public static var buttonsMax: Int { @_noAllocation @_noLocks get { 5 } }
}
