import CivilTime
import GRDB
import Ingest
import Registry

/// What is left of erased frames of visits: what they counted, and how far their journals had come.
///
/// `bucket` and `cursor` stay as they were; these tables hold that part of them which no frame proves any
/// more, and counting again begins with it. Of a device all frames up to a segment are gone, also those of
/// terminals that it was before.
enum ErasedFrames {
  static let tables = """
    ALTER TABLE segment ADD COLUMN received_ms INTEGER;  -- its last frame, where some were erased

    CREATE TABLE erasure (               -- devices that stood at a touchpoint of visits, ever
      device INTEGER PRIMARY KEY REFERENCES device (id),
      through INTEGER NOT NULL,          -- no segment up to it holds a frame of the device
      frames INTEGER NOT NULL DEFAULT 0, -- erased so far
      segment INTEGER,                   -- the last one that a frame was erased from
      received_ms INTEGER,               -- of the last frame that was erased
      last_counted_ms INTEGER            -- the last press that counted among them
    ) STRICT;

    CREATE TABLE erased_cursor (         -- as `cursor` was when `through` was the last segment
      device INTEGER NOT NULL REFERENCES device (id),
      epoch INTEGER NOT NULL,
      next INTEGER NOT NULL,
      segment INTEGER NOT NULL,
      last_counted_ms INTEGER,
      first_prints INTEGER NOT NULL DEFAULT 0,
      last_prints INTEGER NOT NULL DEFAULT 0,
      lost_beyond INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (device, epoch)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE erased_bucket (         -- counts of erased frames, whatever was annulled of them
      device INTEGER NOT NULL REFERENCES device (id),
      hour INTEGER NOT NULL,             -- UTC hours since 1970
      slot INTEGER NOT NULL,
      count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL, count_2 INTEGER NOT NULL,
      count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
      excluded INTEGER NOT NULL, invalid INTEGER NOT NULL,
      lost INTEGER NOT NULL, estimated INTEGER NOT NULL, late INTEGER NOT NULL,
      imported INTEGER NOT NULL DEFAULT 0, annulled INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (device, hour, slot)
    ) STRICT, WITHOUT ROWID;
    """

  /// Remembers devices that stand at touchpoints of visits: their frames are erased also once the
  /// registry has dropped them.
  static func note(_ db: Database, _ devices: [StoredDevice], _ registry: Registry) throws {
    let visits = Set(
      registry.allNodes.filter { $0.touchpoint?.channel == .visit }.map(\.id))
    if visits.isEmpty { return }
    let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM segment") ?? 0
    for device in devices
    where !device.isImport
      && device.timeline.intervals.contains(where: { visits.contains($0.touchpoint) })
    {
      // Of a device that never sent anything there is nothing to look for.
      try db.cachedStatement(
        sql: """
          INSERT INTO erasure (device, through)
          SELECT ?1, iif(EXISTS (SELECT * FROM cursor WHERE device = ?1), 0, ?2)
          ON CONFLICT DO NOTHING
          """
      ).execute(arguments: [device.number + 1, last])
    }
  }

  /// Devices with erased frames, by their numbers.
  ///
  /// - Parameter only: nil = all.
  static func devices(_ db: Database, only: Set<Int>? = nil) throws -> [Int] {
    // A file that no newer version wrote to yet.
    guard try db.tableExists("erasure", in: "main") else { return [] }
    return try Int.fetchAll(
      db, sql: "SELECT device - 1 FROM main.erasure WHERE frames > 0 ORDER BY device"
    ).filter { only?.contains($0) ?? true }
  }

  /// Puts what erased frames came to into tables that are empty of these devices.
  static func begin(
    _ db: Database, _ tables: CountTables, only: Set<Int>?, annulments: Annulments
  ) throws {
    let columns = CountTables.cursorColumns.joined(separator: ", ")
    for device in try devices(db, only: only) {
      try db.execute(
        sql: """
          INSERT INTO \(tables.cursor) (\(columns))
          SELECT \(columns) FROM \(CountTables.erased.cursor) WHERE device = ?
          """, arguments: [device + 1])
      let adding = try IntegerStatement(db, tables.bucket.adding)
      for (hour, slot, row) in try counts(db, device: device, 0..<Registry.hourEnd) {
        adding.bind(Int64(device + 1), at: 1)
        adding.bind(Int64(hour), at: 2)
        adding.bind(Int64(slot), at: 3)
        adding.bind(annulments.standing(row, device: device, hour: hour), from: 4)
        try adding.run()
      }
    }
  }

