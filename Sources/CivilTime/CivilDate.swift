/// A date of the Gregorian calendar, and its number of days since 1970-01-01.
///
/// Its own few lines of arithmetic because Foundation's calendar costs microseconds a date,
/// and a year of hourly rows asks for seventeen thousand.
public struct CivilDate: Sendable, Equatable {
  public let year: Int
  /// 1…12.
  public let month: Int
  /// 1…31, within the month.
  public let day: Int

  /// The date that is `days` after 1970-01-01; negative is before. Any |days| < 2⁵³.
  public init(daysSince1970 days: Int) {
    // Years are counted from March, so that the leap day is the last of its year, in
    // eras of 400 years (146 097 days); 719 468 days lie between 0000-03-01 and 1970-01-01.
    let shifted = days + 719_468
    let era = UTC.floorDivision(shifted, by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// The date, or nil when there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else {
      return nil
    }
    self.init(unchecked: year, month, day)
    guard CivilDate(daysSince1970: daysSince1970) == self else { return nil }
  }

  /// Reads exactly `YYYY-MM-DD`; nil for anything else and for days that do not exist.
  public init?(parsing text: some StringProtocol) {
    var reader = FieldReader(text)
    self.init(reading: &reader)
    guard reader.isAtEnd else { return nil }
  }

  /// Takes `YYYY-MM-DD` from the beginning of a text.
  init?(reading reader: inout FieldReader) {
    guard let year = reader.number(digits: 4), reader.take("-"),
      let month = reader.number(digits: 2), reader.take("-"),
      let day = reader.number(digits: 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The first day of the month `month`, which may lie outside 1…12 and then carries.
  public init(year: Int, carryingMonth month: Int) {
    let months = year * 12 + month - 1
    let carried = UTC.floorDivision(months, by: 12)
    self.init(unchecked: carried, months - carried * 12 + 1, 1)
  }

  private init(unchecked year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Days since 1970-01-01, negative before.
  public var daysSince1970: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = UTC.floorDivision(shiftedYear, by: 400)
    let yearOfEra = shiftedYear - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// 0 = Monday … 6 = Sunday, of any day counted from 1970-01-01.
  public static func weekday(ofDay day: Int) -> Int {
    // 1970-01-01 was a Thursday, three days after its Monday.
    ((day + 3) % 7 + 7) % 7
  }
}

extension CivilDate: CustomStringConvertible {
  /// `YYYY-MM-DD`.
  public var description: String {
    "\(RFC3339.padded(year, 4))-\(RFC3339.padded(month, 2))-\(RFC3339.padded(day, 2))"
  }
}
