import CivilTime
import Registry
import Testing

@Suite struct OpeningHoursTests {
  static func day(_ text: String) throws -> Int {
    try #require(CivilDate(parsing: text)).daysSince1970
  }

  /// `08:00-16:00,…`, or `-` for closed.
  static func shown(_ hours: OpeningHours, _ date: String, _ calendar: Holidays.Calendar) throws
    -> String
  {
    func clock(_ minute: Int) -> String {
      let (hour, rest) = (minute / 60, minute % 60)
      return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }
    let minutes = hours.minutes(ofDay: try day(date), holidays: Holidays(calendar))
    let texts = minutes.map { "\(clock($0.lowerBound))-\(clock($0.upperBound))" }
    return texts.isEmpty ? "-" : texts.joined(separator: ",")
  }

  struct Vector: Sendable, CustomTestStringConvertible {
    var text: String
    var days: [(date: String, times: String)]
    var testDescription: String { text }

    init(_ text: String, _ days: (date: String, times: String)...) {
      self.text = text
      self.days = days
    }
  }

  // 2026-06-05 was a Friday; 6 June 2026 a Saturday, 6 December 2026 a Sunday.
  static let vectors = [
    Vector("24/7", ("2026-06-05", "00:00-24:00")),
    Vector("08:00-16:00", ("2026-06-05", "08:00-16:00"), ("2026-06-07", "08:00-16:00")),
    Vector(
      "Mo-Fr 08:00-16:00", ("2026-06-05", "08:00-16:00"), ("2026-06-06", "-"),
      ("2026-06-07", "-"), ("2026-06-08", "08:00-16:00")),
    Vector(
      "Sa-Mo,We 10:00-12:00,13:00-15:30", ("2026-06-05", "-"),
      ("2026-06-06", "10:00-12:00,13:00-15:30"), ("2026-06-08", "10:00-12:00,13:00-15:30"),
      ("2026-06-09", "-"), ("2026-06-10", "10:00-12:00,13:00-15:30")),
    Vector(
      "Mo-Fr 08:00-16:00; Fr 08:00-14:00", ("2026-06-04", "08:00-16:00"),
      ("2026-06-05", "08:00-14:00")),
    Vector(
      "Mo-Su 09:00-15:00; PH off", ("2026-12-05", "09:00-15:00"), ("2026-12-06", "-"),
      ("2026-12-24", "09:00-15:00"), ("2026-12-25", "-")),
    Vector("Mo-Fr,PH 09:00-10:00", ("2026-12-05", "-"), ("2026-12-06", "09:00-10:00")),
    Vector("Su,PH off; 10:00-12:00", ("2026-12-06", "10:00-12:00")),
    Vector(
      "Jun-Aug Mo-Fr 09:00-15:00", ("2026-05-29", "-"), ("2026-06-01", "09:00-15:00"),
      ("2026-08-31", "09:00-15:00"), ("2026-09-01", "-")),
    Vector(
      "10:00-12:00; Nov-Feb closed", ("2026-10-31", "10:00-12:00"), ("2026-11-01", "-"),
      ("2027-02-28", "-"), ("2028-02-29", "-"), ("2027-03-01", "10:00-12:00")),
    Vector(
      "10:00-12:00; Dec 24-26,Jan 1 off", ("2026-12-23", "10:00-12:00"), ("2026-12-24", "-"),
      ("2026-12-26", "-"), ("2026-12-27", "10:00-12:00"), ("2027-01-01", "-")),
    Vector(
      "10:00-12:00; Dec 24-Jan 6 off", ("2026-12-31", "-"), ("2027-01-06", "-"),
      ("2027-01-07", "10:00-12:00")),
    Vector(
      "10:00-12:00; 2018 Dec 24-26 off", ("2018-12-25", "-"), ("2019-12-25", "10:00-12:00")),
    Vector(
      "10:00-12:00; 2018 Dec 24-2019 Jan 6 off", ("2018-12-23", "10:00-12:00"),
      ("2019-01-06", "-"), ("2019-01-07", "10:00-12:00"), ("2019-12-25", "10:00-12:00")),
    Vector(
      "2018 Jun-Aug 10:00-12:00", ("2018-08-31", "10:00-12:00"), ("2018-09-01", "-"),
      ("2019-07-01", "-")),
    Vector("Dec 24 10:00-14:00", ("2026-12-24", "10:00-14:00"), ("2026-12-25", "-")),
    // Past midnight.
    Vector("22:00-02:00", ("2026-06-05", "00:00-02:00,22:00-24:00")),
    Vector(
      "Fr 22:00-02:00", ("2026-06-05", "22:00-24:00"), ("2026-06-06", "00:00-02:00"),
      ("2026-06-07", "-")),
    Vector("Fr 22:00-26:00", ("2026-06-05", "22:00-24:00"), ("2026-06-06", "00:00-02:00")),
    Vector("Fr 18:00-24:00", ("2026-06-05", "18:00-24:00"), ("2026-06-06", "-")),
    Vector(
      "Mo-Sa 10:00-18:00; Fr 20:00-02:00", ("2026-06-05", "20:00-24:00"),
      ("2026-06-06", "00:00-02:00,10:00-18:00")),
    // A later rule takes the whole day that it names, the night before included.
    Vector(
      "Fr 22:00-04:00; Sa 10:00-14:00", ("2026-06-05", "22:00-24:00"),
      ("2026-06-06", "10:00-14:00")),
    Vector(
      "22:00-02:00; Jun 6 off", ("2026-06-05", "00:00-02:00,22:00-24:00"), ("2026-06-06", "-"),
      ("2026-06-07", "22:00-24:00")),
    Vector("08:00-12:00,11:00-13:00", ("2026-06-05", "08:00-13:00")),
    Vector("  Mo-Fr   08:00 - 16:00  ", ("2026-06-05", "08:00-16:00")),
    Vector("off", ("2026-06-05", "-")),
  ]

