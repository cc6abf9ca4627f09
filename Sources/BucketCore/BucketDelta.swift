/// What one batch adds to the bucket of one device, hour and slot.
public struct BucketDelta: Sendable {
  /// Device, hour and slot in one number, by which buckets are in order.
  public let key: UInt64
  /// Responses by button, most negative first.
  public var counts: InlineArray<5, UInt32>
  /// Presses kept back by the repeat interval.
  public var excluded: UInt32
  /// Presses of a button or a slot that does not exist.
  public var invalid: UInt32
  /// Responses whose time was estimated.
  public var estimated: UInt32
  /// Responses that came more than `CoreLimits.lateAfterMilliseconds` after they happened.
  public var late: UInt32
  /// Presses that the device says are gone for good.
  public var lost: UInt64

  /// Device number in the core, from 0.
  public var device: Int { Int(truncatingIfNeeded: key >> 32) }
  /// UTC hours since 1970.
  public var hour: Int { Int(truncatingIfNeeded: (key & 0xFFFF_FFFF) >> 7) }
  /// Which of the device's questions, 0…15; of the second part of an hour that the device shares
  /// between places 16…31, and so on.
  public var slot: Int { Int(truncatingIfNeeded: key & 0x7F) }

  @_noAllocation @_noLocks
  @inline(__always)
  static func key(device: Int, hour: Int64, slot: UInt8) -> UInt64 {
    UInt64(truncatingIfNeeded: device) &<< 32 | UInt64(truncatingIfNeeded: hour) &<< 7
      | UInt64(slot)
  }

  /// Adds presses of one frame that fell into the same bucket.
  @_noAllocation @_noLocks
  @inline(__always)
  mutating func add(_ run: PressRun) {
    var button = 0
    var responses: UInt32 = 0
    while button < CoreLimits.buttonsMax {
      let shift = UInt64(button) &* PressRun.bitsPerButton
      let count = UInt32(truncatingIfNeeded: run.responses &>> shift & 0xFFF)
      counts[button] &+= count
      responses &+= count
      button &+= 1
    }
    late &+= run.isLate ? responses : 0
    excluded &+= run.excluded
    invalid &+= run.invalid
    estimated &+= run.estimated
  }

  @_noAllocation @_noLocks
  init(key: UInt64) {
    self.key = key
    counts = InlineArray(repeating: 0)
    excluded = 0
    invalid = 0
    estimated = 0
    late = 0
    lost = 0
  }
}

/// Presses of one frame that fell into the same bucket, one after the other, and are all late or
/// all not.
struct PressRun {
  /// Responses by button, twelve bits each: a frame has at most 1000 presses.
  var responses: UInt64 = 0
  var excluded: UInt32 = 0
  var invalid: UInt32 = 0
  var estimated: UInt32 = 0
  var isLate: Bool

  static var bitsPerButton: UInt64 { @_noAllocation @_noLocks get { 12 } }

  @_noAllocation @_noLocks
  @inline(__always)
  init(isLate: Bool) {
    self.isLate = isLate
  }
}
