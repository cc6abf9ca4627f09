import CivilTime
import Testing

@Suite struct CivilDateTests {
  @Test("every day from 1600 to 2400 follows the one before, by the rule of the calendar")
  func days() {
    var (year, month, day) = (1600, 1, 1)
    for days in -135_140..<157_054 {
      let date = CivilDate(daysSince1970: days)
      guard date.year == year, date.month == month, date.day == day, date.daysSince1970 == days
      else {
        Issue.record("day \(days) is \(date), not \(year)-\(month)-\(day)")
        return
      }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      day += 1
      if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect(year == 2400 && month == 1 && day == 1)
  }

  @Test(
    "a date is read exactly as YYYY-MM-DD",
    arguments: [
      ("1970-01-01", 0), ("2000-02-29", 11_016), ("2016-02-29", 16_860), ("1969-12-31", -1),
    ])
  func parsed(text: String, days: Int) {
    #expect(CivilDate(parsing: text)?.daysSince1970 == days)
    #expect(CivilDate(parsing: text)?.description == text)
  }

  @Test(
    "anything else is no date",
    arguments: [
      "", "2016-1-1", "2016-02-30", "1900-02-29", "2016-00-01", "2016-01-00", "2016-13-01",
      "2016-01-32", "2016/01/01", "+016-01-01", "2016-01-01 ", "２０１６-01-01", "20160101",
    ])
  func refused(text: String) {
    #expect(CivilDate(parsing: text) == nil)
  }

  @Test(
    "the first of a month carries over the year",
    arguments: [
      (2016, 13, "2017-01-01"), (2016, 0, "2015-12-01"), (2016, 12, "2016-12-01"),
      (2016, -11, "2015-01-01"), (2016, 25, "2018-01-01"),
    ])
  func carrying(year: Int, month: Int, text: String) {
    #expect(CivilDate(year: year, carryingMonth: month).description == text)
  }

  @Test(
    "weekdays count from Monday, before 1970 too",
    arguments: [
      ("1970-01-01", 3), ("1969-12-31", 2), ("2026-11-23", 0), ("2026-11-29", 6), ("1900-01-01", 0),
    ])
  func weekday(text: String, weekday: Int) throws {
    let day = try #require(CivilDate(parsing: text)).daysSince1970
    #expect(CivilDate.weekday(ofDay: day) == weekday)
    #expect(CivilDate.weekday(ofDay: day + 7) == weekday)
  }
}
