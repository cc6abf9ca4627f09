/// The sequence expected next in one epoch.
struct Cursor {
  var epoch: UInt32
  var next: UInt32

  @_noAllocation @_noLocks
  init(epoch: UInt32, next: UInt32) {
    self.epoch = epoch
    self.next = next
  }
}

/// What a frame needs of its device: 64 bytes, one cache line.
///
///     last counted 8 · four cursors 32 · the rule of the minute 20 · one bit a cursor 4
struct DeviceState {
  /// Event time of the last press that counted, in milliseconds since 1970.
  var lastCountedMilliseconds: Int64 = Self.never
  var cursors: InlineArray<4, Cursor> = InlineArray(repeating: Cursor(epoch: 0, next: 0))
  /// The rule of the last minute that was asked for; none fits an empty interval.
  var buttonsBySlot: UInt64 = 0
  var minuteFrom: UInt32 = 0
  var minuteTo: UInt32 = 0
  var intervalAndPart: UInt32 = 0
  // One bit a cursor; `unsequencedWay` stands for the presses without a sequence.
  /// Holds an epoch. Bit 7: `lastCountedMilliseconds` was read from the store; bits 5 and 6:
  /// where the search for a cursor to give up begins.
  var inUse: UInt8 = 0
  /// Changed since the last commit.
  var changed: UInt8 = 0
  /// In this batch's list of touched cursors.
  var listed: UInt8 = 0
  /// Answered with REWIND last.
  var rewound: UInt8 = 0

  static var never: Int64 { @_noAllocation @_noLocks get { .min } }
  static var unsequencedWay: Int { @_noAllocation @_noLocks get { 4 } }
  private static var loadedBit: UInt8 { @_noAllocation @_noLocks get { 0x80 } }

  /// `lastCountedMilliseconds` was read from the store.
  var isLoaded: Bool {
    @_noAllocation @_noLocks get { inUse & Self.loadedBit != 0 }
  }

  @_noAllocation @_noLocks
  mutating func setLoaded(lastCountedMilliseconds: Int64) {
    self.lastCountedMilliseconds = lastCountedMilliseconds
    inUse |= Self.loadedBit
  }

  /// Which cursor holds `epoch`, or -1.
  @_noAllocation @_noLocks
  @inline(__always)
  func way(of epoch: UInt32) -> Int {
    if cursors[0].epoch == epoch && inUse & 1 != 0 { return 0 }
    if cursors[1].epoch == epoch && inUse & 2 != 0 { return 1 }
    if cursors[2].epoch == epoch && inUse & 4 != 0 { return 2 }
    if cursors[3].epoch == epoch && inUse & 8 != 0 { return 3 }
    return -1
  }

  /// A cursor that may be given up: free, or neither changed nor owing an answer; -1 when
  /// every one is needed until the batch is committed.
  @_noAllocation @_noLocks
  mutating func wayToReplace() -> Int {
    var tried = 0
    while tried < CoreLimits.epochsPerDeviceMax {
      let way = Int(inUse &>> 5 & 3)
      inUse = inUse & 0x9F | UInt8(truncatingIfNeeded: (way &+ 1) & 3) &<< 5
      let bit = UInt8(1) &<< UInt8(way)
      if (changed | listed) & bit == 0 { return way }
      tried &+= 1
    }
    return -1
  }
}

/// What is needed of a device now and then.
struct DeviceExtras {
  /// The device's rules: `rules[ruleFirst..<ruleEnd]`.
  var ruleFirst: UInt32
  var ruleEnd: UInt32
  /// Presses without a sequence since the last commit.
  var unsequenced: UInt32 = 0
  /// How far the device's UTC clock was ahead of the service's when it sent the last frame of the
  /// batch, in seconds; `clockUnknown` when none had UTC.
  var clockAheadSeconds: Int32 = Self.clockUnknown

  /// The hour of the last press that was put into a bucket and its part, and which slots it has one of.
  var hourAndPart: UInt32 = 0
  var slotsOfHour: UInt16 = 0
  /// Buckets entered since `forgetNewBuckets`: each hour and slot that the press before was not in.
  var newBuckets: UInt32 = 0

  static var clockUnknown: Int32 { @_noAllocation @_noLocks get { .min } }

  /// A press goes into the bucket of an hour and slot. Slots in turn within an hour are new once.
  @_noAllocation @_noLocks
  @inline(__always)
  mutating func enter(hour: Int64, slot: UInt8) {
    let now = UInt32(truncatingIfNeeded: hour &<< 3 | Int64(slot &>> 4))
    if now != hourAndPart {
      hourAndPart = now
      slotsOfHour = 0
    }
    let bit = UInt16(1) &<< UInt16(slot & 0xF)
    if slotsOfHour & bit == 0 {
      slotsOfHour |= bit
      newBuckets &+= 1
    }
  }
}
