import CivilTime
import Registry
import Testing

@Suite struct DatedOpeningHoursTests {
  static func hours(_ yaml: String, above: String? = nil) throws -> OpeningHours? {
    let root = above.map { "opening_hours: \($0)\n" } ?? ""
    return try Files.read(
      root + Files.touchpoint("question: palvelu,\nopening_hours: \(yaml)")
    ).node("aula")?.openingHours
  }

  static func day(_ text: String) throws -> Int {
    try #require(CivilDate(parsing: text)).daysSince1970
  }

  @Test("each period is judged by the hours of then, a day of none by those above it")
  func periods() throws {
    let hours = try #require(
      try Self.hours(
        """
        [{hours: 08:00-16:00, to: 2026-06-01}, {from: 2026-09-01, to: 2027-01-01,
          hours: 10:00-12:00}]
        """, above: "09:00-15:00"))
    func open(_ date: String) throws -> [Range<Int>] {
      hours.minutes(ofDay: try Self.day(date), holidays: nil)
    }
    #expect(try open("1990-01-01") == [480..<960])
    #expect(try open("2026-05-31") == [480..<960])
    #expect(try open("2026-06-01") == [540..<900])
    #expect(try open("2026-09-01") == [600..<720])
    #expect(try open("2027-01-01") == [540..<900])
    #expect(
      hours.text
        == "until 2026-06-01: 08:00-16:00 | from 2026-06-01 until 2026-09-01: 09:00-15:00 | "
        + "from 2026-09-01 until 2027-01-01: 10:00-12:00 | from 2027-01-01: 09:00-15:00")
  }

  @Test("where nobody above gave hours, every hour of a day without an entry counts as open")
  func gap() throws {
    let hours = try #require(try Self.hours("[{hours: off, from: 2026-06-01}]"))
    #expect(hours.minutes(ofDay: try Self.day("2026-05-31"), holidays: nil) == [0..<1440])
    #expect(hours.minutes(ofDay: try Self.day("2026-06-01"), holidays: nil) == [])
  }

  @Test("the last night of a period ends when it ends")
  func night() throws {
    let hours = try #require(
      try Self.hours(
        "[{hours: 22:00-02:00, to: 2026-06-01}, {hours: 08:00-16:00, from: 2026-06-01}]"))
    #expect(
      hours.minutes(ofDay: try Self.day("2026-06-01"), holidays: nil) == [0..<120, 480..<960])
    #expect(hours.minutes(ofDay: try Self.day("2026-06-02"), holidays: nil) == [480..<960])
  }

  static let refusals: [Refusal] = [
    Refusal("empty", file("[]"), line: 9, "empty list"),
    Refusal("no hours", file("[{from: 2026-06-01}]"), line: 9, "has no 'hours'"),
    Refusal("wrong hours", file("[{hours: 25:00-26:00}]"), line: 9, "opening_hours of"),
    Refusal("wrong date", file("[{from: soon, hours: off}]"), line: 9, "'soon'", "YYYY-MM-DD"),
    Refusal(
      "backwards", file("[{from: 2026-06-01, to: 2026-06-01, hours: off}]"), line: 9,
      "'from' must be before 'to'"),
    Refusal(
      "overlap", file("[{from: 2026-06-01, hours: off},\n{to: 2026-06-02, hours: off}]"), line: 10,
      "on the same days"),
    Refusal("holidays", file("[{hours: PH off}]"), line: 9, "holidays: fi"),
  ]

  static func file(_ yaml: String) -> String {
    Files.touchpoint("question: palvelu,\nopening_hours: \(yaml)")
  }

  @Test("dated hours that cannot be are refused, with their line", arguments: refusals)
  func refused(_ refusal: Refusal) { refusal.check() }
}
