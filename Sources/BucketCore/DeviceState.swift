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

/// What the core remembers of one device: 64 bytes, one cache line.
struct DeviceState {
  /// Event time of the last press that counted, in milliseconds since 1970.
  var lastCountedMilliseconds: Int64 = Self.never
  var cursors: InlineArray<4, Cursor> = InlineArray(repeating: Cursor(epoch: 0, next: 0))
  /// The device's rules: `rules[ruleFirst..<ruleEnd]`.
  var ruleFirst: UInt32 = 0
  var ruleEnd: UInt32 = 0
  /// Presses without a sequence since the last commit.
  var unsequenced: UInt32 = 0
  // One bit a cursor; `unsequencedWay` stands for the presses without a sequence.
  /// Holds an epoch.
  var inUse: UInt8 = 0
  /// Changed since the last commit.
  var changed: UInt8 = 0
  /// In this batch's list of touched cursors.
  var listed: UInt8 = 0
  /// Answered with REWIND last.
  var rewound: UInt8 = 0
  /// `lastCountedMilliseconds` was read from the store.
  var isLoaded = false
  /// Where the search for a cursor to give up begins.
  var hand: UInt8 = 0

  static var never: Int64 { @_noAllocation @_noLocks get { .min } }
  static var unsequencedWay: Int { @_noAllocation @_noLocks get { 4 } }

  /// Which cursor holds `epoch`, or -1.
  @_noAllocation @_noLocks
  @inline(__always)
  func way(of epoch: UInt32) -> Int {
    var way = 0
    while way < CoreLimits.epochsPerDeviceMax {
      if inUse & (1 &<< UInt8(way)) != 0 {
        if cursors[way].epoch == epoch { return way }
      }
      way &+= 1
    }
    return -1
  }

  /// A cursor that may be given up: free, or neither changed nor owing an answer; -1 when
  /// every one is needed until the batch is committed.
  @_noAllocation @_noLocks
  mutating func wayToReplace() -> Int {
    var tried = 0
    while tried < CoreLimits.epochsPerDeviceMax {
      let way = Int(hand) & (CoreLimits.epochsPerDeviceMax &- 1)
      hand = hand &+ 1
      let bit = UInt8(1) &<< UInt8(way)
      if (changed | listed) & bit == 0 { return way }
      tried &+= 1
    }
    return -1
  }
}
