import CivilTime
import Foundation
import Registry
import Reporting
import Testing

@Suite struct CoverageTests {
  static func index(_ nodes: String) throws -> SiteIndex {
    let registry = try Registry(
      yaml: """
        site: helsinki
        time_zone: Europe/Helsinki
        holidays: fi
        questions: [{id: palvelu, buttons: 4}, {id: viisi, buttons: 5}]
        nodes:
        \(nodes)
        """, name: "registry.yaml")
    return SiteIndex(registry: registry, timelines: registry.timelines)
  }

  static let calendar = SiteCalendar(
    timeZone: TimeZone(identifier: "Europe/Helsinki") ?? .gmt)

  /// Words and hours of one series: open, device, alive.
  static func rows(
    _ index: SiteIndex, node: String, from: String, to: String, by: Granularity,
    question: String = "palvelu", now: String = "2030-01-01",
    evidence: [Int: [Range<Int>]] = [:], responses: Int = 0
  ) throws -> [String] {
    let (first, last) = (try calendar.hour(parsing: from), try calendar.hour(parsing: to))
    let plan = try #require(
      SeriesPlan(
        index: index, node: node, hours: first..<last, withChildren: false, question: question))
    let series = try #require(plan.series.firstIndex { $0.node == node })
    let bins = calendar.bins(from: first, to: last, by: by)
    let coverage = SeriesCoverage(
      plan: CoveragePlan(index: index, plan: plan, hours: first..<last), calendar: calendar,
      holidays: Holidays(.finland), bins: bins,
      nowSeconds: try calendar.hour(parsing: now) * 3600, evidence: evidence)
    return bins.indices.map { bin in
      let row = coverage.row(series: series, bin: bin)
      func hours(_ seconds: Int) -> String { "\(Double(seconds) / 3600)" }
      return
        ([row.state(responses: responses).rawValue]
        + [row.openSeconds, row.deviceSeconds, row.aliveSeconds].map(hours)).joined(separator: " ")
    }
  }

  static func seconds(_ from: String, _ to: String) throws -> Range<Int> {
    try calendar.hour(parsing: from) * 3600..<calendar.hour(parsing: to) * 3600
  }

  static let one = """
      - id: aula
        kind: touchpoint
        question: palvelu
        opening_hours: Mo-Fr 08:00-16:30; PH off
        devices: [{id: a, from: 2025-12-03, to: 2025-12-10}]
    """

  @Test("no responses, closed, device silent, no device, and the future are different answers")
  func words() throws {
    let index = try Self.index(Self.one)
    // 1 December 2025 was a Monday.
    let alive = try Self.seconds("2025-12-04T10:00:00+02:00", "2025-12-05T09:00:00+02:00")
    let rows = try Self.rows(
      index, node: "aula", from: "2025-12-01", to: "2025-12-12", by: .day,
      now: "2025-12-11", evidence: [0: [alive]])
    #expect(
      rows == [
        "no_device 8.5 0.0 0.0", "no_device 8.5 0.0 0.0", "device_silent 8.5 8.5 0.0",
        "no_responses 8.5 8.5 6.5", "no_responses 8.5 8.5 1.0", "closed 0.0 0.0 0.0",
        "closed 0.0 0.0 0.0", "device_silent 8.5 8.5 0.0", "device_silent 8.5 8.5 0.0",
        "no_device 8.5 0.0 0.0", "future 0.0 0.0 0.0",
      ])
    let answered = try Self.rows(
      index, node: "aula", from: "2025-12-06", to: "2025-12-07", by: .day, responses: 1)
    #expect(answered == ["responses 0.0 0.0 0.0"])
    // Independence Day of 2024 was a Friday.
    let holiday = try Self.rows(
      index, node: "aula", from: "2024-12-05", to: "2024-12-07", by: .day)
    #expect(holiday == ["no_device 8.5 0.0 0.0", "closed 0.0 0.0 0.0"])
  }

  @Test("a row that has begun counts up to now")
  func now() throws {
    let index = try Self.index(Self.one)
    let rows = try Self.rows(
      index, node: "aula", from: "2025-12-04", to: "2025-12-06", by: .day,
      now: "2025-12-04T10:00:00+02:00", evidence: [0: [0..<Int.max / 2]])
    #expect(rows == ["no_responses 2.0 2.0 2.0", "future 0.0 0.0 0.0"])
  }

  @Test("days of 23 and 25 hours, and nights over midnight, are as long as they were")
  func daylightSaving() throws {
    let index = try Self.index(
      """
        - {id: a, kind: touchpoint, question: palvelu, opening_hours: 24/7}
        - {id: b, kind: touchpoint, question: palvelu, opening_hours: "22:00-05:00"}
        - {id: c, kind: touchpoint, question: palvelu}
      """)
    for node in ["a", "c"] {
      let spring = try Self.rows(index, node: node, from: "2026-03-28", to: "2026-03-31", by: .day)
      #expect(spring == [24, 23, 24].map { "no_device \($0).0 0.0 0.0" })
      let autumn = try Self.rows(index, node: node, from: "2026-10-24", to: "2026-10-27", by: .day)
      #expect(autumn == [24, 25, 24].map { "no_device \($0).0 0.0 0.0" })
    }
    let spring = try Self.rows(index, node: "b", from: "2026-03-28", to: "2026-03-31", by: .day)
    #expect(spring == [7, 6, 7].map { "no_device \($0).0 0.0 0.0" })
    let autumn = try Self.rows(index, node: "b", from: "2026-10-24", to: "2026-10-27", by: .day)
    #expect(autumn == [7, 8, 7].map { "no_device \($0).0 0.0 0.0" })
  }

  @Test("a touchpoint goes on while its device is replaced; a device counts where it stood")
  func replacement() throws {
    let index = try Self.index(
      """
        - id: talo
          kind: unit
          opening_hours: 10:00-12:00
          nodes:
            - id: ovi
              kind: touchpoint
              question: palvelu
              devices: [{id: a, to: 2026-06-02}, {id: b, from: 2026-06-03}]
            - id: aula
              kind: touchpoint
              question: palvelu
              devices: [{id: a, from: 2026-06-02}, {id: c, from: 2026-06-03, question: viisi}]
      """)
    let evidence = [0: [try Self.seconds("2026-06-01", "2026-06-05")]]
    func rows(_ node: String, _ question: String = "palvelu") throws -> [String] {
      try Self.rows(
        index, node: node, from: "2026-06-01", to: "2026-06-05", by: .day, question: question,
        evidence: evidence)
    }
    #expect(
      try rows("ovi") == [
        "no_responses 2.0 2.0 2.0", "no_device 2.0 0.0 0.0", "device_silent 2.0 2.0 0.0",
        "device_silent 2.0 2.0 0.0",
      ])
    #expect(
      try rows("aula") == [
        "no_device 2.0 0.0 0.0", "no_responses 2.0 2.0 2.0", "no_responses 2.0 2.0 2.0",
        "no_responses 2.0 2.0 2.0",
      ])
    #expect(try rows("talo").last == "no_responses 4.0 4.0 2.0")
    // Only `c` asks the other question, and only since the third.
    #expect(
      try rows("talo", "viisi") == [
        "no_device 2.0 0.0 0.0", "no_device 2.0 0.0 0.0", "device_silent 2.0 2.0 0.0",
        "device_silent 2.0 2.0 0.0",
      ])
  }

  @Test("any opening, serving and living adds up as minute after minute says", arguments: 0..<12)
  func minutes(_ number: Int) throws {
    var random = Seeded()
    for _ in 0...number { _ = random.next() }
    let texts = [
      "24/7", "Mo-Fr 08:00-16:00", "Sa-Mo 21:30-02:15; We off", "PH off", "22:00-05:00; Su off",
      "Mo-Su 00:10-23:50", "Mar-Oct 09:00-17:00; Nov 10:00-11:00",
    ]
    // Both changes of the clocks, in 2026: 29 March and 25 October.
    let start = ["2026-03-26", "2026-10-22", "2026-06-17"][number % 3]
    let hour = try Self.calendar.hour(parsing: start)
    let range = hour..<hour + 7 * 24
    let day = try #require(CivilDate(parsing: start)).daysSince1970
    func date(_ day: Int) -> String { "\(CivilDate(daysSince1970: day))" }
    var nodes = ""
    for place in 0..<3 {
      let hours = texts.randomElement(using: &random) ?? ""
      let (from, to) = (
        Int.random(in: -1...3, using: &random), Int.random(in: 4...8, using: &random)
      )
      nodes += """
          - id: t\(place)
            kind: touchpoint
            question: palvelu
            opening_hours: \(hours)
            devices: [{id: d\(place), from: \(date(day + from)), to: \(date(day + to))}]

        """
    }
    let index = try Self.index(nodes)
    let now = range.upperBound * 3600 - Int.random(in: 0...100_000, using: &random) / 60 * 60
    var evidence: [Int: [Range<Int>]] = [:]
    for device in 0..<3 {
      evidence[device] = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        let start = hour * 3600 + 60 * Int.random(in: -600...10_000, using: &random)
        return start..<start + 60 * Int.random(in: 0...3000, using: &random)
      }
    }
    let plan = try #require(
      SeriesPlan(
        index: index, node: "helsinki", hours: range, withChildren: true, question: "palvelu"))
    let bins = Self.calendar.bins(
      from: range.lowerBound, to: range.upperBound, by: [.hour, .day, .total][number % 3])
    let coverage = SeriesCoverage(
      plan: CoveragePlan(index: index, plan: plan, hours: range), calendar: Self.calendar,
      holidays: Holidays(.finland), bins: bins, nowSeconds: now, evidence: evidence)
    let model = try MinuteModel(index: index, evidence: evidence, range: range, now: now)
    for (series, shown) in plan.series.enumerated() where shown.node != Registry.unassigned {
      let places = shown.node == "helsinki" ? [0, 1, 2] : [Int(shown.node.dropFirst()) ?? -1]
      for bin in bins.indices {
        let row = coverage.row(series: series, bin: bin)
        let wanted = model.sums(places: places, hours: bins[bin])
        #expect(
          [row.openSeconds, row.deviceSeconds, row.aliveSeconds] == wanted,
          "\(shown.node) \(Self.calendar.format(hour: bins[bin].lowerBound)), \(Seeded.command)")
      }
    }
  }
}

