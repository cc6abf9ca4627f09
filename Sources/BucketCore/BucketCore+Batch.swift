/// A cursor that the batch touched: its device is owed an answer, and when it changed the
/// store is owed a row.
public struct TouchedCursor: Equatable, Sendable {
  public var device: Int
  /// nil for presses without a sequence.
  public var epoch: UInt32?
  /// The sequence expected next; for presses without a sequence, how many this batch added.
  public var next: UInt32
  /// Differs from what the store holds.
  public var isChanged: Bool
  /// The device's last frame did not join on.
  public var isRewind: Bool
  /// Event time of the device's last press that counted, milliseconds since 1970; nil = never.
  public var lastCountedMilliseconds: Int64?
  /// What is remembered of the epoch's presses; nothing for presses without a sequence.
  public var prints: EpochPrints
  /// How far the device's UTC clock was ahead of the service's when it sent the batch's last frame
  /// with new presses, in seconds, below 0 = behind, or the frame has waited; nil = no UTC.
  public var clockAheadSeconds: Int?
}

extension BucketCore {
  /// Gives the core what the store knows of a device: one epoch's `next` (0 when it was never
  /// seen), and the time of its last press that counted.
  ///
  /// - Parameters:
  ///   - epoch: nil when only the device itself is to be known.
  ///   - known: what is remembered of the epoch's presses; by default nothing.
  /// - Returns: false when every cursor of the device is needed until the batch is committed.
  @_noAllocation @_noLocks
  public mutating func install(
    device: Int, epoch: UInt32?, next: UInt32, lastCountedMilliseconds: Int64?,
    prints known: EpochPrints = EpochPrints()
  ) -> Bool {
    precondition(device >= 0 && device < deviceCount)
    if unsafe !devices[device].isLoaded {
      unsafe devices[device].setLoaded(
        lastCountedMilliseconds: lastCountedMilliseconds ?? DeviceState.never)
    }
    guard let epoch else { return true }
    let way = unsafe devices[device].wayToReplace()
    if way < 0 { return false }
    let bit = UInt8(1) &<< UInt8(way)
    unsafe devices[device].cursors[way] = Cursor(epoch: epoch, next: next)
    let place = device &* CoreLimits.epochsPerDeviceMax &+ way
    unsafe prints[place] = known
    unsafe lastPrints[place] = known.last
    unsafe devices[device].inUse |= bit
    unsafe devices[device].rewound &= ~bit
    return true
  }

  /// Forgets what `install` gave of a device: it is read anew when it is needed.
  ///
  /// - Precondition: nothing of the device is in the batch.
  @_noAllocation @_noLocks
  public mutating func forget(device: Int) {
    precondition(device >= 0 && device < deviceCount)
    precondition(unsafe devices[device].listed == 0)
    unsafe devices[device].inUse = 0
    unsafe devices[device].rewound = 0
  }

  /// What the batch adds to a bucket; `index` from 0 to under `deltaCount`, in the order in
  /// which they were first touched.
  public func delta(at index: Int) -> BucketDelta {
    precondition(index >= 0 && index < deltaCount)
    return unsafe deltas[index]
  }

  /// A cursor the batch touched; `index` from 0 to under `touchedCount`.
  @_noAllocation @_noLocks
  public func touched(at index: Int) -> TouchedCursor {
    precondition(index >= 0 && index < touchedCount)
    let packed = unsafe Int(touchedCursors[index])
    let device = packed &>> 3
    let way = packed & 7
    let bit = UInt8(1) &<< UInt8(way)
    let isUnsequenced = way == DeviceState.unsequencedWay
    let last = unsafe devices[device].lastCountedMilliseconds
    return unsafe TouchedCursor(
      device: device,
      epoch: isUnsequenced ? nil : devices[device].cursors[way].epoch,
      next: isUnsequenced ? extras[device].unsequenced : devices[device].cursors[way].next,
      isChanged: devices[device].changed & bit != 0,
      isRewind: devices[device].rewound & bit != 0,
      lastCountedMilliseconds: last == DeviceState.never ? nil : last,
      prints: isUnsequenced ? EpochPrints() : knownPrints(device: device, way: way),
      clockAheadSeconds: extras[device].clockAheadSeconds == DeviceExtras.clockUnknown
        ? nil : Int(extras[device].clockAheadSeconds))
  }

