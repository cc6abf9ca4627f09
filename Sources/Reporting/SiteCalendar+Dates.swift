public import CivilTime

/// Local dates, for whoever shows periods or makes them.
extension SiteCalendar {
  /// The local date that a UTC hour since 1970 lies in.
  public func date(of hour: Int) -> CivilDate {
    CivilDate(daysSince1970: offsets.day(of: hour))
  }

  /// 0…23 by the local clock.
  public func hourOfDay(_ hour: Int) -> Int { hourOfWeek(hour) % 24 }

  /// 1 = Monday … 7 = Sunday (ISO 8601).
  public func weekday(of hour: Int) -> Int { hourOfWeek(hour) / 24 + 1 }

  /// The UTC hour since 1970 at which a local day begins.
  ///
  /// - Parameter day: since 1970-01-01, on or after 1970-01-02.
  public func startOfDay(_ day: Int) -> Int { offsets.startOfDay(day) }

  /// Number of the ISO week that a UTC hour lies in, and its year.
  public func week(of hour: Int) -> (year: Int, week: Int) {
    // The week's Thursday lies in the year that the week belongs to.
    let day = offsets.day(of: hour)
    let thursday = CivilDate(daysSince1970: day + 4 - weekday(of: hour))
    let first = CivilDate(year: thursday.year, carryingMonth: 1)
    return (thursday.year, (thursday.daysSince1970 - first.daysSince1970) / 7 + 1)
  }
}
