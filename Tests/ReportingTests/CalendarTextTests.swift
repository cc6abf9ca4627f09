import Foundation
import Reporting
import Testing

@Suite struct CalendarTextTests {
  @Test(
    "dates and times on the hour are read",
    arguments: [
      ("2017-01-01", 412_006), ("2018-07-01", 425_109), ("1970-01-01", 0), ("1970-01-02", 22),
      ("2017-01-01T00:00:00+02:00", 412_006), ("2016-12-31T22:00:00Z", 412_006),
      ("2016-12-31t22:00:00z", 412_006), ("2016-12-31T22:00:00.000Z", 412_006),
      ("2017-01-01T03:30:00+05:30", 412_006), ("2016-12-31T17:00:00-05:00", 412_006),
      ("2017-01-01T00:00:00 02:00", 412_006), ("2017-01-01 00:00:00+02:00", 412_006),
      ("1970-01-01T00:00:00Z", 0), ("2198-02-27T08:00:00Z", 2_000_000),
    ])
  func read(text: String, hour: Int) throws {
    #expect(try CalendarBinTests.helsinki().hour(parsing: text) == hour)
  }

  @Test(
    "anything else is refused, with what is allowed",
    arguments: [
      ("", "no such date"), ("2017", "no such date"), ("2017-02-29", "no such date"),
      ("2017-1-1", "no such date"), ("yesterday", "no such date"),
      ("2017-01-01T00:00:00", "no such time"), ("2017-01-01T24:00:00Z", "no such time"),
      ("2017-01-01T00:60:00Z", "no such time"), ("2017-01-01T00:00:60Z", "no such time"),
      ("2017-02-29T00:00:00Z", "no such time"), ("2017-01-01T00:00:00+2:00", "no such time"),
      ("2017-01-01T00:00:00+24:00", "no such time"), ("2017-01-01T00:00:00+0200", "no such time"),
      ("2017-01-01T00:00:00.Z", "no such time"), ("2017-01-01T00:00:00.5Z", "no such time"),
      ("2017-01-01T00:00:00Zjunk", "no such time"), ("2017-01-01T00:00Z", "no such time"),
      ("2017-01-01T00:30:00Z", "not on a whole hour"), ("2017-01-01T00:00:01Z", "not on a whole"),
      ("2017-01-01T00:00:00+05:30", "not on a whole hour"),
      ("1969-12-31", "outside"), ("1969-12-31T23:00:00Z", "outside"),
      ("2198-02-27T09:00:00Z", "outside"), ("9999-12-31", "outside"),
    ])
  func refused(text: String, reason: String) throws {
    let calendar = try CalendarBinTests.helsinki()
    do {
      _ = try calendar.hour(parsing: text)
      Issue.record("accepted")
    } catch {
      #expect(error.text == text)
      #expect(error.description.contains(reason), "\(error)")
      #expect(error.description.contains("2198") || error.description.contains("YYYY-MM-DD"))
      #expect(!error.description.contains("\n"))
    }
  }

  @Test(
    "an hour is shown with the site's offset at that hour",
    arguments: [
      (412_006, "2017-01-01T00:00:00+02:00"), (425_109, "2018-07-01T00:00:00+03:00"),
      (422_760, "2018-03-25T02:00:00+02:00"), (422_761, "2018-03-25T04:00:00+03:00"),
      (427_968, "2018-10-28T03:00:00+03:00"), (427_969, "2018-10-28T03:00:00+02:00"),
    ])
  func shown(hour: Int, text: String) throws {
    #expect(try CalendarBinTests.helsinki().format(hour: hour) == text)
  }

  @Test(
    "what is shown is what Foundation shows, and is read as the same hour",
    arguments: CalendarBinTests.zones)
  func roundTrip(identifier: String) throws {
    let zone = try #require(TimeZone(identifier: identifier))
    let calendar = SiteCalendar(timeZone: zone)
    let style = Date.ISO8601FormatStyle(timeZoneSeparator: .colon, timeZone: zone)
    var generator = Seeded()
    for _ in 0..<2000 {
      let hour = Int.random(in: 262_968..<1_999_000, using: &generator)
      let text = calendar.format(hour: hour)
      #expect(try calendar.hour(parsing: text) == hour, "\(Seeded.command)")
      let plain = Date(timeIntervalSince1970: Double(hour) * 3600).formatted(style)
      #expect(text == plain.replacing("Z", with: "+00:00"), "\(hour) \(Seeded.command)")
    }
  }

  @Test("west of Greenwich the offset is negative")
  func west() throws {
    let calendar = SiteCalendar(timeZone: try #require(TimeZone(identifier: "America/New_York")))
    #expect(calendar.format(hour: 412_006) == "2016-12-31T17:00:00-05:00")
  }
}
