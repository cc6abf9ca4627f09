/// What presses of one device are judged by, for an interval of hours.
///
/// The rules of a device are sorted, touch each other and cover every hour, so each press
/// has exactly one.
public struct CountingRule: Equatable, Sendable {
  /// First UTC hour since 1970, inclusive.
  public let hourFrom: UInt32
  /// Last UTC hour since 1970, exclusive.
  public let hourTo: UInt32
  /// A press counts when at least this many milliseconds passed since the last that counted; 0 = off.
  public let repeatIntervalMilliseconds: UInt32
  /// Buttons of each slot's question, four bits a slot; 0 = no such slot.
  let buttonsBySlot: UInt64

  /// - Precondition: hours are 0…`CoreLimits.hourEnd` and ascending; `buttons` has 1…16
  ///   entries of 2…5.
  public init(hours: Range<Int>, repeatIntervalMilliseconds: Int, buttons: Span<UInt8>) {
    precondition(hours.lowerBound >= 0 && hours.upperBound <= CoreLimits.hourEnd)
    let slots = buttons.count
    precondition(slots >= 1 && slots <= CoreLimits.slotsMax)
    precondition(repeatIntervalMilliseconds >= 0)
    hourFrom = UInt32(hours.lowerBound)
    hourTo = UInt32(hours.upperBound)
    self.repeatIntervalMilliseconds = UInt32(repeatIntervalMilliseconds)
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
