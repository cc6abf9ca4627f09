import Foundation

/// A day of the calendar, without a time zone: days since 1970-01-01.
struct LocalDate: Hashable, Comparable {
  var days: Int

  init(days: Int) {
    self.days = days
  }

  init(year: Int, month: Int, day: Int) {
    // Days from civil: March-based years put the leap day last.
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    days = era * 146_097 + dayOfEra - 719_468
  }

  /// `YYYY-MM-DD`; nil for anything else and for dates that do not exist.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    self.init(year: year, month: month, day: day)
    if civil != (year, month, day) { return nil }
  }

  var civil: (year: Int, month: Int, day: Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * dayOfYear + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * mp + 2) / 5 + 1)
  }

  /// Monday is 0, Sunday 6.
  var weekday: Int { ((days + 3) % 7 + 7) % 7 }

  var text: String {
    let (year, month, day) = civil
    return "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))"
  }

  static func < (left: LocalDate, right: LocalDate) -> Bool { left.days < right.days }
}

/// Local days, `from` inclusive and `to` exclusive, as the results API takes them.
struct DateRange {
  var from: LocalDate
  var to: LocalDate

  var dates: [LocalDate] { (from.days..<to.days).map(LocalDate.init(days:)) }
}

/// The city's wall clock. Times are seconds since 1970-01-01T00:00:00Z.
struct LocalCalendar {
  let zone: TimeZone

  init(identifier: String) throws {
    guard let zone = TimeZone(identifier: identifier) else {
      throw Failure("time zone \(identifier) is unknown here; install the package tzdata")
    }
    self.zone = zone
  }

  func offsetSeconds(at utcSeconds: Int) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(utcSeconds)))
  }

  /// UTC seconds of local midnight at the start of `date`.
  func midnight(_ date: LocalDate) -> Int {
    // Clocks change at 01:00 UTC in all of Europe, hours after any local midnight there:
    // the offset three hours before midnight UTC is the one in force at local midnight.
    let guess = date.days * 86_400
    return guess - offsetSeconds(at: guess - 10_800)
  }

  /// The local day that `utcSeconds` belongs to.
  func date(at utcSeconds: Int) -> LocalDate {
    let local = utcSeconds + offsetSeconds(at: utcSeconds)
    return LocalDate(days: Int((Double(local) / 86_400).rounded(.down)))
  }

  /// RFC 3339 with the local offset, whole seconds: `2017-01-01T00:00:00+02:00`.
  func text(_ utcSeconds: Int) -> String {
    let offset = offsetSeconds(at: utcSeconds)
    let sign = offset < 0 ? "-" : "+"
    let minutes = abs(offset) / 60
    return Self.civilText(utcSeconds + offset) + sign + (minutes / 60).padded(2) + ":"
      + (minutes % 60).padded(2)
  }

  /// `HH:MM:SS` on the city's wall.
  func wallClock(_ utcSeconds: Int) -> String {
    String(Self.civilText(utcSeconds + offsetSeconds(at: utcSeconds)).suffix(8))
  }

  /// RFC 3339 in UTC with milliseconds: `2018-05-01T07:30:00.250Z`.
  static func utcText(milliseconds: Int) -> String {
    civilText(milliseconds / 1000) + "." + (milliseconds % 1000).padded(3) + "Z"
  }

  private static func civilText(_ seconds: Int) -> String {
    let date = LocalDate(days: seconds / 86_400)
    let second = seconds % 86_400
    return date.text + "T" + (second / 3600).padded(2) + ":" + (second / 60 % 60).padded(2) + ":"
      + (second % 60).padded(2)
  }
}

extension Int {
  /// The number with leading zeros up to `width` digits.
  func padded(_ width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }

  /// The number in groups of three digits: `297 000`.
  var grouped: String {
    var digits = String(magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(Substring(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    groups.insert(Substring(digits), at: 0)
    return (self < 0 ? "-" : "") + groups.joined(separator: " ")
  }
}
