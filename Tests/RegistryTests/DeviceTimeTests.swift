import CivilTime
import Foundation
import Registry
import Testing

@Suite struct DeviceTimeTests {
  static let zone = ZoneOffsets(TimeZone(identifier: "Europe/Helsinki") ?? .gmt)
  /// 2026-05-13T00:00Z.
  static let may13 = 20_586 * 1440

  static func from(_ value: String) throws -> UTCMinute? {
    let registry = try Files.read(Files.devices("{id: a, from: \(value)}"))
    return registry.node("aula")?.touchpoint?.assignments.first?.minutes.lowerBound
  }

  @Test(
    "a device comes and goes at any minute, said by the local clock or with an offset",
    arguments: [
      ("2026-05-13", -180), ("2026-05-13T14:00", 660), ("2026-05-13T14:07:00", 667),
      ("2026-05-13 14:07", 667), ("2026-05-13T14:07+03:00", 667), ("2026-05-13T14:07Z", 847),
      ("2026-05-13T14:07+00:30", 817),
    ])
  func moments(_ text: String, _ minute: Int) throws {
    #expect(try Self.from(text) == Self.may13 + minute)
  }

  @Test("in the hour that autumn repeats an offset is needed, and says which of the two")
  func autumn() throws {
    let first = try Self.from("2026-10-25T03:30+03:00")
    #expect(try Self.from("2026-10-25T03:30+02:00") == first.map { $0 + 60 })
    Refusal(
      "autumn", Files.devices("{id: a, from: 2026-10-25T03:30}"), line: 8,
      "'from' of device 'a' is '2026-10-25T03:30'", "offset, +03:00 or +02:00"
    ).check()
    Refusal(
      "spring", Files.devices("{id: a, to: 2026-03-29T03:30}"), line: 8, "leave it out"
    ).check()
  }

  @Test(
    "a moment is written as it is read",
    arguments: [
      "2026-05-13", "2026-05-13T14:07", "2026-10-25T03:30+03:00", "2026-10-25T03:30+02:00",
      "2026-10-25T04:00", "2026-10-25T02:59", "2026-03-29T04:00", "1970-01-02",
    ])
  func written(_ text: String) throws {
    #expect(SiteMinute.text(try SiteMinute.parse(text, Self.zone), Self.zone) == text)
  }

  @Test("entries of one device may not overlap by a minute, and may touch within an hour")
  func overlap() throws {
    let touching = "{id: a, to: 2026-05-13T14:07},\n{id: a, from: 2026-05-13T14:07}"
    _ = try Files.read(Files.devices(touching))
    Refusal(
      "overlap",
      Files.devices(touching.replacing("to: 2026-05-13T14:07", with: "to: 2026-05-13T14:08")),
      line: 9, "2026-05-13T14:07…open", "at once"
    ).check()
    Refusal(
      "too many",
      Files.devices(
        (0..<8).map { "{id: a, from: 2026-05-13T14:0\($0), to: 2026-05-13T14:0\($0 + 1)}" }
          .joined(separator: ",")),
      line: 8, "more than 7 times within one hour"
    ).check()
  }

  @Test("an hour that a device shares has an interval for each place, with slots of its own")
  func shared() throws {
    let registry = try Files.read(
      Files.nodes(
        """
        - {id: aula, kind: touchpoint, question: palvelu, devices: [
            {id: a, to: 2026-05-13T14:07}, {id: a, from: 2026-05-13T14:50}]}
        - {id: ovi, kind: touchpoint, question: palvelu, devices: [
            {id: a, from: 2026-05-13T14:20, to: 2026-05-13T14:50}]}
        """))
    let intervals = try #require(registry.timelines.first).intervals
    let hour = Self.may13 / 60 + 11
    #expect(
      intervals.map(\.touchpoint) == ["aula", "aula", "unassigned", "ovi", "aula", "aula"])
    #expect(
      intervals.map(\.hours) == [
        0..<hour, hour..<hour + 1, hour..<hour + 1, hour..<hour + 1, hour..<hour + 1,
        hour + 1..<Registry.hourEnd,
      ])
    #expect(intervals.map { $0.share?.minutes } == [nil, 0..<7, 7..<20, 20..<50, 50..<60, nil])
    #expect(intervals.map(\.storedSlots.lowerBound) == [0, 0, 16, 32, 48, 0])
    #expect(intervals[3].question(ofStoredSlot: 32) == 0)
    #expect(intervals[3].question(ofStoredSlot: 34) == 0)
    #expect(intervals[3].question(ofStoredSlot: 0) == nil)
    let data = try JSONEncoder().encode(registry.timelines)
    #expect(try JSONDecoder().decode([DeviceTimeline].self, from: data) == registry.timelines)
  }

  @Test("the difference says the minute of a move")
  func difference() throws {
    let before = try Files.read(Files.devices("{id: a}"))
    let after = try Files.read(Files.devices("{id: a, to: 2026-05-13T14:07}"))
    #expect(
      RegistryDifference(from: before, to: after).lines(Self.zone) == [
        "device a moved from aula to unassigned from 2026-05-13T14:07"
      ])
  }
}
