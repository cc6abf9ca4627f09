import Foundation

/// Local periods as Foundation sees them, hour by hour; slow, and nobody's but the tests'.
final class SlowCalendar {
  private let calendar: Calendar
  private var known: [Int: DateComponents] = [:]
  private var days: [Int: Int] = [:]

  init(zone: String) {
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = TimeZone(identifier: zone) ?? .gmt
    self.calendar = calendar
  }

  private func components(_ hour: Int) -> DateComponents {
    if let components = known[hour] { return components }
    let components = calendar.dateComponents(
      [.year, .month, .day, .weekOfYear, .yearForWeekOfYear],
      from: Date(timeIntervalSince1970: Double(hour) * 3600))
    known[hour] = components
    return components
  }

  /// Local days since 1970 of a UTC hour.
  func day(of hour: Int) -> Int {
    if let day = days[hour] { return day }
    let parts = components(hour)
    var utc = Calendar(identifier: .iso8601)
    utc.timeZone = .gmt
    let midnight = utc.date(
      from: DateComponents(year: parts.year, month: parts.month, day: parts.day))
    let day = Int((midnight?.timeIntervalSince1970 ?? 0) / 86_400)
    days[hour] = day
    return day
  }

  /// What hours of one period share.
  func period(of hour: Int, by granularity: String) -> [Int] {
    let parts = components(hour)
    let (year, month, day) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    switch granularity {
    case "hour": return [hour]
    case "day": return [year, month, day]
    case "week": return [parts.yearForWeekOfYear ?? 0, parts.weekOfYear ?? 0]
    case "month": return [year, month]
    case "quarter": return [year, (month - 1) / 3]
    case "year": return [year]
    default: return []
    }
  }
}
