public import CivilTime
import Registry

extension SiteCalendar {
  /// The period before one, as long in the site's calendar; nil when it began before 1970.
  ///
  /// Whole calendar months (and so quarters and years) are followed back by as many months; other
  /// whole days, ISO weeks among them, by as many days; anything else by as many hours.
  public func periodBefore(_ hours: Range<UTCHour>) -> Range<UTCHour>? {
    guard let days = wholeDays(hours) else {
      return period(hours.lowerBound - hours.count, hours.lowerBound)
    }
    let start = CivilDate(daysSince1970: days.lowerBound)
    let end = CivilDate(daysSince1970: days.upperBound)
    if start.day == 1 && end.day == 1 {
      let months = (end.year - start.year) * 12 + end.month - start.month
      let before = CivilDate(year: start.year, carryingMonth: start.month - months)
      return period(offsets.startOfDay(before.daysSince1970), hours.lowerBound)
    }
    return period(offsets.startOfDay(days.lowerBound - days.count), hours.lowerBound)
  }

  /// The same period a year earlier; nil when it began before 1970.
  ///
  /// Whole ISO weeks, unless they are whole months too: the weeks 52 weeks before, so that weekdays
  /// meet. Other whole days: the same dates of the year before, 29 February being read as the 28th.
  /// Anything else: from the same local hour of that date on, as many hours.
  public func periodYearAgo(_ hours: Range<UTCHour>) -> Range<UTCHour>? {
    guard let days = wholeDays(hours) else {
      let day = offsets.day(of: hours.lowerBound)
      let start =
        offsets.startOfDay(SiteCalendar.yearBefore(day, isEnd: false)) + hours.lowerBound
        - offsets.startOfDay(day)
      return period(start, start + hours.count)
    }
    let isWeeks = CivilDate.weekday(ofDay: days.lowerBound) == 0 && days.count % 7 == 0
    let isMonths = [days.lowerBound, days.upperBound].allSatisfy {
      CivilDate(daysSince1970: $0).day == 1
    }
    if isWeeks && !isMonths {
      return period(
        offsets.startOfDay(days.lowerBound - 364), offsets.startOfDay(days.upperBound - 364))
    }
    return period(
      offsets.startOfDay(SiteCalendar.yearBefore(days.lowerBound, isEnd: false)),
      offsets.startOfDay(SiteCalendar.yearBefore(days.upperBound, isEnd: true)))
  }

  private func period(_ start: UTCHour, _ end: UTCHour) -> Range<UTCHour>? {
    start >= 0 && start < end ? start..<end : nil
  }

  /// The local days of a range that begins and ends at their edges; nil for any other.
  private func wholeDays(_ hours: Range<UTCHour>) -> Range<Int>? {
    let days = offsets.day(of: hours.lowerBound)..<offsets.day(of: hours.upperBound)
    guard offsets.startOfDay(days.lowerBound) == hours.lowerBound,
      offsets.startOfDay(days.upperBound) == hours.upperBound
    else { return nil }
    return days
  }

  /// The same date of the year before; where that has no 29 February, the day ends with the 28th.
  private static func yearBefore(_ day: Int, isEnd: Bool) -> Int {
    let date = CivilDate(daysSince1970: day)
    if let before = CivilDate(year: date.year - 1, month: date.month, day: date.day) {
      return before.daysSince1970
    }
    return CivilDate(year: date.year - 1, carryingMonth: 3).daysSince1970 - (isEnd ? 0 : 1)
  }
}
