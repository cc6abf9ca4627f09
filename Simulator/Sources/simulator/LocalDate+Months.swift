extension LocalDate {
  /// The first day of the month so many months before this day's.
  func monthStart(back months: Int) -> LocalDate {
    let (year, month, _) = civil
    let index = 12 * year + month - 1 - months
    return LocalDate(year: index / 12, month: index % 12 + 1, day: 1)
  }

  /// The first Monday from this day on.
  var monday: LocalDate { LocalDate(days: days + (7 - weekday) % 7) }

  /// A day on which offices are shut: a weekend, a public holiday, Christmas Eve.
  var isOfficeHoliday: Bool {
    if weekday >= 5 { return true }
    let (year, month, day) = civil
    let fixed = [(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)]
    if fixed.contains(where: { $0 == (month, day) }) { return true }
    // Good Friday, Easter Monday, Ascension Day; the other movable ones lie on weekends.
    return [-2, 1, 39].contains(days - Self.easter(year).days)
  }

  /// Easter Sunday by the Gregorian computus (Meeus).
  private static func easter(_ year: Int) -> LocalDate {
    let golden = year % 19
    let (century, rest) = (year / 100, year % 100)
    let correction = (century - (century + 8) / 25 + 1) / 3
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30
    let toSunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7
    let late = (golden + 11 * epact + 22 * toSunday) / 451
    let sum = epact + toSunday - 7 * late + 114
    return LocalDate(year: year, month: sum / 31, day: sum % 31 + 1)
  }
}
