/// RFC 3339 date-times with milliseconds: `2026-11-21T10:00:00.250Z`, `…+02:00`.
public enum RFC3339 {
  /// Milliseconds since 1970, UTC; digits after the third of a second's fraction are cut.
  ///
  /// nil when `text` is not a date-time, or lies before 1970 or after 2106 (the wire's end).
  public static func milliseconds(parsing text: String) -> Int64? {
    var digits = Array(text.utf8)[...]
    guard let year = number(&digits, 4, then: "-"), let month = number(&digits, 2, then: "-"),
      let day = number(&digits, 2, then: nil), let separator = digits.popFirst(),
      separator == UInt8(ascii: "T") || separator == UInt8(ascii: "t")
        || separator == UInt8(ascii: " "),
      let hour = number(&digits, 2, then: ":"), let minute = number(&digits, 2, then: ":"),
      let second = number(&digits, 2, then: nil), let fraction = fraction(&digits),
      let offset = offsetMinutes(&digits), digits.isEmpty
    else { return nil }
    guard (1...12).contains(month), (1...days(in: month, of: year)).contains(day), hour <= 23,
      minute <= 59, second <= 60
    else { return nil }
    let date = daysSince1970(year: year, month: month, day: day)
    let seconds = ((date * 24 + hour) * 60 + minute - offset) * 60 + min(second, 59)
    guard seconds >= 0, seconds < 0xFFFF_FFFF else { return nil }
    return Int64(seconds) * 1000 + Int64(fraction)
  }

  /// `2026-11-21T10:00:02.250Z`; without a fraction when it is 0.
  public static func format(milliseconds: Int64) -> String {
    let seconds = Int(milliseconds.quotientAndRemainder(dividingBy: 1000).quotient)
    let fraction = Int(milliseconds % 1000)
    let (year, month, day) = civil(daysSince1970: seconds / 86_400)
    let time = seconds % 86_400
    let head =
      "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
      + "\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
    return fraction == 0 ? head + "Z" : head + ".\(padded(fraction, 3))Z"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  /// Exactly `count` digits, and the character after them when one is asked for.
  private static func number(
    _ digits: inout ArraySlice<UInt8>, _ count: Int, then end: Character?
  ) -> Int? {
    var value = 0
    for _ in 0..<count {
      guard let byte = digits.popFirst(), byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    if let end, digits.popFirst() != end.asciiValue { return nil }
    return value
  }

  private static func fraction(_ digits: inout ArraySlice<UInt8>) -> Int? {
    guard digits.first == UInt8(ascii: ".") else { return 0 }
    digits = digits.dropFirst()
    var value = 0
    var count = 0
    while let byte = digits.first, byte >= 0x30, byte <= 0x39 {
      if count < 3 { value = value * 10 + Int(byte - 0x30) }
      count += 1
      digits = digits.dropFirst()
    }
    if count == 0 { return nil }
    return count < 3 ? value * (count == 1 ? 100 : 10) : value
  }

  private static func offsetMinutes(_ digits: inout ArraySlice<UInt8>) -> Int? {
    guard let sign = digits.popFirst() else { return nil }
    if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return 0 }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
      let hours = number(&digits, 2, then: ":"), let minutes = number(&digits, 2, then: nil),
      hours <= 23, minutes <= 59
    else { return nil }
    let total = hours * 60 + minutes
    return sign == UInt8(ascii: "-") ? -total : total
  }

  private static func days(in month: Int, of year: Int) -> Int {
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  // Howard Hinnant's civil-from-days, in 400-year eras that begin on 1 March.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
