import Foundation
import Registry
import Testing

@Suite struct TimelineTests {
  typealias AssignmentInterval = DeviceTimeline.AssignmentInterval

  /// 2016-01-01 and 2017-01-01, midnight in Helsinki.
  static let year2016 = 16_801 * 24 - 2
  static let year2017 = 17_167 * 24 - 2
  static let year2018 = 17_532 * 24 - 2

  static func interval(
    _ hours: Range<Int>, _ touchpoint: String, _ question: String, _ milliseconds: Int = 2000
  ) -> AssignmentInterval {
    AssignmentInterval(
      hours: hours, touchpoint: touchpoint,
      sums: touchpoint == Registry.unassigned ? ["helsinki", Registry.unassigned] : ["helsinki"],
      questions: [question],
      buttons: [question == "palvelu" ? 4 : 5], repeatIntervalMilliseconds: milliseconds)
  }

  @Test("a device that moves has an interval for every place and for every gap")
  func moves() throws {
    let registry = try Files.read(
      Files.nodes(
        """
        - {id: ovi, kind: touchpoint, question: viisi, repeat_interval_s: 5, devices: [
            {id: b, from: 2017-01-01, to: 2018-01-01}, {id: a}]}
        - {id: aula, kind: touchpoint, question: palvelu, devices: [
            {id: b, to: 2016-01-01}]}
        """))
    #expect(registry.timelines.map(\.device) == ["a", "b"])
    #expect(
      registry.timelines[0].intervals
        == [TimelineTests.interval(0..<Registry.hourEnd, "ovi", "viisi", 5000)])
    #expect(
      registry.timelines[1].intervals == [
        TimelineTests.interval(0..<TimelineTests.year2016, "aula", "palvelu"),
        TimelineTests.interval(
          TimelineTests.year2016..<TimelineTests.year2017, "unassigned", "palvelu"),
        TimelineTests.interval(
          TimelineTests.year2017..<TimelineTests.year2018, "ovi", "viisi", 5000),
        TimelineTests.interval(TimelineTests.year2018..<Registry.hourEnd, "unassigned", "viisi"),
      ])
  }

  @Test("before its first interval a device is judged by that interval's questions")
  func before() throws {
    let registry = try Files.read(
      Files.devices("{id: a, from: 2017-01-01, question: viisi}"))
    #expect(
      registry.timelines.first?.intervals == [
        TimelineTests.interval(0..<TimelineTests.year2017, "unassigned", "viisi"),
        TimelineTests.interval(TimelineTests.year2017..<Registry.hourEnd, "aula", "viisi"),
      ])
  }

  @Test("neighbouring intervals that say the same are one interval, others are not")
  func merged() throws {
    let same = try Files.read(
      Files.devices("{id: a, from: 2016-01-01},\n{id: a, to: 2016-01-01}"))
    #expect(
      same.timelines.first?.intervals == [
        TimelineTests.interval(0..<Registry.hourEnd, "aula", "palvelu")
      ])
    let other = try Files.read(
      Files.devices("{id: a, from: 2016-01-01},\n{id: a, to: 2016-01-01, question: viisi}"))
    #expect(other.timelines.first?.intervals.map(\.questions) == [["viisi"], ["palvelu"]])
  }

  @Test("a timeline comes back from JSON as it went")
  func coding() throws {
    let timelines = try Files.read(Files.contract).timelines
    let data = try JSONEncoder().encode(timelines)
    #expect(try JSONDecoder().decode([DeviceTimeline].self, from: data) == timelines)
  }

  @Test("what a database of the first version says of a device is read still, and written alike")
  func stored() throws {
    let text =
      #"{"device":"a","tiles":[{"buttons":[4],"hours":[0,100],"questions":["palvelu"],"#
      + #""repeatIntervalMilliseconds":2000,"sums":["helsinki"],"touchpoint":"aula"}]}"#
    let timeline = try JSONDecoder().decode(DeviceTimeline.self, from: Data(text.utf8))
    #expect(timeline.intervals == [TimelineTests.interval(0..<100, "aula", "palvelu")])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(timeline), as: UTF8.self) == text)
  }

  /// Every registry of one device and up to three intervals on six days, hour by hour.
  @Test("intervals are sorted, touch, cover all hours and agree with a plain look at the entries")
  func exhaustive() throws {
    let days = (1...6).map { "2016-01-0\($0)" }
    func hour(_ day: Int) -> Int { TimelineTests.year2016 + 24 * day }
    var generator = Seeded()
    for _ in 0..<300 {
      let bounds = Array(0..<6).shuffled(using: &generator).prefix(6)
      let pairs = [bounds[0..<2], bounds[2..<4], bounds[4..<6]].map { $0.sorted() }
      var taken: [(Range<Int>, String)] = []
      for pair in pairs where !taken.contains(where: { $0.0.overlaps(pair[0]..<pair[1]) }) {
        taken.append((pair[0]..<pair[1], Bool.random(using: &generator) ? "palvelu" : "viisi"))
      }
      let entries = taken.map {
        "{id: a, from: \(days[$0.0.lowerBound]), to: \(days[$0.0.upperBound]), question: \($0.1)}"
      }
      let timelines = try Files.read(Files.devices(entries.joined(separator: ",\n"))).timelines
      let intervals = try #require(timelines.first).intervals
      #expect(
        intervals.first?.hours.lowerBound == 0
          && intervals.last?.hours.upperBound == Registry.hourEnd)
      for (one, next) in zip(intervals, intervals.dropFirst()) {
        #expect(one.hours.upperBound == next.hours.lowerBound, "\(Seeded.command)")
      }
      for day in -1..<7 {
        let serving = taken.first { $0.0.contains(day) }
        let ended = taken.filter { $0.0.upperBound <= day }.max {
          $0.0.upperBound < $1.0.upperBound
        }
        let begins = taken.min { $0.0.lowerBound < $1.0.lowerBound }
        let expected = serving ?? ended ?? begins
        let interval = intervals.first { $0.hours.contains(hour(day) + 11) }
        #expect(
          interval?.touchpoint == (serving == nil ? "unassigned" : "aula"), "\(Seeded.command)")
        #expect(interval?.questions == expected.map { [$0.1] }, "\(entries) \(Seeded.command)")
      }
    }
  }
}
