import CivilTime
import Foundation
import GRDB
import Registry
import Store
import TestSupport
import Testing

@Suite struct DayTests {
  static let helsinki = ZoneOffsets(TimeZone(identifier: "Europe/Helsinki") ?? .gmt)
  static let startHour = RandomHistory.startMilliseconds / 3_600_000

  /// Lets the store sum up days as of an hour, slice by slice.
  ///
  /// - Returns: how many slices it took.
  static func catchUp(_ store: Store, hour: Int) throws -> Int {
    var slices = 1
    while try store.maintain(nowMilliseconds: Int64(hour) * 3_600_000) { slices += 1 }
    return slices
  }

  /// Everything a reader says of a range, by the hours alone and with days: must be the same.
  static func answers(
    _ reader: StoreReader, devices: Int, hours: Range<Int>, bins: [Range<Int>], zone: ZoneOffsets
  ) async throws -> (hours: [String: [Int64]], days: [String: [Int64]]) {
    try await reader.read { snapshot in
      func all(_ days: Range<Int>) throws -> [String: [Int64]] {
        var sums: [String: [Int64]] = [:]
        for device in 0..<devices {
          try snapshot.buckets(device: device, hours: hours, days: days, bins: bins) {
            bin, slot, numbers in
            for index in numbers.indices where numbers[index] != 0 {
              sums["device \(device) \(bin) \(slot)", default: Array(repeating: 0, count: 16)][
                index] += numbers[index]
            }
          }
        }
        for node in ["helsinki", Registry.unassigned] {
          for buttons in [4, 5] {
            try snapshot.sums(
              node: node, question: buttons == 4 ? "palvelu" : "viisi", buttons: buttons,
              days: days, bins: bins
            ) { bin, numbers in
              for index in numbers.indices where numbers[index] != 0 {
                sums["\(node) \(buttons) \(bin)", default: Array(repeating: 0, count: 16)][
                  index] += numbers[index]
              }
            }
          }
        }
        return sums
      }
      return (try all(0..<0), try all(zone.wholeDays(in: hours)))
    }
  }

  /// Compares over ranges and bins of whole days drawn at random, and over all there is.
  static func compare(_ folder: Folder, stream: UInt64, zone: ZoneOffsets = helsinki) async throws {
    var generator = Seeded(stream: stream)
    let reader = try StoreReader(folder.file)
    for round in 0..<12 {
      let from = round == 0 ? 0 : startHour - Int.random(in: 0...1200, using: &generator)
      let to = round == 0 ? 2_000_000 : from + Int.random(in: 1...1500, using: &generator)
      var cuts: Set<Int> = []
      for _ in 0..<Int.random(in: 0...9, using: &generator) {
        let cut = zone.startOfDay(containing: Int.random(in: from..<to, using: &generator))
        if cut > from { cuts.insert(cut) }
      }
      let bounds = [from] + cuts.sorted() + [to]
      let bins = zip(bounds, bounds.dropFirst()).map { $0..<$1 }
      let found = try await answers(reader, devices: 3, hours: from..<to, bins: bins, zone: zone)
      #expect(found.hours == found.days, "hours \(from)..<\(to), \(Seeded.command)")
      #expect(round > 0 || !found.hours.isEmpty)
    }
  }

  static func change(_ folder: Folder, _ body: (Database) throws -> Void) throws {
    try folder.database().write(body)
  }

  static func rows(_ folder: Folder, _ sql: String) throws -> Int {
    try folder.database().read { try Int.fetchOne($0, sql: sql) ?? 0 }
  }