  @Test("a day is open as the last rule that names it says", arguments: vectors)
  func days(_ vector: Vector) throws {
    let hours = try OpeningHours(parsing: vector.text)
    #expect(hours.text == vector.text)
    for (date, times) in vector.days {
      #expect(try Self.shown(hours, date, .finland) == times, "\(date)")
    }
  }

  @Test("the eves are holidays where the registry says so")
  func eves() throws {
    let hours = try OpeningHours(parsing: "08:00-16:00; PH off")
    for date in ["2026-06-19", "2026-12-24"] {
      #expect(try Self.shown(hours, date, .finland) == "08:00-16:00")
      #expect(try Self.shown(hours, date, .finlandWithEves) == "-")
    }
  }

  static let refused: [(text: String, reason: String)] = [
    ("", "a rule is empty"),
    ("Mo-Fr 08:00-16:00;", "a rule is empty"),
    ("Mo-Fr", "has no times"),
    ("mo-fr 08:00-16:00", "did you mean"),
    ("Ma-Pe 08:00-16:00", "'Ma'"),
    ("Mo-Fr 8:00-16:00", "times are HH:MM-HH:MM"),
    ("Mo-Fr 08.00-16.00", "times are"),
    ("Mo-Fr 08-16", "times are"),
    ("Mo-Fr 08:00", "times are"),
    ("Mo-Fr 08:00+", "times are"),
    ("Mo-Fr 08:00-08:00", "up to 24 hours"),
    ("Mo-Fr 24:00-25:00", "from 00:00 on"),
    ("Mo-Fr 08:00-49:00", "times are"),
    ("Mo-Fr 08:00-16:60", "times are"),
    ("Mo-Fr sunrise-sunset", "'sunrise'"),
    ("Mo-Fr 08:00-12:00, Sa 10:00-14:00", "semicolon"),
    ("Mo-Fr 08:00-12:00 || off", "goes on"),
    ("Mo-Fr 08:00-12:00 open", "goes on"),
    ("Mo[1] 08:00-12:00", "'['"),
    ("SH off", "'SH' is no weekday"),
    ("week 1-10 08:00-12:00", "'week'"),
    ("PH -1 day off", "'-'"),
    ("easter off", "'easter'"),
    ("Feb 30 off", "Feb has no day 30"),
    ("Dec 24,31 off", "name the month"),
    ("Dec-24 off", "a month is missing"),
    ("Dec-Jan 6 off", "from month to month"),
    ("2018 Dec 24-Jan 6 off", "the year at both ends"),
    ("Dec 24-2019 Jan 6 off", "the year at both ends"),
    ("2019 Jan 6-2018 Dec 24 off", "no such dates"),
    ("2018 Nov-Feb off", "no such dates"),
    ("2019 Feb 29 off", "no such dates"),
    ("1969 Feb 2 off", "years are"),
    ("24/7 off", "times are"),
    ("Mo-Fr 08:00-12:00 \"by appointment\"", "goes on"),
    (String(repeating: "Mo off; ", count: 200) + "Tu off", "allowed are 1000"),
  ]

  @Test("what is outside the subset is refused with the reason, never guessed", arguments: refused)
  func refusal(text: String, reason: String) {
    do {
      let hours = try OpeningHours(parsing: text)
      Issue.record("'\(text)' was read as \(hours)")
    } catch {
      #expect(error.description.contains(reason), "\(error.description)")
      #expect(!error.description.contains("\n"))
    }
  }

  @Test("nodes inherit opening hours, and the nearest that has some decides")
  func inheritance() throws {
    let registry = try Registry(
      yaml: """
        site: helsinki
        time_zone: Europe/Helsinki
        holidays: fi
        opening_hours: Mo-Fr 08:00-16:00; PH off
        questions: [{id: palvelu, buttons: 4}]
        nodes:
          - {id: a, kind: touchpoint, question: palvelu}
          - id: b
            kind: unit
            opening_hours: 24/7
            nodes:
              - {id: c, kind: touchpoint, question: palvelu}
              - {id: d, kind: touchpoint, question: palvelu, opening_hours: Sa 10:00-14:00}
        """, name: "registry.yaml")
    #expect(registry.holidays?.calendar == .finland)
    let texts = ["a", "b", "c", "d"].map { registry.node($0)?.openingHours?.text }
    #expect(texts == ["Mo-Fr 08:00-16:00; PH off", "24/7", "24/7", "Sa 10:00-14:00"])
    #expect(registry.node(Registry.unassigned)?.openingHours == nil)
  }

  static let files: [Refusal] = [
    Refusal(
      "times", Files.touchpoint("question: palvelu,\nopening_hours: Mo-Fr 8-16"), line: 9,
      "opening_hours of node 'aula': 'Mo-Fr 8-16': times are HH:MM-HH:MM"),
    Refusal(
      "PH without a calendar", Files.touchpoint("question: palvelu,\nopening_hours: PH off"),
      line: 9, "PH needs a calendar; add 'holidays: fi'"),
    Refusal(
      "a list", Files.touchpoint("question: palvelu,\nopening_hours: [24/7]"), line: 9,
      "an entry of opening_hours of node 'aula' is '24/7'"),
    Refusal(
      "unknown holidays", "site: a\ntime_zone: Europe/Helsinki\nholidays: se", line: 3,
      "holidays is 'se'; allowed are fi and fi-with-eves"),
  ]

  @Test("a registry with wrong opening hours is refused, with the line", arguments: files)
  func fileRefused(_ refusal: Refusal) { refusal.check() }
}
