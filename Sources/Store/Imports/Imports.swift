import GRDB
import Import
import Registry

/// Imported lines and the buckets they make.
///
/// `import_row` is their archive, as `segment` is that of frames, and is only ever added to: what a
/// line said before another import replaced it counts again when that import is withdrawn.
enum Imports {
  /// Where the lines stand that count, one for each key. A file that no newer version wrote to yet
  /// has one version of each line, or no lines at all: nil.
  static func counted(_ db: Database) throws -> String? {
    if try db.viewExists("import_counted", in: "main") { return "import_counted" }
    return try db.tableExists("import_row", in: "main") ? "import_row" : nil
  }

  /// Puts the buckets of imported lines beside those of frames; the tables are empty of them.
  ///
  /// Buttons that the question lost since are invalid, as those of terminals are.
  ///
  /// - Parameters:
  ///   - tables: where the buckets go.
  ///   - devices: in the order of their numbers.
  ///   - only: numbers of devices; nil = all.
  static func count(
    _ db: Database, into tables: CountTables, devices: [StoredDevice], only: Set<Int>? = nil
  ) throws {
    guard let lines = try counted(db) else { return }
    let numbers = try Int.fetchAll(db, sql: "SELECT DISTINCT device - 1 FROM main.import_row")
    for number in numbers where only?.contains(number) ?? true {
      let buttons = devices[number].importedButtons
      let names = (0..<5).map { "count_\($0)" }
      let counts = names.enumerated().map { $0 < buttons ? "sum(\($1))" : "0" }
      let invalid = names.dropFirst(buttons).map { "+ sum(\($0))" }.joined(separator: " ")
      try db.execute(
        sql: """
          INSERT INTO \(tables.bucket.name) (device, hour, slot, \(CountRow.columns))
          SELECT device, hour, 0, \(counts.joined(separator: ", ")), sum(excluded), 0 \(invalid),
            0, 0, 0, \(counts.joined(separator: " + ")), 0
          FROM main.\(lines) WHERE device = ? GROUP BY device, hour
          """, arguments: [number + 1])
    }
  }

  /// Counts again what the imports of some devices make, sums included.
  static func recount(
    _ db: Database, devices: [Int], _ change: Revisions.Change
  ) throws {
    if devices.isEmpty { return }
    let stored = try StoredDevice.fetchAll(db)
    let index = try SeriesIndex.make(db, devices: stored)
    let days = try DailyRollup.load(db)
    try SeriesHours.apply(db, devices: devices, index: index, days: days, taking: true)
    for device in devices {
      try db.execute(sql: "DELETE FROM bucket WHERE device = ?", arguments: [device + 1])
      try DailyRollup.forget(db, device: device)
    }
    try count(db, into: .stored, devices: stored, only: Set(devices))
    try SeriesHours.apply(db, devices: devices, index: index, days: days, taking: false)
    try CountTables.stored.sweepSeries(db)
    try Revisions.advanceAll(db, change)
  }
}

extension Imports {
  /// From the first to the last UTC hour of what an import says, and of what others say of the same
  /// lines; nil for none.
  static func hours(_ db: Database, ofLinesSaidBy id: Int64) throws -> ClosedRange<Int>? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT min(hour), max(hour) FROM import_row WHERE (source, key) IN
          (SELECT source, key FROM import_row WHERE import_id = ?)
        """, arguments: [id])
    guard let row, let first: Int = row[0], let last: Int = row[1] else { return nil }
    return first...last
  }
}

extension StoredDevice {
  /// Stands for imported numbers of one touchpoint and question.
  public var isImport: Bool { timeline.isImport }

  /// Buttons of the one question that imported numbers answer, 2…5.
  var importedButtons: Int { timeline.intervals.first?.buttons.first ?? 5 }

  static func importName(touchpoint: String, question: String) -> String {
    "\(DeviceTimeline.importPrefix)\(touchpoint):\(question)"
  }

  /// The place of imported numbers as the registry has it now; under `unassigned` when it has the
  /// touchpoint no more.
  func placedImport(in registry: Registry) -> StoredDevice {
    let parts = name.split(separator: ":").map(String.init)
    guard parts.count == 3,
      let interval = registry.interval(touchpoint: parts[1], question: parts[2])
    else { return dropped(site: registry.site) }
    return StoredDevice(
      number: number, isRegistered: false,
      timeline: DeviceTimeline(device: name, intervals: [interval]))
  }
}
