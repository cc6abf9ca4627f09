import Foundation
import GRDB
import Ingest
public import Registry

/// What other rules or places would make of the archive, before anything is changed.
public enum RulePreview {
  /// What is asked.
  public enum Change: Sendable {
    /// Another repeat interval for the touchpoints at and below a node; nil = everywhere.
    case repeatInterval(milliseconds: Int, node: String?)
    /// Another registry.
    case registry(Registry)
  }

  /// Numbers of one touchpoint and question.
  public struct Numbers: Sendable, Equatable {
    /// Responses by button.
    public var counts: [Int]
    public var excluded = 0
    public var invalid = 0

    public var responses: Int { counts.reduce(0, +) }
  }

  /// One touchpoint and question, as it is and as it would be.
  public struct Row: Sendable {
    public var touchpoint: String
    public var question: String
    public var before: Numbers
    public var after: Numbers
  }

  /// Counts the devices concerned again into temporary tables; the file is only read, also while
  /// a service writes to it.
  ///
  /// - Returns: what differs, by touchpoint and question.
  public static func run(
    _ file: DatabaseFile, _ change: Change, progress: (Double) -> Void
  ) throws -> [Row] {
    try file.explaining {
      var configuration = Configuration()
      configuration.readonly = true
      let queue = try DatabaseQueue(path: file.path, configuration: configuration)
      return try queue.inDatabase { db in
        try db.execute(sql: "BEGIN")
        defer { try? db.execute(sql: "ROLLBACK") }
        return try compare(db, change, progress)
      }
    }
  }

  private static func compare(
    _ db: Database, _ change: Change, _ progress: (Double) -> Void
  ) throws -> [Row] {
    let before = try StoredDevice.fetchAll(db)
    let after = try devices(db, before, change)
    let recount = before.indices.filter {
      before[$0].engineDevice.rules != after[$0].engineDevice.rules
    }
    try Rebuild.makeTemporary(db, tables: ["bucket", "cursor"])
    if !recount.isEmpty {
      try Replay.run(db, devices: after, only: Set(recount), progress: progress)
    }
    var rows: [[String]: Row] = [:]
    for number in before.indices where before[number].timeline != after[number].timeline {
      try add(db, "main", before[number], to: &rows, \.before)
      try add(db, recount.contains(number) ? "temp" : "main", after[number], to: &rows, \.after)
    }
    return rows.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
      .filter { $0.before != $0.after }
  }

  private static func devices(
    _ db: Database, _ before: [StoredDevice], _ change: Change
  ) throws -> [StoredDevice] {
    switch change {
    case .registry(let registry):
      let timelines = Dictionary(
        uniqueKeysWithValues: registry.timelines.map { ($0.device, $0) })
      return before.map { device in
        if device.isImport { return device.placedImport(in: registry) }
        guard let timeline = timelines[device.name] else {
          return device.dropped(site: registry.site)
        }
        return StoredDevice(number: device.number, isRegistered: true, timeline: timeline)
      }
    case .repeatInterval(let milliseconds, let node):
      return before.map { device in
        if device.isImport { return device }
        let tiles = device.timeline.tiles.map { tile in
          let isMeant =
            tile.touchpoint != Registry.unassigned
            && (node.map { tile.touchpoint == $0 || tile.sums.contains($0) } ?? true)
          return DeviceTimeline.Tile(
            hours: tile.hours, touchpoint: tile.touchpoint, sums: tile.sums,
            questions: tile.questions, buttons: tile.buttons,
            repeatIntervalMilliseconds: isMeant ? milliseconds : tile.repeatIntervalMilliseconds)
        }
        return StoredDevice(
          number: device.number, isRegistered: device.isRegistered,
          timeline: DeviceTimeline(device: device.name, tiles: tiles))
      }
    }
  }

  private static func add(
    _ db: Database, _ schema: String, _ device: StoredDevice, to rows: inout [[String]: Row],
    _ side: WritableKeyPath<Row, Numbers>
  ) throws {
    for tile in device.timeline.tiles {
      let sums = try Row.self.sums(db, schema, device: device.number, tile.hours)
      for (slot, values) in sums {
        let place = slot < tile.questions.count ? slot : 0
        let key = [tile.touchpoint, tile.questions[place]]
        let none = Numbers(counts: Array(repeating: 0, count: tile.buttons[place]))
        var row =
          rows[key] ?? Row(touchpoint: key[0], question: key[1], before: none, after: none)
        while row[keyPath: side].counts.count < tile.buttons[place] {
          row[keyPath: side].counts.append(0)
        }
        for button in 0..<tile.buttons[place] {
          row[keyPath: side].counts[button] += values[button]
        }
        row[keyPath: side].excluded += values[5]
        row[keyPath: side].invalid += values[6]
        rows[key] = row
      }
    }
  }
}

extension RulePreview.Row {
  /// Sums of one device by slot: five counts, excluded, invalid.
  fileprivate static func sums(
    _ db: Database, _ schema: String, device: Int, _ hours: Range<Int>
  ) throws -> [(Int, [Int])] {
    try GRDB.Row.fetchAll(
      db,
      sql: """
        SELECT slot, sum(count_0), sum(count_1), sum(count_2), sum(count_3), sum(count_4),
          sum(excluded), sum(invalid)
        FROM \(schema).bucket WHERE device = ? AND hour >= ? AND hour < ? GROUP BY slot
        """, arguments: [device + 1, hours.lowerBound, hours.upperBound]
    ).map { row in (row[0], (1...7).map { row[$0] }) }
  }
}
