import Foundation
import Reporting
import Testing

@Suite struct CalendarBinTests {
  static func helsinki() throws -> SiteCalendar {
    SiteCalendar(timeZone: try #require(TimeZone(identifier: "Europe/Helsinki")))
  }

  static func dates(
    _ from: String, _ to: String, _ granularity: Granularity
  ) throws -> [String] {
    let calendar = try helsinki()
    let bins = try calendar.bins(
      from: calendar.hour(parsing: from), to: calendar.hour(parsing: to), by: granularity)
    return bins.map {
      calendar.format(hour: $0.lowerBound).prefix(13) + "/"
        + calendar.format(hour: $0.upperBound).prefix(13)
    }
  }

  struct Case: Sendable {
    let from: String
    let to: String
    let granularity: Granularity
    let bins: [String]
  }

  static let cases = [
    Case(
      // 1 January 2017 is a Sunday and belongs to week 52 of 2016.
      from: "2017-01-01", to: "2017-01-10", granularity: .week,
      bins: [
        "2017-01-01T00/2017-01-02T00", "2017-01-02T00/2017-01-09T00", "2017-01-09T00/2017-01-10T00",
      ]),
    Case(
      from: "2016-12-29", to: "2017-01-03", granularity: .week,
      bins: ["2016-12-29T00/2017-01-02T00", "2017-01-02T00/2017-01-03T00"]),
    Case(
      from: "2016-12-31", to: "2017-01-02", granularity: .year,
      bins: ["2016-12-31T00/2017-01-01T00", "2017-01-01T00/2017-01-02T00"]),
    Case(
      from: "2017-02-15", to: "2018-01-01", granularity: .quarter,
      bins: [
        "2017-02-15T00/2017-04-01T00", "2017-04-01T00/2017-07-01T00", "2017-07-01T00/2017-10-01T00",
        "2017-10-01T00/2018-01-01T00",
      ]),
    Case(
      from: "2016-12-31T12:00:00+02:00", to: "2017-03-01", granularity: .month,
      bins: [
        "2016-12-31T12/2017-01-01T00", "2017-01-01T00/2017-02-01T00", "2017-02-01T00/2017-03-01T00",
      ]),
    Case(
      from: "2016-02-28", to: "2016-03-01", granularity: .day,
      bins: ["2016-02-28T00/2016-02-29T00", "2016-02-29T00/2016-03-01T00"]),
    Case(
      from: "2017-01-01", to: "2018-09-12", granularity: .total,
      bins: ["2017-01-01T00/2018-09-12T00"]),
  ]

  @Test("periods are the local calendar's, cut to the range", arguments: cases)
  func edges(expected: Case) throws {
    let bins = try CalendarBinTests.dates(expected.from, expected.to, expected.granularity)
    #expect(bins == expected.bins)
  }

  @Test(
    "days have 23, 24 and 25 hours",
    arguments: [
      ("2018-03-24", 24), ("2018-03-25", 23), ("2018-03-26", 24), ("2018-10-27", 24),
      ("2018-10-28", 25), ("2018-10-29", 24),
    ])
  func days(date: String, hours: Int) throws {
    let calendar = try CalendarBinTests.helsinki()
    let start = try calendar.hour(parsing: date)
    #expect(calendar.bins(from: start, to: start + 30, by: .day).first?.count == hours)
    #expect(calendar.bins(from: start, to: start + hours, by: .hour).count == hours)
  }

  @Test("an empty range has no periods", arguments: Granularity.allCases)
  func empty(granularity: Granularity) throws {
    let calendar = try CalendarBinTests.helsinki()
    #expect(calendar.bins(from: 400_000, to: 400_000, by: granularity).isEmpty)
    #expect(calendar.bins(from: 400_001, to: 400_000, by: granularity).isEmpty)
  }

  @Test("the first and the last hour there are have periods too", arguments: Granularity.allCases)
  func wholeTime(granularity: Granularity) throws {
    let calendar = try CalendarBinTests.helsinki()
    let bins = calendar.bins(from: 0, to: 2_000_000, by: granularity)
    #expect(bins.first?.lowerBound == 0 && bins.last?.upperBound == 2_000_000)
    #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
  }

  static let zones = [
    "Europe/Helsinki", "America/New_York", "America/Sao_Paulo", "America/Havana", "Asia/Beirut",
    "Africa/Casablanca", "Pacific/Apia", "Pacific/Auckland", "UTC", "Europe/Lisbon",
  ]

  /// The obvious way: ask Foundation where the period of every hour ends.
  static func plainBins(
    _ zone: TimeZone, from: Int, to: Int, by granularity: Granularity
  ) -> [Range<Int>] {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    calendar.firstWeekday = 2
    calendar.minimumDaysInFirstWeek = 4
    func key(_ hour: Int) -> [Int] {
      let date = Date(timeIntervalSince1970: Double(hour) * 3600)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .weekOfYear, .yearForWeekOfYear], from: date)
      let (year, month, day) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
      switch granularity {
      case .total: return []
      case .hour: return [hour]
      case .day: return [year, month, day]
      case .week: return [parts.yearForWeekOfYear ?? 0, parts.weekOfYear ?? 0]
      case .month: return [year, month]
      case .quarter: return [year, (month - 1) / 3]
      case .year: return [year]
      }
    }
    var bins: [Range<Int>] = []
    var start = from
    for hour in from..<to where hour + 1 == to || key(hour) != key(hour + 1) {
      bins.append(start..<hour + 1)
      start = hour + 1
    }
    return bins
  }

  @Test(
    "random ranges in any zone have the periods that Foundation's calendar finds",
    arguments: zones)
  func random(identifier: String) throws {
    let zone = try #require(TimeZone(identifier: identifier))
    let calendar = SiteCalendar(timeZone: zone)
    var generator = Seeded()
    for _ in 0..<20 {
      let granularity = try #require(Granularity.allCases.randomElement(using: &generator))
      let from = Int.random(in: 262_968...1_100_000, using: &generator)
      let to = from + Int.random(in: 1...(granularity == .year ? 12_000 : 3000), using: &generator)
      let bins = calendar.bins(from: from, to: to, by: granularity)
      let plain = CalendarBinTests.plainBins(zone, from: from, to: to, by: granularity)
      #expect(bins == plain, "\(identifier) \(from)..<\(to) \(granularity) \(Seeded.command)")
    }
  }

  @Test(
    "around every change of the clocks the days are those of Foundation's calendar",
    arguments: zones)
  func changes(identifier: String) throws {
    let zone = try #require(TimeZone(identifier: identifier))
    let calendar = SiteCalendar(timeZone: zone)
    var moment = Date(timeIntervalSince1970: 946_684_800)
    var checked = 0
    while checked < 30, let next = zone.nextDaylightSavingTimeTransition(after: moment) {
      let hour = Int(next.timeIntervalSince1970) / 3600
      let plain = CalendarBinTests.plainBins(zone, from: hour - 30, to: hour + 54, by: .day)
      #expect(calendar.bins(from: hour - 30, to: hour + 54, by: .day) == plain, "\(next)")
      moment = next
      checked += 1
    }
  }
}
