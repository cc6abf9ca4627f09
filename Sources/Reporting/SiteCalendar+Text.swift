import Foundation
import Registry

extension SiteCalendar {
  private static let allowed =
    "allowed are dates YYYY-MM-DD and RFC 3339 times on the hour such as 2017-01-01T00:00:00+02:00"

  /// The UTC hour since 1970 that a text names, 0…`Registry.hourEnd`.
  ///
  /// A bare date `YYYY-MM-DD` is local midnight; else an RFC 3339 time on a whole hour. A space
  /// is read as `+` before the offset, since that is what decoding a form leaves of it.
  ///
  /// - Throws: ``TimeTextError`` for anything else, and for days and hours that do not exist.
  public func hour(parsing text: String) throws(TimeTextError) -> Int {
    let bytes = Array(text.utf8)
    let hour: Int
    if bytes.count <= 10 {
      guard let date = CivilDate(parsing: text) else {
        throw TimeTextError(text: text, reason: "no such date; \(SiteCalendar.allowed)")
      }
      let start = offsets.startOfDay(date.daysSince1970)
      // East of Greenwich 1970 began in 1969; counting begins with UTC's.
      hour = date.year == 1970 ? max(0, start) : start
    } else {
      guard let seconds = SiteCalendar.seconds(parsing: bytes) else {
        throw TimeTextError(text: text, reason: "no such time; \(SiteCalendar.allowed)")
      }
      guard seconds % 3600 == 0 else {
        throw TimeTextError(text: text, reason: "not on a whole hour; \(SiteCalendar.allowed)")
      }
      hour = seconds / 3600
    }
    guard (0...Registry.hourEnd).contains(hour) else {
      throw TimeTextError(
        text: text,
        reason: "outside 1970-01-01T00:00:00Z to 2198-02-27T08:00:00Z; ask for less")
    }
    return hour
  }

  /// RFC 3339 with the site's offset at that hour, such as `2017-01-01T00:00:00+02:00`.
  ///
  /// Years 0…9999; one allocation, of the string.
  public func format(hour: Int) -> String {
    let offset = offsets.offsetHours(at: hour)
    let day = offsets.day(of: hour)
    let date = CivilDate(daysSince1970: day)
    let hourOfDay = hour + offset - day * 24
    return String(
      decoding: [
        SiteCalendar.digit(date.year / 1000), SiteCalendar.digit(date.year / 100),
        SiteCalendar.digit(date.year / 10), SiteCalendar.digit(date.year), UInt8(ascii: "-"),
        SiteCalendar.digit(date.month / 10), SiteCalendar.digit(date.month), UInt8(ascii: "-"),
        SiteCalendar.digit(date.day / 10), SiteCalendar.digit(date.day), UInt8(ascii: "T"),
        SiteCalendar.digit(hourOfDay / 10), SiteCalendar.digit(hourOfDay), UInt8(ascii: ":"),
        UInt8(ascii: "0"), UInt8(ascii: "0"), UInt8(ascii: ":"),
        UInt8(ascii: "0"), UInt8(ascii: "0"),
        offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"),
        SiteCalendar.digit(abs(offset) / 10), SiteCalendar.digit(abs(offset)), UInt8(ascii: ":"),
        UInt8(ascii: "0"), UInt8(ascii: "0"),
      ], as: UTF8.self)
  }

  /// The last decimal digit of a number that is not negative.
  private static func digit(_ number: Int) -> UInt8 {
    UInt8(ascii: "0") + UInt8(number % 10)
  }

  /// Seconds since 1970 of an RFC 3339 time; nil if it is none, or has a fraction other than 0.
  private static func seconds(parsing bytes: [UInt8]) -> Int? {
    guard bytes.count >= 20,
      let date = CivilDate(parsing: String(decoding: bytes[..<10], as: UTF8.self)),
      "Tt ".utf8.contains(bytes[10]), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"),
      let hour = CivilDate.number(bytes[11..<13]), hour <= 23,
      let minute = CivilDate.number(bytes[14..<16]), minute <= 59,
      let second = CivilDate.number(bytes[17..<19]), second <= 59
    else { return nil }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let zeros = rest.dropFirst().prefix { $0 == UInt8(ascii: "0") }
      guard !zeros.isEmpty else { return nil }
      rest = rest[zeros.endIndex...]
    }
    guard let offset = offsetSeconds(parsing: Array(rest)) else { return nil }
    return date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
  }

  /// Seconds east of Greenwich of `Z`, `+HH:MM`, `-HH:MM`, or ` HH:MM` for `+HH:MM`.
  private static func offsetSeconds(parsing bytes: [UInt8]) -> Int? {
    if bytes == [UInt8(ascii: "Z")] || bytes == [UInt8(ascii: "z")] { return 0 }
    guard bytes.count == 6, "+- ".utf8.contains(bytes[0]), bytes[3] == UInt8(ascii: ":"),
      let hours = CivilDate.number(bytes[1..<3]), hours <= 23,
      let minutes = CivilDate.number(bytes[4..<6]), minutes <= 59
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    return bytes[0] == UInt8(ascii: "-") ? -seconds : seconds
  }
}
