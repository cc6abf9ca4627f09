/// An hour of UTC, counted from 1970-01-01T00:00Z; negative before.
///
/// Another name of `Int`, for who reads a signature: hours are added, compared and bound to
/// statements everywhere, and a type of its own would be taken apart at each of these places.
public typealias UTCHour = Int

/// A minute of UTC, counted from 1970-01-01T00:00Z; another name of `Int` for the same reason.
public typealias UTCMinute = Int

/// Hours, seconds and milliseconds of UTC, all counted from 1970-01-01T00:00Z. Neither allocates
/// nor locks.
public enum UTC {
  /// The hour that holds a second, also before 1970.
  @inlinable
  public static func hour(ofSecond second: Int) -> UTCHour {
    floorDivision(second, by: 3600)
  }

  /// The hour that holds a millisecond, also before 1970.
  @inlinable
  public static func hour(ofMilliseconds milliseconds: Int64) -> UTCHour {
    floorDivision(Int(milliseconds), by: 3_600_000)
  }

  /// The minute that holds a millisecond, also before 1970.
  @inlinable
  public static func minute(ofMilliseconds milliseconds: Int64) -> UTCMinute {
    floorDivision(Int(milliseconds), by: 60_000)
  }

  /// When an hour begins.
  @inlinable
  public static func milliseconds(ofHour hour: UTCHour) -> Int64 {
    Int64(hour) * 3_600_000
  }

  /// The quotient rounded down, where `/` rounds towards 0.
  @usableFromInline
  static func floorDivision(_ number: Int, by divisor: Int) -> Int {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