  /// What erased frames of a device counted.
  static func counts(
    _ db: Database, device: Int, _ hours: Range<UTCHour>
  ) throws -> [(hour: UTCHour, slot: Int, row: CountRow)] {
    let reading = try IntegerStatement(db, CountTables.erased.bucket.selecting)
    reading.bind(Int64(device + 1), at: 1)
    reading.bind(Int64(hours.lowerBound), at: 2)
    reading.bind(Int64(hours.upperBound), at: 3)
    reading.bind(.max, at: 4)
    var counts: [(hour: UTCHour, slot: Int, row: CountRow)] = []
    try reading.forEachRow {
      counts.append((Int(reading.column(0)), Int(reading.column(1)), reading.row(from: 2)))
    }
    return counts
  }

  /// When the last erased frame of some devices was received that came after a segment, UTC milliseconds
  /// since 1970; nil = none did.
  static func lastErased(
    _ db: Database, of wanted: Set<Int>, after segment: Int64
  ) throws -> Int64? {
    guard try db.tableExists("erasure", in: "main") else { return nil }
    let rows = try Row.fetchCursor(
      db, sql: "SELECT device - 1, received_ms FROM main.erasure WHERE segment > ?",
      arguments: [segment])
    var last: Int64?
    while let row = try rows.next() {
      let received: Int64 = row[1]
      if wanted.contains(row[0]) { last = max(last ?? received, received) }
    }
    return last
  }

  /// Which counts stand alone, by device name.
  static func told(_ db: Database) throws -> [Rebuild.Erased] {
    guard try db.tableExists("erasure", in: "main") else { return [] }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT name, frames, received_ms, count(DISTINCT hour), min(hour), max(hour)
        FROM erasure JOIN device ON device.id = erasure.device
          JOIN erased_bucket ON erased_bucket.device = erasure.device
        GROUP BY erasure.device ORDER BY name
        """
    ).map { row in
      let first: Int = row[4]
      return Rebuild.Erased(
        device: row[0], frames: row[1], receivedUntilMilliseconds: row[2], hours: row[3],
        range: first...max(first, row[5]))
    }
  }

  /// Refuses other buttons, or other minutes within an hour, where counts stand alone: there is no frame to
  /// count again. Another interval holds for the frames that are there.
  static func refuseRecount(
    _ db: Database, _ before: [StoredDevice], _ after: [StoredDevice], file: String
  ) throws {
    for number in try devices(db) where before[number].timeline != after[number].timeline {
      let rules = (before[number].engineDevice.rules, after[number].engineDevice.rules)
      let hours = Set(try counts(db, device: number, 0..<Registry.hourEnd).map(\.hour))
      guard let hour = hours.sorted().first(where: { parts(rules.0, $0) != parts(rules.1, $0) })
      else { continue }
      let received = try lastErased(db, of: [number], after: 0) ?? 0
      throw RegistryError(
        file: file, line: nil,
        reason:
          "device '\(before[number].name)' would be counted by other buttons or minutes in the "
          + "hour from \(RFC3339.format(milliseconds: Int64(hour) * 3_600_000)), whose frames were "
          + "erased (keep_days of visits; received until "
          + "\(RFC3339.format(milliseconds: received))): leave its place and question of then")
    }
  }

  /// Into which buckets presses of an hour go.
  private static func parts(_ rules: [EngineDevice.Rule], _ hour: UTCHour) -> [HourPart] {
    let hours = hour * 60..<(hour + 1) * 60
    var parts: [HourPart] = []
    for rule in rules where rule.minutes.overlaps(hours) {
      let minutes = rule.minutes.clamped(to: hours)
      if let last = parts.last, last.part == rule.part, last.buttons == rule.buttons {
        parts[parts.count - 1].minutes = last.minutes.lowerBound..<minutes.upperBound
      } else {
        parts.append(HourPart(minutes: minutes, part: rule.part, buttons: rule.buttons))
      }
    }
    return parts
  }

  private struct HourPart: Equatable {
    var minutes: Range<UTCMinute>
    var part: Int
    var buttons: [Int]
  }
}

extension StoreReader.Snapshot {
  /// How many stored frames of visits were ever erased.
  public func erasedFrames() throws -> Int {
    try Int.fetchOne(db, sql: "SELECT coalesce(sum(frames), 0) FROM erasure") ?? 0
  }
}
