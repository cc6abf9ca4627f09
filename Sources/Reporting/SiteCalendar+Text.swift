public import CivilTime
import Registry

extension SiteCalendar {
  private static let allowed =
    "allowed are dates YYYY-MM-DD and RFC 3339 times on the hour such as 2017-01-01T00:00:00+02:00"

  /// The hour that a text names, 0…`Registry.hourEnd`.
  ///
  /// A bare date `YYYY-MM-DD` is local midnight; else an RFC 3339 time on a whole hour. A space
  /// is read as `+` before the offset, since that is what decoding a form leaves of it.
  ///
  /// - Throws: ``TimeTextError`` for anything else, and for days and hours that do not exist.
  public func hour(parsing text: String) throws(TimeTextError) -> UTCHour {
    let hour: UTCHour
    if text.utf8.count <= 10 {
      guard let date = CivilDate(parsing: text) else {
        throw TimeTextError(text: text, reason: "no such date; \(SiteCalendar.allowed)")
      }
      let start = offsets.startOfDay(date.daysSince1970)
      // East of Greenwich 1970 began in 1969; counting begins with UTC's.
      hour = date.year == 1970 ? max(0, start) : start
    } else {
      guard let fields = RFC3339.Fields(parsing: text, allowing: .spaceForPlus),
        let offset = fields.offsetMinutes, fields.second <= 59, fields.isWholeSecond
      else {
        throw TimeTextError(text: text, reason: "no such time; \(SiteCalendar.allowed)")
      }
      let seconds = fields.clockSeconds - offset * 60
      guard seconds % 3600 == 0 else {
        throw TimeTextError(text: text, reason: "not on a whole hour; \(SiteCalendar.allowed)")
      }
      hour = UTC.hour(ofSecond: seconds)
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
  public func format(hour: UTCHour) -> String {
    RFC3339.format(hour: hour, offsetHours: offsets.offsetHours(at: hour))
  }

  /// The same of a minute.
  public func format(minute: UTCMinute) -> String {
    let hour = UTC.hour(ofSecond: minute * 60)
    return RFC3339.format(
      hour: hour, minute: minute - hour * 60, offsetHours: offsets.offsetHours(at: hour))
  }
}
