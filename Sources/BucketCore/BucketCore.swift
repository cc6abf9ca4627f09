import CChecksum

/// The count: presses in, hourly buckets out, each press exactly once.
///
/// Holds, for every device, the sequence expected next in its epochs and the time of the
/// last press that counted; and, for the batch at hand, what it adds to each bucket. It does
/// no I/O, reads no clock, and takes no memory: the caller gives all of it at the start.
///
///     frame ──▶ decode, checksum ──▶ go-back-N ──▶ press by press: time ─▶ rule ─▶ bucket
///                                       │
///                     unknownCursor ◀───┘  the caller loads it and tries again
///
/// After a batch the caller reads the deltas and the touched cursors, commits them, and
/// calls `endBatch()`. When the commit fails the core is thrown away with the batch: what
/// it knows would be ahead of the store.
@safe
public struct BucketCore: ~Copyable {
  let devices: UnsafeMutablePointer<DeviceState>
  let extras: UnsafeMutablePointer<DeviceExtras>
  /// Prints of each cursor's last presses, `CoreLimits.epochsPerDeviceMax` a device. They change
  /// with every frame, and stand apart from what does not.
  let lastPrints: UnsafeMutablePointer<UInt64>
  /// What else is remembered of each cursor's presses; its `last` is not used.
  let prints: UnsafeMutablePointer<EpochPrints>
  let rules: UnsafeMutablePointer<CountingRule>
  /// The batch's buckets in the order in which they were first touched.
  let deltas: UnsafeMutablePointer<BucketDelta>
  /// Hash table over `deltas`: 0 = free, else one more than an index.
  let places: UnsafeMutablePointer<UInt16>
  /// The place of each delta, to free it.
  let usedPlaces: UnsafeMutablePointer<UInt16>
  let touchedCursors: UnsafeMutablePointer<UInt32>
  let checksumTables: UnsafeMutablePointer<UInt32>
  /// The processor multiplies without carry.
  let canFold: Bool
  let ruleMax: Int
  var ruleCount = 0

  /// Devices the core has room for.
  public let deviceMax: Int
  /// Devices added so far.
  public private(set) var deviceCount = 0
  /// Buckets touched since the last `endBatch()`.
  public internal(set) var deltaCount = 0
  /// Cursors touched since the last `endBatch()`.
  public internal(set) var touchedCount = 0

  /// Bytes of memory that `init` needs for so many devices and rules.
  public static func byteCount(devices: Int, rules: Int) -> Int {
    var memory = MemoryLayoutPlan()
    _ = memory.reserve(DeviceState.self, devices)
    _ = memory.reserve(DeviceExtras.self, devices)
    _ = memory.reserve(UInt64.self, devices * CoreLimits.epochsPerDeviceMax)
    _ = memory.reserve(EpochPrints.self, devices * CoreLimits.epochsPerDeviceMax)
    _ = memory.reserve(CountingRule.self, rules)
    _ = memory.reserve(BucketDelta.self, CoreLimits.bucketsPerBatchMax)
    _ = memory.reserve(UInt16.self, CoreLimits.bucketPlaces)
    _ = memory.reserve(UInt16.self, CoreLimits.bucketsPerBatchMax)
    _ = memory.reserve(UInt32.self, CoreLimits.cursorsPerBatchMax)
    _ = memory.reserve(UInt32.self, ChecksumTables.words)
    return memory.end
  }

  /// An empty core in memory that the caller owns and frees after the core is gone.
  ///
  /// - Precondition: `memory` has `byteCount(devices:rules:)` bytes, aligned to 64.
  public init(devices deviceMax: Int, rules ruleMax: Int, memory: UnsafeMutableRawBufferPointer) {
    let needed = Self.byteCount(devices: deviceMax, rules: ruleMax)
    guard let base = memory.baseAddress, memory.count >= needed else {
      preconditionFailure("BucketCore needs more memory than it was given")
    }
    var plan = MemoryLayoutPlan()
    unsafe devices = plan.place(DeviceState.self, deviceMax, base)
    unsafe extras = plan.place(DeviceExtras.self, deviceMax, base)
    unsafe lastPrints = plan.place(
      UInt64.self, deviceMax * CoreLimits.epochsPerDeviceMax, base)
    unsafe prints = plan.place(
      EpochPrints.self, deviceMax * CoreLimits.epochsPerDeviceMax, base)
    unsafe rules = plan.place(CountingRule.self, ruleMax, base)
    unsafe deltas = plan.place(BucketDelta.self, CoreLimits.bucketsPerBatchMax, base)
    unsafe places = plan.place(UInt16.self, CoreLimits.bucketPlaces, base)
    unsafe usedPlaces = plan.place(UInt16.self, CoreLimits.bucketsPerBatchMax, base)
    unsafe touchedCursors = plan.place(UInt32.self, CoreLimits.cursorsPerBatchMax, base)
    unsafe checksumTables = plan.place(UInt32.self, ChecksumTables.words, base)
    self.deviceMax = deviceMax
    canFold = pikapalaute_has_fast_checksum() != 0
    self.ruleMax = ruleMax
    unsafe places.initialize(repeating: 0, count: CoreLimits.bucketPlaces)
    unsafe ChecksumTables.fill(checksumTables)
  }

  /// Adds the next device and says its number, from 0.
  ///
  /// - Precondition: there is room; `deviceRules` are sorted, touch each other and cover
  ///   every minute.
  public mutating func addDevice(rules deviceRules: borrowing Span<CountingRule>) -> Int {
    precondition(deviceCount < deviceMax && ruleCount + deviceRules.count <= ruleMax)
    let ruleFirst = UInt32(ruleCount)
    var minute: UInt32 = 0
    for index in deviceRules.indices {
      let rule = deviceRules[index]
      precondition(rule.minuteFrom == minute && rule.minuteTo > minute)
      minute = rule.minuteTo
      unsafe (rules + ruleCount).initialize(to: rule)
      ruleCount += 1
    }
    precondition(Int(minute) == CoreLimits.minuteEnd)
    unsafe (devices + deviceCount).initialize(to: DeviceState())
    unsafe (extras + deviceCount).initialize(
      to: DeviceExtras(ruleFirst: ruleFirst, ruleEnd: UInt32(ruleCount)))
    let cursors = CoreLimits.epochsPerDeviceMax
    unsafe (lastPrints + deviceCount * cursors).initialize(repeating: 0, count: cursors)
    unsafe (prints + deviceCount * cursors).initialize(repeating: EpochPrints(), count: cursors)
    deviceCount += 1
    return deviceCount - 1
  }
}

/// Lays arrays one after the other in one piece of memory, each on a cache line of its own.
struct MemoryLayoutPlan {
  private(set) var end = 0

  mutating func reserve<Element>(_ type: Element.Type, _ count: Int) -> Int {
    let start = end
    end = (start + MemoryLayout<Element>.stride * count + 63) & ~63
    return start
  }

  mutating func place<Element>(
    _ type: Element.Type, _ count: Int, _ base: UnsafeMutableRawPointer
  ) -> UnsafeMutablePointer<Element> {
    let start = reserve(type, count)
    return unsafe (base + start).bindMemory(to: type, capacity: count)
  }
}
