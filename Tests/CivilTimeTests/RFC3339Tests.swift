import CivilTime
import TestSupport
import Testing

@Suite struct RFC3339Tests {
  @Test(
    "a date-time is read to the millisecond",
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("2026-11-21T10:00:00.250Z", 1_795_255_200_250),
      ("2026-11-21t10:00:00.250z", 1_795_255_200_250),
      ("2026-11-21 10:00:00Z", 1_795_255_200_000),
      ("2026-11-21T12:00:00+02:00", 1_795_255_200_000),
      ("2026-11-21T04:30:00-05:30", 1_795_255_200_000),
      ("2026-11-21T10:00:00.2509999999Z", 1_795_255_200_250),
      ("2026-11-21T10:00:00.9999Z", 1_795_255_200_999),
      ("2026-11-21T10:00:00.2Z", 1_795_255_200_200),
      ("2026-11-21T10:00:00.02Z", 1_795_255_200_020),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000),
      ("2000-02-29T23:59:59Z", 951_868_799_000),
      ("2016-12-31T23:59:60Z", 1_483_228_799_000),
      ("2026-11-21T10:00:00-00:00", 1_795_255_200_000),
      ("2106-02-07T06:28:14.999Z", 4_294_967_294_999),
    ])
  func read(_ text: String, _ milliseconds: Int) {
    #expect(RFC3339.milliseconds(parsing: text) == Int64(milliseconds))
  }

  @Test(
    "what is no date-time from 1970 to 2106 is refused",
    arguments: [
      "", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21T10:00Z", "2026-11-21T10:00:00.Z",
      "2026-11-21T10:00:00,5Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
      "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
      "2026-11-21T24:00:00Z", "2026-11-21T10:60:00Z", "2026-11-21T10:00:61Z",
      "2026-11-21T10:00:00+24:00", "2026-11-21T10:00:00+02", "2026-11-21T10:00:00+0200",
      "2026-11-21T10:00:00+02:60", "2026-11-21T10:00:00Z ", " 2026-11-21T10:00:00Z",
      "2026-1-21T10:00:00Z", "26-11-21T10:00:00Z", "+2026-11-21T10:00:00Z",
      "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01", "2106-02-07T06:28:15Z",
      "２０２６-11-21T10:00:00Z", "2026-11-21T10:00:00Zulu", "2026-11-21X10:00:00Z",
    ])
  func refused(_ text: String) {
    #expect(RFC3339.milliseconds(parsing: text) == nil)
  }

  @Test("every moment that is written is read back")
  func roundTrip() {
    var generator = Seeded(stream: 30)
    for number in 0..<5000 {
      let day = number < 2000 ? Int64(number) * 86_400_000 * 24 : 0
      let milliseconds = (day + Int64.random(in: 0..<4_294_967_295_000, using: &generator))
        .quotientAndRemainder(dividingBy: 4_294_967_295_000).remainder
      let text = RFC3339.format(milliseconds: milliseconds)
      #expect(RFC3339.milliseconds(parsing: text) == milliseconds, "\(text), \(Seeded.command)")
    }
    #expect(RFC3339.format(milliseconds: 1_795_255_200_000) == "2026-11-21T10:00:00Z")
    #expect(RFC3339.format(milliseconds: 1_795_255_200_005) == "2026-11-21T10:00:00.005Z")
  }
}
