import GRDB
import Import
import Registry

/// One import on its way into the database, inside the caller's transaction.
struct ImportWriter {
  private let db: Database
  private let options: ImportOptions
  private let registry: Registry
  private let nowMilliseconds: Int64
  /// Set when the first line is written: an import that adds nothing leaves no entry.
  private var id: Int64?
  private var report = ImportReport()
  private var devices: [StoredDevice]
  private var numbers: [String: Int] = [:]
  private var touched: Set<Int> = []

  init(_ db: Database, _ options: ImportOptions, nowMilliseconds: Int64) throws {
    self.db = db
    self.options = options
    self.nowMilliseconds = nowMilliseconds
    guard
      let yaml = try String.fetchOne(
        db, sql: "SELECT yaml FROM registry ORDER BY id DESC LIMIT 1")
    else { throw ImportFailure("no registry was ever applied; start the service with one first") }
    registry = try Registry(yaml: yaml, name: "stored registry")
    devices = try StoredDevice.fetchAll(db)
    for device in devices where device.isImport { numbers[device.name] = device.number }
  }

  mutating func skip(_ skip: Skip, line: Int) {
    report.skipped[skip.reason, default: 0] += 1
    let example = ImportReport.Example(line: line, text: String(skip.text.prefix(60)))
    let known = report.examples[skip.reason] ?? []
    if known.count < ImportReport.examplesMax && !known.contains(where: { $0.text == example.text })
    {
      report.examples[skip.reason] = known + [example]
    }
  }

  mutating func add(_ row: ImportedRow) throws {
    let device = try number(of: row)
    if row.isHourRepeated { report.repeatedHours += 1 }
    try adoptFormerKey(of: row)
    let stored = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT device, hour, at_ms, button, count_0, count_1, count_2, count_3, count_4, excluded
          FROM import_counted WHERE source = ? AND key = ?
          """), arguments: [options.source, row.key])
    let values: [(any DatabaseValueConvertible)?] =
      [device + 1, row.hour, row.atMilliseconds, row.button] + row.counts + [row.excluded]
    if let stored {
      if zip(stored.databaseValues, values).allSatisfy({ $0 == ($1?.databaseValue ?? .null) }) {
        report.known += 1
        return
      }
      report.changed += 1
      guard options.isReplacing else { return }
      touched.insert(stored[0] - 1)
    } else {
      report.added += 1
    }
    touched.insert(device)
    try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO import_row (source, key, import_id, device, hour, at_ms, button,
          count_0, count_1, count_2, count_3, count_4, excluded)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: StatementArguments([options.source, row.key, try makeEntry()] + values))
  }

  /// The import's number.
  private mutating func makeEntry() throws -> Int64 {
    if let id { return id }
    try db.execute(
      sql: "INSERT INTO import (imported_ms, source, file) VALUES (?, ?, ?)",
      arguments: [nowMilliseconds, options.source, options.file])
    id = db.lastInsertedRowID
    return db.lastInsertedRowID
  }

  /// Lines that an older version kept under the place they were mapped to become known by what the
  /// source says, the first time that it is heard again.
  private mutating func adoptFormerKey(of row: ImportedRow) throws {
    guard let formerKey = row.formerKey else { return }
    try db.cachedStatement(
      sql: """
        UPDATE import_row SET key = ?2 WHERE source = ?1 AND key = ?3 AND at_ms IS NULL
          AND NOT EXISTS (SELECT 1 FROM import_row WHERE source = ?1 AND key = ?2)
        """
    ).execute(arguments: [options.source, row.key, formerKey])
    report.adopted += db.changesCount
  }

  private mutating func number(of row: ImportedRow) throws -> Int {
    let name = StoredDevice.importName(touchpoint: row.touchpoint, question: row.question)
    if let number = numbers[name] { return number }
    guard let interval = registry.interval(touchpoint: row.touchpoint, question: row.question)
    else {
      throw ImportFailure(
        "the registry changed while importing: '\(row.touchpoint)' is gone; import again")
    }
    let device = StoredDevice(
      number: devices.count, isRegistered: false,
      timeline: DeviceTimeline(device: name, intervals: [interval]))
    try device.insert(db)
    devices.append(device)
    numbers[name] = device.number
    return device.number
  }

  /// Counts what was touched and says what came of it.
  mutating func finish() throws -> ImportReport {
    report.isReplaced = options.isReplacing
    guard let id else { return report }
    try Imports.recount(
      db, devices: touched.sorted(),
      Revisions.Change(
        cause: .importAdded, nowMilliseconds: nowMilliseconds, importID: id,
        hours: try Imports.hours(db, ofLinesSaidBy: id)))
    try addPlaces(id)
    try refuseOverlap(id)
    if options.isDryRun { return report }
    report.id = id
    try AuditOutbox.add(
      db, actor: options.actor, action: .importAdded,
      detail: "import \(id), source \(options.source), file \(options.file): "
        + "\(report.added) lines added, \(options.isReplacing ? report.changed : 0) replaced",
      atMilliseconds: nowMilliseconds)
    return report
  }

  private mutating func addPlaces(_ id: Int64) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT device, min(hour), max(hour), sum(count_0), sum(count_1), sum(count_2),
          sum(count_3), sum(count_4), sum(excluded)
        FROM import_row WHERE import_id = ? GROUP BY device ORDER BY device
        """, arguments: [id])
    while let row = try rows.next() {
      let interval = devices[row[0] - 1].timeline.intervals[0]
      report.places.append(
        ImportReport.Place(
          touchpoint: interval.touchpoint, question: interval.questions[0],
          counts: (0..<interval.buttons[0]).map { row[3 + $0] }, excluded: row[8],
          hours: row[1]...row[2]))
    }
  }

  /// Looks for hours in which own devices counted the same people.
  private mutating func refuseOverlap(_ id: Int64) throws {
    var example = ""
    for place in report.places {
      for device in devices where !device.isImport {
        for interval in device.timeline.intervals where interval.touchpoint == place.touchpoint {
          let hours = try Int.fetchAll(
            db,
            sql: """
              SELECT DISTINCT bucket.hour FROM bucket
              WHERE bucket.device = ? AND bucket.hour >= ? AND bucket.hour < ?
                AND bucket.slot >= ? AND bucket.slot < ? AND EXISTS
                (SELECT 1 FROM import_row WHERE import_id = ? AND device = ? AND hour = bucket.hour)
              ORDER BY bucket.hour
              """,
            arguments: [
              device.number + 1, max(interval.hours.lowerBound, place.hours.lowerBound),
              min(interval.hours.upperBound, place.hours.upperBound + 1),
              interval.storedSlots.lowerBound, interval.storedSlots.upperBound, id,
              numbers[
                StoredDevice.importName(touchpoint: place.touchpoint, question: place.question)
              ].map { $0 + 1 },
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
