import Foundation
import GRDB
public import Ingest
public import Registry

/// A device as the database knows it; its number in the core is its place in the list.
public struct StoredDevice: Sendable, Equatable {
  /// From 0; one less than its id in the database.
  public var number: Int
  /// False once the registry no longer lists it.
  public var isRegistered: Bool
  /// Where it stood and what it asked, at any time.
  public var timeline: DeviceTimeline

  public init(number: Int, isRegistered: Bool, timeline: DeviceTimeline) {
    self.number = number
    self.isRegistered = isRegistered
    self.timeline = timeline
  }

  public var name: String { timeline.device }

  /// Every device, in the order of their numbers.
  static func fetchAll(_ db: Database) throws -> [StoredDevice] {
    try fetch(db, where: "TRUE")
  }

  /// Some devices, in the order of their numbers.
  static func fetch(_ db: Database, numbers: Set<Int>) throws -> [StoredDevice] {
    try fetch(db, where: "id IN (\(numbers.map { String($0 + 1) }.joined(separator: ", ")))")
  }

  private static func fetch(_ db: Database, where condition: String) throws -> [StoredDevice] {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, is_registered, timeline FROM device WHERE \(condition) ORDER BY id")
    let decoder = JSONDecoder()
    var devices: [StoredDevice] = []
    while let row = try rows.next() {
      guard let id = Int.fromDatabaseValue(row[0]),
        // Devices are never deleted, so the ids of all have no gap.
        condition != "TRUE" || id == devices.count + 1,
        let isRegistered = Bool.fromDatabaseValue(row[1]),
        let timeline = Data.fromDatabaseValue(row[2]),
        let decoded = try? decoder.decode(DeviceTimeline.self, from: timeline)
      else {
        throw DatabaseError(
          resultCode: .SQLITE_CORRUPT, message: "device \(devices.count + 1) is not as written")
      }
      devices.append(
        StoredDevice(number: id - 1, isRegistered: isRegistered, timeline: decoded))
    }
    return devices
  }

  func insert(_ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO device (id, name, is_registered, timeline) VALUES (?, ?, ?, ?)",
      arguments: [number + 1, name, isRegistered, try Self.text(timeline)])
  }

  func update(_ db: Database) throws {
    try db.execute(
      sql: "UPDATE device SET is_registered = ?, timeline = ? WHERE id = ?",
      arguments: [isRegistered, try Self.text(timeline), number + 1])
  }

  private static func text(_ timeline: DeviceTimeline) throws -> String {
    String(decoding: try JSONEncoder().encode(timeline), as: UTF8.self)
  }

  /// What the core counts by. Intervals that differ only in their place are one rule, but for parts of
  /// one hour: moving a device on a whole hour moves its buckets without counting anything again.
  public var engineDevice: EngineDevice {
    var rules: [EngineDevice.Rule] = []
    for interval in timeline.intervals {
      let part = interval.share?.part ?? 0
      if let last = rules.last, last.buttons == interval.buttons, last.part == part,
        last.repeatIntervalMilliseconds == interval.repeatIntervalMilliseconds
      {
        rules[rules.count - 1].minutes = last.minutes.lowerBound..<interval.minutes.upperBound
      } else {
        rules.append(
          EngineDevice.Rule(
            minutes: interval.minutes, part: part,
            repeatIntervalMilliseconds: interval.repeatIntervalMilliseconds,
            buttons: interval.buttons))
      }
    }
    return EngineDevice(name: name, isRegistered: isRegistered, rules: rules)
  }

  /// The same device after the registry of `site` dropped it: its history stays, under
  /// `unassigned`.
  func dropped(site: String) -> StoredDevice {
    let intervals = timeline.intervals.map { interval in
      DeviceTimeline.AssignmentInterval(
        hours: interval.hours, touchpoint: Registry.unassigned, sums: [site, Registry.unassigned],
        questions: interval.questions, buttons: interval.buttons,
        repeatIntervalMilliseconds: interval.repeatIntervalMilliseconds, share: interval.share)
    }
    return StoredDevice(
      number: number, isRegistered: false,
      timeline: DeviceTimeline(device: name, intervals: intervals))
  }
}
