extension RFC3339 {
  /// What may be otherwise than the standard writes it.
  public struct Allowance: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    /// `10:00` for `10:00:00`.
    public static let noSeconds = Allowance(rawValue: 1)
    /// Nothing after the time: by whose clock it is, somebody else knows.
    public static let noOffset = Allowance(rawValue: 2)
    /// `+0200` for `+02:00`.
    public static let noColonInOffset = Allowance(rawValue: 4)
    /// ` 02:00` for `+02:00`: what decoding a form leaves of the plus.
    public static let spaceForPlus = Allowance(rawValue: 8)
  }

  /// What a date-time says, field by field: a date that exists and a time within its bounds.
  public struct Fields: Sendable, Equatable {
    public let date: CivilDate
    /// 0…23.
    public let hour: Int
    /// 0…59.
    public let minute: Int
    /// 0…60; 60 is a leap second.
    public let second: Int
    /// 0…999; digits after the third are cut.
    public let millisecond: Int
    /// There is no fraction, or one of zeros.
    public let isWholeSecond: Bool
    /// East of Greenwich, -1439…1439; nil where there is none.
    public let offsetMinutes: Int?

    /// Reads `YYYY-MM-DD`, one of `T`, `t` and space, `HH:MM:SS` or `HH:MM:SS.fff`, and `Z`, `z` or
    /// `±HH:MM`; nil for anything else.
    public init?(parsing text: some StringProtocol, allowing allowed: Allowance = []) {
      var reader = FieldReader(text)
      guard let date = CivilDate(reading: &reader), reader.take(anyOf: "Tt ") != nil,
        let hour = reader.number(digits: 2), hour <= 23, reader.take(":"),
        let minute = reader.number(digits: 2), minute <= 59
      else { return nil }
      var second = 0
      var fraction = (millisecond: 0, isZero: true)
      if reader.take(":") {
        guard let read = reader.number(digits: 2), read <= 60,
          let after = Fields.fraction(&reader)
        else { return nil }
        second = read
        fraction = after
      } else if !allowed.contains(.noSeconds) {
        return nil
      }
      var offset: Int?
      if !reader.isAtEnd || !allowed.contains(.noOffset) {
        offset = Fields.offsetMinutes(&reader, allowed)
        guard offset != nil, reader.isAtEnd else { return nil }
      }
      self.date = date
      self.hour = hour
      self.minute = minute
      self.second = second
      millisecond = fraction.millisecond
      isWholeSecond = fraction.isZero
      offsetMinutes = offset
    }

    /// Seconds from 1970-01-01T00:00 by the same clock, whatever its offset; a leap second counts
    /// as the one before it.
    public var clockSeconds: Int {
      ((date.daysSince1970 * 24 + hour) * 60 + minute) * 60 + min(second, 59)
    }

    private static func fraction(
      _ reader: inout FieldReader
    ) -> (millisecond: Int, isZero: Bool)? {
      guard reader.take(".") else { return (0, true) }
      guard let first = reader.digit() else { return nil }
      var (millisecond, place, isZero) = (first * 100, 10, first == 0)
      while let digit = reader.digit() {
        millisecond += digit * place
        place /= 10
        isZero = isZero && digit == 0
      }
      return (millisecond, isZero)
    }

    private static func offsetMinutes(
      _ reader: inout FieldReader, _ allowed: Allowance
    ) -> Int? {
      if reader.take(anyOf: "Zz") != nil { return 0 }
      guard let sign = reader.take(anyOf: allowed.contains(.spaceForPlus) ? "+- " : "+-"),
        let hours = reader.number(digits: 2), hours <= 23,
        reader.take(":") || allowed.contains(.noColonInOffset),
        let minutes = reader.number(digits: 2), minutes <= 59
      else { return nil }
      let offset = hours * 60 + minutes
      return sign == UInt8(ascii: "-") ? -offset : offset
    }
  }
}
