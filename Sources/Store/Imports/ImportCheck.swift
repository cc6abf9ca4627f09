import CivilTime
import GRDB
import Import
import Registry

/// Holds a file of history against what is stored, on a connection that only reads.
///
/// What it would add lies in temporary tables of that connection, sorted by key, and goes with it: until
/// all of the file was looked at, nothing is written where others see it.
final class ImportCheck {
  /// Lines looked at in one read transaction.
  static let linesMax = 1_000
  /// KiB of memory for the temporary tables; the rest of them lies on the disk.
  static let cacheKiB = 65_536

  private let db: Database
  private let options: ImportOptions
  private let registry: Registry
  private(set) var report = ImportReport()
  private(set) var places: [ImportPlace] = []
  private var placesByName: [String: Int] = [:]
  private let devices: [StoredDevice]
  /// Hours of lines that are replaced, by the number of their device.
  private var replaced: [Int: ClosedRange<UTCHour>] = [:]
  /// What an older version knew hours by: there are such lines.
  private(set) var isAdopting = false

  init(_ db: Database, _ options: ImportOptions, registry: Registry) throws {
    self.db = db
    self.options = options
    self.registry = registry
    devices = try StoredDevice.fetchAll(db)
    report.isReplaced = options.isReplacing
    try db.execute(
      sql: """
        PRAGMA temp.cache_size = -\(Self.cacheKiB);
        CREATE TEMP TABLE staged (
          key TEXT PRIMARY KEY, place INTEGER NOT NULL, hour INTEGER NOT NULL, at_ms INTEGER,
          button INTEGER, count_0 INTEGER NOT NULL, count_1 INTEGER NOT NULL,
          count_2 INTEGER NOT NULL, count_3 INTEGER NOT NULL, count_4 INTEGER NOT NULL,
          excluded INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TEMP TABLE adopted (key TEXT PRIMARY KEY, former TEXT UNIQUE NOT NULL)
          STRICT, WITHOUT ROWID;
        """)
  }

  /// Looks at the next lines; false after the last.
  func readOn(
    _ reader: inout ImportReader, rejecting: (ImportReader, Skip) throws -> Void
  ) throws -> Bool {
    var hasMore = true
    try db.inTransaction(.deferred) {
      for _ in 0..<Self.linesMax {
        guard let line = try reader.next() else {
          hasMore = false
          break
        }
        report.lines += 1
        switch line {
        case .success(let row): try add(row)
        case .failure(let skip):
          report.add(skip, line: reader.line)
          try rejecting(reader, skip)
        }
      }
      return .commit
    }
    return hasMore
  }

  private func add(_ row: ImportedRow) throws {
    let place = try place(of: row)
    if row.isHourRepeated { report.repeatedHours += 1 }
    let line = StagedLine(row, place: place)
    if let staged = try staged(row.key) {
      if staged == line {
        report.known += 1
        return
      }
      report.changed += 1
    } else if let stored = try stored(row) {
      if stored.device == places[place].device, stored.values == line.values {
        report.known += 1
        return
      }
      report.changed += 1
      if options.isReplacing {
        replaced[stored.device] = Self.widened(replaced[stored.device], by: stored.hour)
      }
    } else {
      report.added += 1
      return try stage(line)
    }
    if options.isReplacing { try stage(line) }
  }