  @Test(
    "results are the same with days summed up to anywhere: late presses, moves, new rules, zones",
    arguments: 0..<6)
  func same(_ number: Int) async throws {
    let folder = try Folder()
    let stream = UInt64(900 + number)
    var generator = Seeded(stream: stream)
    let registries = [
      Site.registry(), Site.registry(interval: 60), Site.registry(question: "viisi"),
      Site.registry(
        devices: ["{id: dev-1}", "{id: dev-2}"], ovi: ["{id: dev-0, from: 2026-11-21}"]),
      Site.registry(devices: ["{id: dev-1}", "{id: dev-2}"]),
      Site.registry().replacing("Europe/Helsinki", with: "America/New_York"),
    ]
    var zone = Self.helsinki
    for round in 0..<5 {
      let registry = round == 0 ? registries[0] : generator.pick(registries)
      zone =
        registry.contains("New_York")
        ? ZoneOffsets(try #require(TimeZone(identifier: "America/New_York"))) : Self.helsinki
      do {
        var service = try Service(folder, registry: registry)
        for part in 0..<3 {
          _ = try Site.live(
            &service, stream: stream * 100 + UInt64(round * 10 + part), messages: 40)
          let hour = Self.startHour + Int.random(in: -900...40, using: &generator)
          _ = try Self.catchUp(service.store, hour: hour)
        }
      }
      try await Self.compare(folder, stream: stream, zone: zone)
      let report = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
      #expect(report.differences == [], "\(Seeded.command)")
    }
    do {
      let service = try Service(folder, registry: nil)
      _ = try Self.catchUp(service.store, hour: Self.startHour + 1000)
    }
    try await Self.compare(folder, stream: stream, zone: zone)
    #expect(try Self.rows(folder, "SELECT count(*) FROM bucket_day") > 3)
    #expect(try Self.rows(folder, "SELECT count(*) FROM series_day") > 1)
    let report = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(report.differences == [], "\(Seeded.command)")
  }

  @Test("days of many years are summed up in slices, and only once they have closed")
  func slices() async throws {
    let folder = try Folder()
    let service = try Service(folder, registry: Site.registry())
    let last = Self.startHour + 24
    try Self.change(folder) { db in
      try db.execute(
        sql: """
          WITH RECURSIVE h (hour) AS (SELECT ? UNION ALL SELECT hour + 1 FROM h WHERE hour < ?)
          INSERT INTO bucket (device, hour, slot, count_0, count_1, count_2, count_3, count_4,
            excluded, invalid, lost, estimated)
          SELECT device.id, hour, slot.value, hour % 3, hour % 5, 1, 0, 0, 0, 0, hour % 2, 0
          FROM device, h, (SELECT 0 AS value UNION SELECT 1) AS slot
          """, arguments: [last - 12_000, last])
    }
    let slices = try Self.catchUp(service.store, hour: Self.startHour)
    #expect(slices >= 6, "some 24 000 rows of each of three devices, 8000 a slice")
    let today = Self.helsinki.startOfDay(containing: Self.startHour)
    #expect(try Self.rows(folder, "SELECT min(days_to) FROM device") == today)
    #expect(try Self.rows(folder, "SELECT max(hour) FROM bucket_day") == today - 24)
    let reader = try StoreReader(folder.file)
    let hours = last - 13_000..<last + 1
    let found = try await Self.answers(
      reader, devices: 3, hours: hours, bins: [hours], zone: Self.helsinki)
    #expect(found.hours == found.days && found.hours.count == 6)
    #expect(try Self.catchUp(service.store, hour: Self.startHour) == 1)
  }

  @Test("a day's sum that was changed by hand is found and mended")
  func changed() throws {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 980, messages: 100)
      _ = try Self.catchUp(service.store, hour: Self.startHour + 1000)
    }
    try folder.database().write { db in
      try db.execute(
        sql: """
          UPDATE bucket_day SET count_1 = count_1 + 1
          WHERE (device, hour) = (SELECT device, hour FROM bucket_day LIMIT 1) AND slot = 0
          """)
      try db.execute(sql: "DELETE FROM series_day WHERE hour = (SELECT max(hour) FROM series_day)")
    }
    let found = try Rebuild.run(folder.file, applying: Site.stamp, progress: { _ in })
    #expect(found.differenceCount >= 3 && found.isApplied)
    #expect(Set(found.differences.map { $0.prefix(10) }) == ["bucket_day", "series_day"])
    let after = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(after.differenceCount == 0)
  }
}
