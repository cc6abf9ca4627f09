import Foundation
import TestSupport

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

  // MARK: Moments of a registry file

  /// When a local day begins, said by its date.
  func midnight(ofDay day: Int) -> SlowSite.Moment {
    let hour = (day * 24 - 15...day * 24 + 15).first { self.day(of: $0) >= day } ?? day * 24
    let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 43_200)
    return SlowSite.Moment(minute: hour * 60, text: String(date.ISO8601Format().prefix(10)))
  }

  /// A UTC minute, said by UTC, by the local clock with its offset, or without where that is clear.
  func moment(_ minute: Int, _ generator: inout Seeded) -> SlowSite.Moment {
    let clock = self.clock(minute)
    let isTwice = [-60, 60].contains { self.clock(minute + $0).text == clock.text }
    let text =
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: Date(timeIntervalSince1970: Double(minute) * 60).ISO8601Format()
      case 1: clock.text + clock.offset
      default: isTwice ? clock.text + clock.offset : clock.text
      }
    return SlowSite.Moment(minute: minute, text: text)
  }

  private func clock(_ minute: Int) -> (text: String, offset: String) {
    let moment = Date(timeIntervalSince1970: Double(minute) * 60)
    let seconds = calendar.timeZone.secondsFromGMT(for: moment)
    let text = moment.addingTimeInterval(Double(seconds)).ISO8601Format().prefix(16)
    let offset = String(format: "%@%02d:00", seconds < 0 ? "-" : "+", abs(seconds) / 3600)
    return (String(text), offset)
  }
}
