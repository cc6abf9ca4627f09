import Foundation
import Registry
import Testing

@Suite struct TimelineTests {
  typealias Tile = DeviceTimeline.Tile

  /// 2016-01-01 and 2017-01-01, midnight in Helsinki.
  static let year2016 = 16_801 * 24 - 2
  static let year2017 = 17_167 * 24 - 2
  static let year2018 = 17_532 * 24 - 2

  static func tile(
    _ hours: Range<Int>, _ touchpoint: String, _ question: String, _ milliseconds: Int = 2000
  ) -> Tile {
    Tile(
      hours: hours, touchpoint: touchpoint,
      sums: touchpoint == Registry.unassigned ? ["helsinki", Registry.unassigned] : ["helsinki"],
      questions: [question],
      buttons: [question == "palvelu" ? 4 : 5], repeatIntervalMilliseconds: milliseconds)
  }

  @Test("a device that moves has a tile for every place and for every gap")
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
      registry.timelines[0].tiles
        == [TimelineTests.tile(0..<Registry.hourEnd, "ovi", "viisi", 5000)])
    #expect(
      registry.timelines[1].tiles == [
        TimelineTests.tile(0..<TimelineTests.year2016, "aula", "palvelu"),
        TimelineTests.tile(
          TimelineTests.year2016..<TimelineTests.year2017, "unassigned", "palvelu"),
        TimelineTests.tile(TimelineTests.year2017..<TimelineTests.year2018, "ovi", "viisi", 5000),
        TimelineTests.tile(TimelineTests.year2018..<Registry.hourEnd, "unassigned", "viisi"),
      ])
  }

  @Test("before its first interval a device is judged by that interval's questions")
  func before() throws {
    let registry = try Files.read(
      Files.devices("{id: a, from: 2017-01-01, question: viisi}"))
    #expect(
      registry.timelines.first?.tiles == [
        TimelineTests.tile(0..<TimelineTests.year2017, "unassigned", "viisi"),
        TimelineTests.tile(TimelineTests.year2017..<Registry.hourEnd, "aula", "viisi"),
      ])
  }

  @Test("neighbouring intervals that say the same are one tile, others are not")
  func merged() throws {
    let same = try Files.read(
      Files.devices("{id: a, from: 2016-01-01},\n{id: a, to: 2016-01-01}"))
    #expect(
      same.timelines.first?.tiles == [TimelineTests.tile(0..<Registry.hourEnd, "aula", "palvelu")])
    let other = try Files.read(
      Files.devices("{id: a, from: 2016-01-01},\n{id: a, to: 2016-01-01, question: viisi}"))
    #expect(other.timelines.first?.tiles.map(\.questions) == [["viisi"], ["palvelu"]])
  }

  @Test("a timeline comes back from JSON as it went")
  func coding() throws {
    let timelines = try Files.read(Files.contract).timelines
    let data = try JSONEncoder().encode(timelines)
    #expect(try JSONDecoder().decode([DeviceTimeline].self, from: data) == timelines)
  }

  /// Every registry of one device and up to three intervals on six days, hour by hour.
  @Test("tiles are sorted, touch, cover all hours and agree with a plain look at the intervals")
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
      let tiles = try #require(timelines.first).tiles
      #expect(
        tiles.first?.hours.lowerBound == 0 && tiles.last?.hours.upperBound == Registry.hourEnd)
      for (one, next) in zip(tiles, tiles.dropFirst()) {
        #expect(one.hours.upperBound == next.hours.lowerBound, "\(Seeded.command)")
      }
      for day in -1..<7 {
        let serving = taken.first { $0.0.contains(day) }
        let ended = taken.filter { $0.0.upperBound <= day }.max {
          $0.0.upperBound < $1.0.upperBound
        }
        let begins = taken.min { $0.0.lowerBound < $1.0.lowerBound }
        let expected = serving ?? ended ?? begins
        let tile = tiles.first { $0.hours.contains(hour(day) + 11) }
        #expect(tile?.touchpoint == (serving == nil ? "unassigned" : "aula"), "\(Seeded.command)")
        #expect(tile?.questions == expected.map { [$0.1] }, "\(entries) \(Seeded.command)")
      }
    }
  }
}
