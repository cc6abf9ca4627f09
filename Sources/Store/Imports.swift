import GRDB
import Import
import Registry

/// Imported lines and the buckets they make.
///
/// `import_row` is their archive, as `segment` is that of frames: buckets follow from it.
enum Imports {
  /// Puts the buckets of imported lines beside those of frames; the tables are empty of them.
  ///
  /// Buttons that the question lost since are invalid, as those of terminals are.
  ///
  /// - Parameters:
  ///   - devices: in the order of their numbers.
  ///   - only: numbers of devices; nil = all.
  static func count(_ db: Database, devices: [StoredDevice], only: Set<Int>? = nil) throws {
    // A file that no newer version wrote to yet has none.
    guard try db.tableExists("import_row", in: "main") else { return }
    let numbers = try Int.fetchAll(db, sql: "SELECT DISTINCT device - 1 FROM main.import_row")
    for number in numbers where only?.contains(number) ?? true {
      let buttons = devices[number].importedButtons
      let names = (0..<5).map { "count_\($0)" }
      let counts = names.enumerated().map { $0 < buttons ? "sum(\($1))" : "0" }
      let invalid = names.dropFirst(buttons).map { "+ sum(\($0))" }.joined(separator: " ")
      try db.execute(
        sql: """
          INSERT INTO bucket (device, hour, slot, \(CountRow.columns))
          SELECT device, hour, 0, \(counts.joined(separator: ", ")), sum(excluded), 0 \(invalid),
            0, 0, 0, \(counts.joined(separator: " + "))
          FROM main.import_row WHERE device = ? GROUP BY device, hour
          """, arguments: [number + 1])
    }
  }

  /// Counts again what the imports of some devices make, sums included.
  static func recount(_ db: Database, devices: [Int]) throws {
    if devices.isEmpty { return }
    let stored = try StoredDevice.fetchAll(db)
    let index = try SeriesIndex.make(db, devices: stored)
    let days = try DaySums.load(db)
    try SeriesHours.apply(db, devices: devices, index: index, days: days, taking: true)
    for device in devices {
      try db.execute(sql: "DELETE FROM bucket WHERE device = ?", arguments: [device + 1])
      try DaySums.forget(db, device: device)
    }
    try count(db, devices: stored, only: Set(devices))
    try SeriesHours.apply(db, devices: devices, index: index, days: days, taking: false)
    try db.execute(sql: CountTable.seriesHour.sweeping)
    try db.execute(sql: CountTable.seriesDay.sweeping)
    try Revisions.advanceAll(db)
  }
}

extension StoredDevice {
  /// Stands for imported numbers of one touchpoint and question.
  public var isImport: Bool { timeline.isImport }

  /// Buttons of the one question that imported numbers answer, 2…5.
  var importedButtons: Int { timeline.tiles.first?.buttons.first ?? 5 }

  static func importName(touchpoint: String, question: String) -> String {
    "\(DeviceTimeline.importPrefix)\(touchpoint):\(question)"
  }

  /// The place of imported numbers as the registry has it now; under `unassigned` when it has the
  /// touchpoint no more.
  func placedImport(in registry: Registry) -> StoredDevice {
    let parts = name.split(separator: ":").map(String.init)
    guard parts.count == 3, let tile = registry.tile(touchpoint: parts[1], question: parts[2])
    else { return dropped(site: registry.site) }
    return StoredDevice(
      number: number, isRegistered: false, timeline: DeviceTimeline(device: name, tiles: [tile]))
  }
}

/// One import on its way into the database, inside the caller's transaction.
struct ImportWriter {
  private let db: Database
  private let options: ImportOptions
  private let registry: Registry
  private let id: Int64
  private var report = ImportReport()
  private var devices: [StoredDevice]
  private var numbers: [String: Int] = [:]
  private var touched: Set<Int> = []

  init(_ db: Database, _ options: ImportOptions, nowMilliseconds: Int64) throws {
    self.db = db
    self.options = options
    guard
      let yaml = try String.fetchOne(
        db, sql: "SELECT yaml FROM registry ORDER BY id DESC LIMIT 1")
    else { throw ImportFailure("no registry was ever applied; start the service with one first") }
    registry = try Registry(yaml: yaml, name: "stored registry")
    devices = try StoredDevice.fetchAll(db)
    for device in devices where device.isImport { numbers[device.name] = device.number }
    try db.execute(
      sql: "INSERT INTO import (imported_ms, source, file) VALUES (?, ?, ?)",
      arguments: [nowMilliseconds, options.source, options.file])
    id = db.lastInsertedRowID
  }

  mutating func skip(_ skip: Skip, line: Int) {
    report.skipped[skip.reason, default: 0] += 1
    if report.examples[skip.reason] == nil {
      report.examples[skip.reason] = "line \(line): '\(skip.text.prefix(60))'"
    }
  }

  mutating func add(_ row: ImportedRow) throws {
    let device = try number(of: row)
    let stored = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT device, hour, at_ms, button, count_0, count_1, count_2, count_3, count_4, excluded
          FROM import_row WHERE source = ? AND key = ?
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
    ).execute(arguments: StatementArguments([options.source, row.key, id] + values))
  }

  private mutating func number(of row: ImportedRow) throws -> Int {
    let name = StoredDevice.importName(touchpoint: row.touchpoint, question: row.question)
    if let number = numbers[name] { return number }
    guard let tile = registry.tile(touchpoint: row.touchpoint, question: row.question) else {
      throw ImportFailure(
        "the registry changed while importing: '\(row.touchpoint)' is gone; import again")
    }
    let device = StoredDevice(
      number: devices.count, isRegistered: false,
      timeline: DeviceTimeline(device: name, tiles: [tile]))
    try device.insert(db)
    devices.append(device)
    numbers[name] = device.number
    return device.number
  }

  /// Counts what was touched and says what came of it.
  mutating func finish() throws -> ImportReport {
    try Imports.recount(db, devices: touched.sorted())
    try addPlaces()
    try refuseOverlap()
    report.id = report.added > 0 && !options.isDryRun ? id : 0
    report.isReplaced = options.isReplacing
    return report
  }

  private mutating func addPlaces() throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT device, min(hour), max(hour), sum(count_0), sum(count_1), sum(count_2),
          sum(count_3), sum(count_4), sum(excluded)
        FROM import_row WHERE import_id = ? GROUP BY device ORDER BY device
        """, arguments: [id])
    while let row = try rows.next() {
      let tile = devices[row[0] - 1].timeline.tiles[0]
      report.places.append(
        ImportReport.Place(
          touchpoint: tile.touchpoint, question: tile.questions[0],
          counts: (0..<tile.buttons[0]).map { row[3 + $0] }, excluded: row[8],
          hours: row[1]...row[2]))
    }
  }

  /// Looks for hours in which own devices counted the same people.
  private mutating func refuseOverlap() throws {
    var example = ""
    for place in report.places {
      for device in devices where !device.isImport {
        for tile in device.timeline.tiles where tile.touchpoint == place.touchpoint {
          let hours = try Int.fetchAll(
            db,
            sql: """
              SELECT DISTINCT bucket.hour FROM bucket
              WHERE bucket.device = ? AND bucket.hour >= ? AND bucket.hour < ? AND EXISTS
                (SELECT 1 FROM import_row WHERE import_id = ? AND device = ? AND hour = bucket.hour)
              ORDER BY bucket.hour
              """,
            arguments: [
              device.number + 1, max(tile.hours.lowerBound, place.hours.lowerBound),
              min(tile.hours.upperBound, place.hours.upperBound + 1), id,
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
