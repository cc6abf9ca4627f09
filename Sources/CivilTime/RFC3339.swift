/// RFC 3339 date-times: `2026-11-21T10:00:00.250Z`, `…+02:00`.
public enum RFC3339 {
  /// Milliseconds since 1970, UTC; digits after the third of a second's fraction are cut.
  ///
  /// nil when `text` is not a date-time, or lies before 1970 or after 2106 (the wire's end).
  public static func milliseconds(parsing text: String) -> Int64? {
    guard let fields = Fields(parsing: text), let offset = fields.offsetMinutes else { return nil }
    let seconds = fields.clockSeconds - offset * 60
    guard seconds >= 0, seconds < 0xFFFF_FFFF else { return nil }
    return Int64(seconds) * 1000 + Int64(fields.millisecond)
  }

  /// `2026-11-21T10:00:02.250Z`; without a fraction when it is 0.
  ///
  /// - Parameter milliseconds: since 1970, UTC; in the years 0…9999.
  public static func format(milliseconds: Int64) -> String {
    let seconds = UTC.floorDivision(Int(milliseconds), by: 1000)
    let day = UTC.floorDivision(seconds, by: 86_400)
    let time = seconds - day * 86_400
    let fraction = Int(milliseconds) - seconds * 1000
    let head =
      "\(CivilDate(daysSince1970: day))T"
      + "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
    return fraction == 0 ? head + "Z" : head + ".\(padded(fraction, 3))Z"
  }

  /// `2017-01-01T00:00:00+02:00`.
  ///
  /// Of a local year 0…9999; one allocation, of the string.
  ///
  /// - Parameter minute: of the hour, 0…59.
  public static func format(hour: UTCHour, minute: Int = 0, offsetHours offset: Int) -> String {
    let local = hour + offset
    let day = UTC.floorDivision(local, by: 24)
    let date = CivilDate(daysSince1970: day)
    let hourOfDay = local - day * 24
    return String(
      decoding: [
        digit(date.year / 1000), digit(date.year / 100), digit(date.year / 10), digit(date.year),
        UInt8(ascii: "-"), digit(date.month / 10), digit(date.month),
        UInt8(ascii: "-"), digit(date.day / 10), digit(date.day),
        UInt8(ascii: "T"), digit(hourOfDay / 10), digit(hourOfDay),
        UInt8(ascii: ":"), digit(minute / 10), digit(minute),
        UInt8(ascii: ":"), UInt8(ascii: "0"), UInt8(ascii: "0"),
        offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"),
        digit(abs(offset) / 10), digit(abs(offset)),
        UInt8(ascii: ":"), UInt8(ascii: "0"), UInt8(ascii: "0"),
      ], as: UTF8.self)
  }

  /// The last decimal digit of a number that is not negative.
  private static func digit(_ number: Int) -> UInt8 {
    UInt8(ascii: "0") + UInt8(number % 10)
  }

  /// The number with zeros before it.
  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
