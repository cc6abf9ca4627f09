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
  /// Where it stood and what it asked, hour by hour.
  public var timeline: DeviceTimeline

  public var name: String { timeline.device }

  /// Every device, in the order of their numbers.
  static func fetchAll(_ db: Database) throws -> [StoredDevice] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT id, is_registered, timeline FROM device ORDER BY id")
    return try rows.enumerated().map { index, row in
      let id: Int = row["id"]
      precondition(id == index + 1, "device ids have a gap; devices are never deleted")
      let timeline: Data = row["timeline"]
      return StoredDevice(
        number: index, isRegistered: row["is_registered"],
        timeline: try JSONDecoder().decode(DeviceTimeline.self, from: timeline))
    }
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

  /// What the core counts by. Tiles that differ only in their place are one rule: moving a
  /// device moves its buckets without counting anything again.
  public var engineDevice: EngineDevice {
    var rules: [EngineDevice.Rule] = []
    for tile in timeline.tiles {
      if let last = rules.last, last.buttons == tile.buttons,
        last.repeatIntervalMilliseconds == tile.repeatIntervalMilliseconds
      {
        rules[rules.count - 1].hours = last.hours.lowerBound..<tile.hours.upperBound
      } else {
        rules.append(
          EngineDevice.Rule(
            hours: tile.hours, repeatIntervalMilliseconds: tile.repeatIntervalMilliseconds,
            buttons: tile.buttons))
      }
    }
    return EngineDevice(name: name, isRegistered: isRegistered, rules: rules)
  }

  /// The same device after the registry dropped it: its history stays, under `unassigned`.
  func dropped() -> StoredDevice {
    let tiles = timeline.tiles.map { tile in
      DeviceTimeline.Tile(
        hours: tile.hours, touchpoint: Registry.unassigned, questions: tile.questions,
        buttons: tile.buttons, repeatIntervalMilliseconds: tile.repeatIntervalMilliseconds)
    }
    return StoredDevice(
      number: number, isRegistered: false,
      timeline: DeviceTimeline(device: name, tiles: tiles))
  }
}
