public import CivilTime

extension SiteCalendar {
  /// The first hour of the local month that an hour lies in, 0 before 1970.
  public func startOfMonth(containing hour: UTCHour) -> UTCHour {
    let date = date(of: hour)
    let first = CivilDate(year: date.year, carryingMonth: date.month)
    return max(0, startOfDay(first.daysSince1970))
  }

  /// The first hour of the local month after it.
  public func endOfMonth(containing hour: UTCHour) -> UTCHour {
    let date = date(of: hour)
    return startOfDay(CivilDate(year: date.year, carryingMonth: date.month + 1).daysSince1970)
  }

  /// The places of a list of days, by month.
  public func months(of days: [Range<UTCHour>]) -> [Range<Int>] {
    var months: [Range<Int>] = []
    var first = 0
    for day in days.indices {
      let isLast =
        day + 1 == days.count
        || date(of: days[day].lowerBound).month != date(of: days[day + 1].lowerBound).month
      if !isLast { continue }
      months.append(first..<day + 1)
      first = day + 1
    }
    return months
  }
}
