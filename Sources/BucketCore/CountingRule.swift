/// What presses of one device are judged by, for an interval of time.
///
/// The rules of a device are sorted, touch each other and cover every minute, so each press
/// has exactly one.
public struct CountingRule: Equatable, Sendable {
  /// First UTC minute since 1970, inclusive.
  public let minuteFrom: UInt32
  /// Last UTC minute since 1970, exclusive.
  public let minuteTo: UInt32
  /// The repeat interval in milliseconds, and above it the part of the hour.
  let intervalAndPart: UInt32
  /// Buttons of each slot's question, four bits a slot; 0 = no such slot.
  let buttonsBySlot: UInt64

  /// A press counts when at least this many milliseconds passed since the last that counted; 0 = off.
  public var repeatIntervalMilliseconds: UInt32 {
    @_noAllocation @_noLocks get { Self.interval(of: intervalAndPart) }
  }

  /// Bits of the interval: 4 194 303 ms at most.
  private static var intervalBits: UInt32 { @_noAllocation @_noLocks get { 22 } }

  @_noAllocation @_noLocks
  @inline(__always)
  static func interval(of packed: UInt32) -> UInt32 { packed & (1 &<< intervalBits &- 1) }

  /// The first slot under which presses are counted.
  @_noAllocation @_noLocks
  @inline(__always)
  static func firstSlot(of packed: UInt32) -> UInt8 {
    UInt8(truncatingIfNeeded: packed &>> intervalBits &* UInt32(CoreLimits.slotsMax))
  }

  /// - Parameter part: which part of an hour that a device shares between places; its presses have
  ///   buckets of their own. 0 for the first one and for whole hours.
  /// - Precondition: minutes are 0…`CoreLimits.minuteEnd` and ascending, and lie in one hour where
  ///   the part is not 0; `buttons` has 1…16 entries of 2…5; the interval has 22 bits.
  public init(
    minutes: Range<Int>, part: Int = 0, repeatIntervalMilliseconds: Int, buttons: Span<UInt8>
  ) {
    precondition(minutes.lowerBound >= 0 && minutes.upperBound <= CoreLimits.minuteEnd)
    precondition(part >= 0 && part < CoreLimits.partsPerHourMax)
    precondition(
      part == 0
        || minutes.lowerBound / CoreLimits.hourMinutes
          == (minutes.upperBound - 1) / CoreLimits.hourMinutes
    )
    let slots = buttons.count
    precondition(slots >= 1 && slots <= CoreLimits.slotsMax)
    precondition(
      repeatIntervalMilliseconds >= 0 && repeatIntervalMilliseconds < 1 << Self.intervalBits)
    minuteFrom = UInt32(minutes.lowerBound)
    minuteTo = UInt32(minutes.upperBound)
    intervalAndPart = UInt32(part) << Self.intervalBits | UInt32(repeatIntervalMilliseconds)
    var packed: UInt64 = 0
    var slot = 0
    while slot < slots {
      let count = buttons[slot]
      precondition(count >= 2 && Int(count) <= CoreLimits.buttonsMax)
      packed |= UInt64(count) << UInt64(slot * 4)
      slot += 1
    }
    buttonsBySlot = packed
  }
}