/// The same, minute after minute, with Foundation's calendar.
struct MinuteModel {
  /// For each place and minute of the range: open, and served, and alive.
  private var minutes: [[(isOpen: Bool, isServed: Bool, isAlive: Bool)]] = []
  private let start: Int

  init(index: SiteIndex, evidence: [Int: [Range<Int>]], range: Range<Int>, now: Int) throws {
    start = range.lowerBound * 60
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "Europe/Helsinki"))
    let holidays = Holidays(.finland)
    let moments = try (range.lowerBound * 60..<range.upperBound * 60).map { minute in
      let parts = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute],
        from: Date(timeIntervalSince1970: 60.0 * Double(minute)))
      let date = CivilDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
      return (
        second: minute * 60, day: try #require(date).daysSince1970,
        clock: 60 * (parts.hour ?? 0) + (parts.minute ?? 0)
      )
    }
    for place in 0..<3 {
      let node = try #require(index.registry.node("t\(place)"))
      let hours = try #require(node.openingHours)
      let served = node.touchpoint?.assignments.first?.minutes ?? 0..<0
      var days: [Int: [Range<Int>]] = [:]
      minutes.append(
        moments.map { second, day, clock in
          let open = days[day] ?? hours.minutes(ofDay: day, holidays: holidays)
          days[day] = open
          return (
            second < now && open.contains { $0.contains(clock) }, served.contains(second / 60),
            evidence[place]?.contains { $0.contains(second) } ?? false
          )
        })
    }
  }

  func sums(places: [Int], hours: Range<Int>) -> [Int] {
    var sums = [0, 0, 0]
    for place in places {
      for minute in minutes[place][hours.lowerBound * 60 - start..<hours.upperBound * 60 - start]
      where minute.isOpen {
        sums[0] += 60
        if minute.isServed { sums[1] += 60 }
        if minute.isServed && minute.isAlive { sums[2] += 60 }
      }
    }
    return sums
  }
}