  /// How many buckets a device's presses entered since `forgetNewBuckets`: each hour and slot that
  /// its press before was not in. At least as many as it may have made in the store.
  @_noAllocation @_noLocks
  @inline(__always)
  public func newBuckets(device: Int) -> Int {
    precondition(device >= 0 && device < deviceCount)
    return unsafe Int(extras[device].newBuckets)
  }

  /// Begins to count a device's new buckets anew.
  @_noAllocation @_noLocks
  public mutating func forgetNewBuckets(device: Int) {
    precondition(device >= 0 && device < deviceCount)
    unsafe extras[device].newBuckets = 0
  }

  /// What is remembered of the presses of a cursor.
  @_noAllocation @_noLocks
  func knownPrints(device: Int, way: Int) -> EpochPrints {
    let place = device &* CoreLimits.epochsPerDeviceMax &+ way
    var known = unsafe prints[place]
    known.last = unsafe lastPrints[place]
    return known
  }

  /// Forgets the batch: it is committed, and its devices were answered.
  @_noAllocation @_noLocks
  public mutating func endBatch() {
    var index = 0
    while index < deltaCount {
      unsafe places[Int(usedPlaces[index])] = 0
      index &+= 1
    }
    deltaCount = 0
    index = 0
    while index < touchedCount {
      let device = unsafe Int(touchedCursors[index]) &>> 3
      unsafe devices[device].changed = 0
      unsafe devices[device].listed = 0
      unsafe devices[device].rewound = 0
      unsafe extras[device].unsequenced = 0
      unsafe extras[device].clockAheadSeconds = DeviceExtras.clockUnknown
      index &+= 1
    }
    touchedCount = 0
  }

  /// Whether a frame of so many presses fits, whatever buckets they fall into.
  @_noAllocation @_noLocks
  @inline(__always)
  mutating func hasRoom(presses: Int) -> Bool {
    if touchedCount == CoreLimits.cursorsPerBatchMax { return false }
    return deltaCount &+ presses <= CoreLimits.bucketsPerBatchMax
  }

  /// Puts a cursor on the batch's list, once.
  @_noAllocation @_noLocks
  @inline(__always)
  mutating func touch(device: Int, way: Int) {
    let bit = UInt8(1) &<< UInt8(way)
    if unsafe devices[device].listed & bit != 0 { return }
    unsafe devices[device].listed |= bit
    unsafe touchedCursors[touchedCount] = UInt32(truncatingIfNeeded: device &<< 3 | way)
    touchedCount &+= 1
  }

  /// Makes the rule that covers `minute` the device's rule of the minute. Devices have few, so
  /// they are tried from the newest.
  @_noAllocation @_noLocks
  mutating func loadRule(device: Int, minute: UInt32) {
    let first = unsafe Int(extras[device].ruleFirst)
    var index = unsafe Int(extras[device].ruleEnd) &- 1
    while index > first {
      if unsafe rules[index].minuteFrom <= minute { break }
      index &-= 1
    }
    let rule = unsafe rules[index]
    unsafe devices[device].minuteFrom = rule.minuteFrom
    unsafe devices[device].minuteTo = rule.minuteTo
    unsafe devices[device].intervalAndPart = rule.intervalAndPart
    unsafe devices[device].buttonsBySlot = rule.buttonsBySlot
  }

  /// The index of a bucket among the batch's, added when it is not there yet.
  ///
  /// Open addressing: at most half of the places are ever used, so a free one is near.
  @_noAllocation @_noLocks
  @inline(__always)
  mutating func delta(device: Int, hour: Int64, slot: UInt8) -> Int {
    let key = BucketDelta.key(device: device, hour: hour, slot: slot)
    let mixed = key &* 0x9E37_79B9_7F4A_7C15
    var place = Int(truncatingIfNeeded: mixed &>> 49)
    while true {
      let found = unsafe Int(places[place]) &- 1
      if found < 0 { break }
      if unsafe deltas[found].key == key { return found }
      place = (place &+ 1) & (CoreLimits.bucketPlaces &- 1)
    }
    let index = deltaCount
    unsafe deltas[index] = BucketDelta(key: key)
    unsafe usedPlaces[index] = UInt16(truncatingIfNeeded: place)
    unsafe places[place] = UInt16(truncatingIfNeeded: index &+ 1)
    deltaCount = index &+ 1
    return index
  }
}