  private func stage(_ line: StagedLine) throws {
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO temp.staged (key, place, \(StagedLine.columns))
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: StatementArguments(
        [line.key.databaseValue, line.place.databaseValue] + line.storedValues))
  }

  private func staged(_ key: String) throws -> StagedLine? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT key, place, \(StagedLine.columns) FROM temp.staged WHERE key = ?"),
      arguments: [key]
    ).map(StagedLine.init)
  }

  /// What counts of a line.
  private func stored(
    _ row: ImportedRow
  ) throws -> (device: Int, hour: UTCHour, values: [Int64?])? {
    if let stored = try stored(row.key) { return stored }
    guard let former = row.formerKey, try adopts(former, row.key) else { return nil }
    return try stored(former)
  }

  private func stored(
    _ key: String
  ) throws -> (device: Int, hour: UTCHour, values: [Int64?])? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT device - 1, \(StagedLine.columns) FROM main.import_counted
          WHERE source = ? AND key = ?
          """), arguments: [options.source, key]
    ).map { row in (row[0], row[1], (1..<10).map { row[$0] }) }
  }

  /// Lines that an older version kept under the place they were mapped to become known by what the
  /// source says, the first time that it is heard again.
  private func adopts(_ former: String, _ key: String) throws -> Bool {
    try db.cachedStatement(
      sql: """
        INSERT INTO temp.adopted (key, former) SELECT ?2, ?3
        WHERE EXISTS (SELECT 1 FROM main.import_row
            WHERE source = ?1 AND key = ?3 AND at_ms IS NULL)
          AND NOT EXISTS (SELECT 1 FROM main.import_row WHERE source = ?1 AND key = ?2)
        ON CONFLICT DO NOTHING
        """
    ).execute(arguments: [options.source, key, former])
    if db.changesCount > 0 { isAdopting = true }
    guard isAdopting else { return false }
    return try String.fetchOne(
      db.cachedStatement(sql: "SELECT former FROM temp.adopted WHERE key = ?"), arguments: [key])
      == former
  }

  private func place(of row: ImportedRow) throws -> Int {
    let name = StoredDevice.importName(touchpoint: row.touchpoint, question: row.question)
    if let place = placesByName[name] { return place }
    guard let interval = registry.interval(touchpoint: row.touchpoint, question: row.question)
    else { throw ImportFailure("'\(row.touchpoint)' is not in the registry; import again") }
    let number = devices.first { $0.name == name }?.number
    places.append(
      ImportPlace(timeline: DeviceTimeline(device: name, intervals: [interval]), device: number))
    placesByName[name] = places.count - 1
    return places.count - 1
  }

  private static func widened(
    _ range: ClosedRange<UTCHour>?, by hour: UTCHour
  ) -> ClosedRange<UTCHour> {
    guard let range else { return hour...hour }
    return min(range.lowerBound, hour)...max(range.upperBound, hour)
  }
}

extension ImportCheck {
  /// Says what the lines come to.
  ///
  /// - Throws: `ImportFailure` when own devices counted in the same hours, unless allowed.
  func finish() throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT place, min(hour), max(hour), sum(count_0), sum(count_1), sum(count_2),
          sum(count_3), sum(count_4), sum(excluded)
        FROM temp.staged GROUP BY place ORDER BY place
        """)
    while let row = try rows.next() {
      let place = places[row[0]]
      let hours: ClosedRange<Int> = row[1]...row[2]
      report.places.append(
        ImportReport.Place(
          touchpoint: place.touchpoint, question: place.question,
          counts: (0..<place.buttons).map { row[3 + $0] }, excluded: row[8], hours: hours))
    }
    try refuseOverlap()
  }

  /// Nothing is added, and nothing replaced.
  var isEmpty: Bool { report.places.isEmpty }

  /// Lines in the order of their keys.
  func lines(after key: String, count: Int) throws -> [StagedLine] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT key, place, \(StagedLine.columns) FROM temp.staged WHERE key > ?
          ORDER BY key LIMIT ?
          """), arguments: [key, count]
    ).map(StagedLine.init)
  }

  /// Keys of an older version, and what takes their place, in the order of the latter.
  func adoptions(after key: String, count: Int) throws -> [(former: String, key: String)] {
    try Row.fetchAll(
      db, sql: "SELECT former, key FROM temp.adopted WHERE key > ? ORDER BY key LIMIT ?",
      arguments: [key, count]
    ).map { ($0[0], $0[1]) }
  }

  /// The hours in which counts change.
  ///
  /// - Parameter numbers: the devices of the places, in their order.
  func hours(devices numbers: [Int]) -> [Int: Range<UTCHour>] {
    var hours = replaced
    for place in report.places {
      let name = StoredDevice.importName(touchpoint: place.touchpoint, question: place.question)
      guard let number = placesByName[name].map({ numbers[$0] }) else { continue }
      let first = Self.widened(hours[number], by: place.hours.lowerBound)
      hours[number] = Self.widened(first, by: place.hours.upperBound)
    }
    return hours.mapValues { $0.lowerBound..<$0.upperBound + 1 }
  }

  /// Looks for hours in which own devices counted the same people.
  private func refuseOverlap() throws {
    let touched = Set(report.places.map(\.touchpoint))
    let own = devices.filter { device in
      !device.isImport && device.timeline.intervals.contains { touched.contains($0.touchpoint) }
    }
    if own.isEmpty { return }
    try db.execute(sql: "CREATE INDEX temp.staged_hour ON staged (place, hour)")
    var example = ""
    for place in report.places {
      let name = StoredDevice.importName(touchpoint: place.touchpoint, question: place.question)
      for device in own {
        for interval in device.timeline.intervals where interval.touchpoint == place.touchpoint {
          let hours = try Int.fetchAll(
            db,
            sql: """
              SELECT DISTINCT bucket.hour FROM main.bucket
              WHERE bucket.device = ? AND bucket.hour >= ? AND bucket.hour < ?
                AND bucket.slot >= ? AND bucket.slot < ? AND EXISTS
                (SELECT 1 FROM temp.staged WHERE place = ? AND hour = bucket.hour)
              ORDER BY bucket.hour
              """,
            arguments: [
              device.number + 1, max(interval.hours.lowerBound, place.hours.lowerBound),
              min(interval.hours.upperBound, place.hours.upperBound + 1),
              interval.storedSlots.lowerBound, interval.storedSlots.upperBound,
              placesByName[name],
            ])
          report.overlapHours += hours.count
          if let first = hours.first, example.isEmpty {
            example = "\(place.touchpoint), device \(device.name), UTC hour \(first)"
          }
        }
      }
    }
    if report.overlapHours > 0 && !options.isOverlapAllowed && !options.isDryRun {
      throw ImportFailure(
        "own devices counted at the same place in \(report.overlapHours) of these hours (first: "
          + "\(example)); the same presses may come twice; nothing was imported; give only the "
          + "time before, or --allow-overlap")
    }
  }
}
