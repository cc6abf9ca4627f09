import CivilTime
import Registry
import Reporting

/// Periods of the site's calendar in words.
extension Language {
  /// One period of a series: its day, week, month, quarter.
  func period(_ hours: Range<Int>, by granularity: Granularity, _ calendar: SiteCalendar) -> String
  {
    let date = calendar.date(of: hours.lowerBound)
    switch granularity {
    case .hour, .total: return dates(hours, calendar)
    case .day: return self.date(year: date.year, month: date.month, day: date.day)
    case .week:
      let (year, week) = calendar.week(of: hours.lowerBound)
      return "\(self.week(week)) (\(year))"
    case .month: return monthAndYear(year: date.year, month: date.month)
    case .quarter: return "\((date.month + 2) / 3)/\(date.year)"
    case .year: return "\(date.year)"
    }
  }

  /// The same for an axis.
  func shortPeriod(
    _ hours: Range<Int>, by granularity: Granularity, _ calendar: SiteCalendar
  ) -> String {
    let date = calendar.date(of: hours.lowerBound)
    switch granularity {
    case .day, .hour, .total: return dayAndMonth(month: date.month, day: date.day)
    case .week: return "\(calendar.week(of: hours.lowerBound).week)"
    case .month: return monthShort(date.month)
    case .quarter: return "\((date.month + 2) / 3)/\(date.year)"
    case .year: return "\(date.year)"
    }
  }

  /// From the first day of a range to its last.
  func dates(_ hours: Range<Int>, _ calendar: SiteCalendar) -> String {
    let first = calendar.date(of: hours.lowerBound)
    let last = calendar.date(of: hours.upperBound - 1)
    return dates(
      from: (first.year, first.month, first.day), through: (last.year, last.month, last.day))
  }

  /// The moment of a UTC time by the site's clock, to the minute.
  func moment(milliseconds: Int64, _ calendar: SiteCalendar) -> String {
    let hour = Int(milliseconds / 3_600_000)
    let date = calendar.date(of: hour)
    return self.date(year: date.year, month: date.month, day: date.day) + " "
      + time(
        hour: calendar.hourOfDay(hour), minute: Int(milliseconds % 3_600_000) / 60_000)
  }

  /// In this language, else in Finnish, else in any; the id where there is none.
  public func name(_ texts: [String: String], or id: String) -> String {
    texts[rawValue] ?? texts["fi"] ?? texts.min { $0.key < $1.key }?.value ?? id
  }
}
