import CivilTime
import Foundation
import GRDB
import Ingest
public import Registry

/// What other rules or places would make of the archive, before anything is changed.
public enum RulePreview {
  /// What is asked.
  public enum Change: Sendable {
    /// Another interval of a rule for its touchpoints at and below a node; nil = everywhere.
    case repeatInterval(CountingRuleName, milliseconds: Int, node: String?)
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

  /// Counts the devices concerned again into tables beside the stored ones; the file is only read, also while
  /// a service writes to it.
  ///
  /// - Returns: what differs, by touchpoint and question, each with all that stands there.
  /// - Throws: `StoreError`, also for another site's registry; ``NoSuchNode``.
  public static func run(
    _ file: DatabaseFile, _ change: Change, progress: (Double) -> Void
  ) throws -> [Row] {
    try file.readOnly { db in
      // One read transaction, so that the archive and the counts are of one moment.
      try db.execute(sql: "BEGIN")
      defer { try? db.execute(sql: "ROLLBACK") }
      let stored = try GRDB.Row.fetchOne(
        db, sql: "SELECT site, yaml FROM registry ORDER BY id DESC LIMIT 1")
      if case .registry(let registry) = change, let site: String = stored?["site"],
        site != registry.site
      {
        throw StoreError.otherSite(path: file.path, stored: site, given: registry.site)
      }
      let registry = try stored.map { try Registry(yaml: $0["yaml"], name: "stored registry") }
      if case .repeatInterval(_, _, let node?) = change {
        guard let registry, node == registry.site || registry.node(node) != nil else {
          throw NoSuchNode(node: node)
        }
      }
      return try compare(db, change, registry, progress)
    }
  }

  private static func compare(
    _ db: Database, _ change: Change, _ registry: Registry?, _ progress: (Double) -> Void
  ) throws -> [Row] {
    let before = try StoredDevice.fetchAll(db)
    let after = try devices(before, change, registry)
    try ErasedFrames.refuseRecount(db, before, after, file: "registry")
    let recount = Set(
      try before.indices.filter { try RuleChange(db, before[$0], after[$0]) != .none })
    let recounted = try CountTables.makeRecounted(db)
    if !recount.isEmpty {
      try Replay.run(db, into: recounted, devices: after, only: recount, progress: progress)
    }
    // Also devices that nothing changes for are part of what a touchpoint shows.
    let changed = before.indices.filter { before[$0].timeline != after[$0].timeline }
    let places = Set(
      changed.flatMap {
        (before[$0].timeline.intervals + after[$0].timeline.intervals).map(\.touchpoint)
      })
    var sums: (before: [[String]: Numbers], after: [[String]: Numbers]) = ([:], [:])
    for number in before.indices {
      try add(db, .stored, before[number], at: places, to: &sums.before)
      try add(
        db, recount.contains(number) ? recounted : .stored, after[number], at: places,
        to: &sums.after)
    }
    return Set(sums.before.keys).union(sums.after.keys)
      .sorted { $0.lexicographicallyPrecedes($1) }
      .compactMap { key in
        let sides = (sums.before[key], sums.after[key])
        guard let shape = sides.0 ?? sides.1 else { return nil }
        let none = Numbers(counts: shape.counts.map { _ in 0 })
        return Row(
          touchpoint: key[0], question: key[1], before: sides.0 ?? none, after: sides.1 ?? none)
      }
      .filter { $0.before != $0.after }
  }

  private static func devices(
    _ before: [StoredDevice], _ change: Change, _ stored: Registry?
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
    case .repeatInterval(let rule, let milliseconds, let node):
      // Places that the registry does not have any more are unassigned in every timeline.
      let places = Set(
        (stored?.allNodes ?? []).filter { $0.touchpoint?.channel.rule == rule }.map(\.id))
      return before.map { device in
        if device.isImport { return device }
        let intervals = device.timeline.intervals.map { interval in
          let isMeant =
            places.contains(interval.touchpoint)
            && (node.map { interval.touchpoint == $0 || interval.sums.contains($0) } ?? true)
          return DeviceTimeline.AssignmentInterval(
            hours: interval.hours, touchpoint: interval.touchpoint, sums: interval.sums,
            questions: interval.questions, buttons: interval.buttons,
            repeatIntervalMilliseconds: isMeant
              ? milliseconds : interval.repeatIntervalMilliseconds,
            share: interval.share)
        }
        return StoredDevice(
          number: device.number, isRegistered: device.isRegistered,
          timeline: DeviceTimeline(device: device.name, intervals: intervals))
      }
    }
  }

  private static func add(
    _ db: Database, _ tables: CountTables, _ device: StoredDevice, at places: Set<String>,
    to sums: inout [[String]: Numbers]
  ) throws {
    for interval in device.timeline.intervals where places.contains(interval.touchpoint) {
      let bySlot = try Row.sums(db, tables.bucket, device: device.number, interval.hours)
      for (slot, values) in bySlot {
        guard let place = interval.question(ofStoredSlot: slot) else { continue }
        let key = [interval.touchpoint, interval.questions[place]]
        var numbers = sums[key] ?? Numbers(counts: [])
        while numbers.counts.count < interval.buttons[place] { numbers.counts.append(0) }
        for button in 0..<interval.buttons[place] { numbers.counts[button] += values[button] }
        numbers.excluded += values[5]
        numbers.invalid += values[6]
        sums[key] = numbers
      }
    }
  }
}

/// A node that the registry does not have.
public struct NoSuchNode: Error, CustomStringConvertible {
  public let node: String

  public var description: String {
    "node '\(node)' is not in the registry; GET /api/v1/nodes lists what is"
  }
}

extension RulePreview.Row {
  /// Sums of one device by slot: five counts, excluded, invalid.
  fileprivate static func sums(
    _ db: Database, _ table: CountTable, device: Int, _ hours: Range<UTCHour>
  ) throws -> [(Int, [Int])] {
    try GRDB.Row.fetchAll(
      db,
      sql: """
        SELECT slot, sum(count_0), sum(count_1), sum(count_2), sum(count_3), sum(count_4),
          sum(excluded), sum(invalid)
        FROM \(table.name) WHERE device = ? AND hour >= ? AND hour < ? GROUP BY slot
        """, arguments: [device + 1, hours.lowerBound, hours.upperBound]
    ).map { row in (row[0], (1...7).map { row[$0] }) }
  }
}
