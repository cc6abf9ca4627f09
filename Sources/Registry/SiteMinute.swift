public import CivilTime

/// Why a text is no moment of a site, and what to write instead.
public enum SiteMinuteError: Error, Equatable, CustomStringConvertible {
  case unreadable
  /// Autumn shows it twice: the offsets that tell which.
  case twice(offsetsHours: [Int])
  /// Spring leaves it out.
  case never

  public var description: String {
    switch self {
    case .unreadable:
      "allowed are dates that exist, YYYY-MM-DD, and times to the minute such as 2026-05-13T14:00 "
        + "and 2026-05-13T14:00+03:00, 1970-01-01 to 2198-02-27"
    case .twice(let offsets):
      "the clocks of that night show it twice; say which by its offset, "
        + offsets.map { SiteMinute.offset($0) }.joined(separator: " or ")
    case .never:
      "the clocks of that night leave it out; give a time that there is"
    }
  }
}

/// Moments as the registry writes them: a date, which is its midnight, or a local time to the minute,
/// with an offset where one is needed.
public enum SiteMinute {
  /// What a text says, 0…``Registry/minuteEnd``.
  public static func parse(
    _ text: String, _ zone: ZoneOffsets
  ) throws(SiteMinuteError) -> UTCMinute {
    if let date = CivilDate(parsing: text) {
      // East of Greenwich 1970 began in 1969; counting begins with UTC's.
      let hour = max(0, zone.startOfDay(date.daysSince1970))
      guard date.year >= 1970, hour <= Registry.hourEnd else { throw .unreadable }
      return hour * HourShare.hourMinutes
    }
    guard let fields = RFC3339.Fields(parsing: text, allowing: [.noSeconds, .noOffset]),
      fields.second == 0, fields.isWholeSecond
    else { throw .unreadable }
    let second: Int
    if let offset = fields.offsetMinutes {
      second = fields.clockSeconds - offset * 60
    } else {
      switch zone.reading(clockSeconds: fields.clockSeconds) {
      case .once(let read): second = read
      case .twice(let first, let later):
        throw .twice(offsetsHours: [first, later].map { (fields.clockSeconds - $0) / 3600 })
      case .never: throw .never
      }
    }
    guard (0...Registry.hourEnd * 3600).contains(second) else { throw .unreadable }
    return second / 60
  }

  /// As `parse` reads it: a bare date where the day begins, else the local time, with its offset where
  /// the clocks show it twice.
  public static func text(_ minute: UTCMinute, _ zone: ZoneOffsets) -> String {
    let hour = UTC.hour(ofSecond: minute * 60)
    let day = zone.day(of: hour)
    let date = CivilDate(daysSince1970: day)
    if minute == zone.startOfDay(day) * HourShare.hourMinutes { return "\(date)" }
    let offset = zone.offsetHours(at: hour)
    let clock = minute * 60 + offset * 3600
    let inDay = clock / 60 - day * 24 * HourShare.hourMinutes
    let time = "T\(twoDigits(inDay / 60)):\(twoDigits(inDay % 60))"
    guard case .once(minute * 60) = zone.reading(clockSeconds: clock) else {
      return "\(date)\(time)\(Self.offset(offset))"
    }
    return "\(date)\(time)"
  }

  fileprivate static func offset(_ hours: Int) -> String {
    "\(hours < 0 ? "-" : "+")\(twoDigits(abs(hours))):00"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
