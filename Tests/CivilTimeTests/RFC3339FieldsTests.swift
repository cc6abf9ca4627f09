import CivilTime
import Testing

@Suite struct RFC3339FieldsTests {
  @Test("every field is read as it is written")
  func fields() throws {
    let read = try #require(RFC3339.Fields(parsing: "2017-10-29T03:30:05.2507-05:30"))
    #expect(read.date.description == "2017-10-29")
    #expect((read.hour, read.minute, read.second, read.millisecond) == (3, 30, 5, 250))
    #expect(read.offsetMinutes == -330 && !read.isWholeSecond)
    #expect(read.clockSeconds == read.date.daysSince1970 * 86_400 + 3 * 3600 + 30 * 60 + 5)
  }

  @Test(
    "a fraction is zero when all its digits are",
    arguments: [("", true), (".0", true), (".000000", true), (".1", false), (".0000001", false)])
  func fraction(text: String, isWhole: Bool) {
    #expect(RFC3339.Fields(parsing: "2017-01-01T00:00:00\(text)Z")?.isWholeSecond == isWhole)
  }

  @Test("a leap second is read, and counts as the second before it")
  func leapSecond() throws {
    let leap = try #require(RFC3339.Fields(parsing: "2016-12-31T23:59:60Z"))
    #expect(leap.second == 60)
    #expect(leap.clockSeconds == 1_483_228_799)
  }

  struct Case: Sendable {
    let text: String
    let allowance: RFC3339.Allowance
    let offsetMinutes: Int?
  }

  static let cases = [
    Case(text: "2017-01-01T10:00Z", allowance: .noSeconds, offsetMinutes: 0),
    Case(text: "2017-01-01T10:00:00", allowance: .noOffset, offsetMinutes: nil),
    Case(text: "2017-01-01 10:00:00.5+0230", allowance: .noColonInOffset, offsetMinutes: 150),
    Case(text: "2017-01-01T10:00:00 02:00", allowance: .spaceForPlus, offsetMinutes: 120),
    Case(text: "2017-01-01t10:00", allowance: [.noSeconds, .noOffset], offsetMinutes: nil),
  ]

  @Test("what the standard does not write is read where it is allowed", arguments: cases)
  func allowances(expected: Case) throws {
    let read = try #require(
      RFC3339.Fields(parsing: expected.text, allowing: expected.allowance))
    #expect(read.hour == 10 && read.minute == 0 && read.second == 0)
    #expect(read.offsetMinutes == expected.offsetMinutes)
    #expect(RFC3339.Fields(parsing: expected.text) == nil)
  }

  @Test(
    "whatever is allowed, anything else is refused",
    arguments: [
      "", "2017-01-01", "2017-01-01T", "2017-01-01T10", "2017-01-01T10:", "2017-02-29T10:00",
      "2017-01-01T24:00", "2017-01-01T10:60", "2017-01-01T10:00:61", "2017-01-01T10:00:00.",
      "2017-01-01T10:00.5", "2017-01-01T10:00+3", "2017-01-01T10:00+24:00", "2017-01-01T10:00 EET",
      "2017-01-01T10:00+02:60", "2017-01-01T10:00ZZ", "2017-01-01X10:00", "９９99-01-01T10:00",
    ])
  func refused(_ text: String) {
    let all: RFC3339.Allowance = [.noSeconds, .noOffset, .noColonInOffset, .spaceForPlus]
    #expect(RFC3339.Fields(parsing: text, allowing: all) == nil)
  }

  @Test(
    "an hour is written by the clock of its offset, which can be a day of another year",
    arguments: [
      (412_006, 2, "2017-01-01T00:00:00+02:00"), (412_006, -5, "2016-12-31T17:00:00-05:00"),
      (0, -1, "1969-12-31T23:00:00-01:00"), (412_006, 14, "2017-01-01T12:00:00+14:00"),
    ])
  func hours(hour: UTCHour, offsetHours: Int, text: String) {
    #expect(RFC3339.format(hour: hour, offsetHours: offsetHours) == text)
  }
}
