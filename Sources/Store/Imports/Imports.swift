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
  /// - Parameters:
  ///   - tables: where the buckets go.
  ///   - devices: in the order of their numbers.
  ///   - only: numbers of devices; nil = all.
  static func count(
    _ db: Database, into tables: CountTables, devices: [StoredDevice], only: Set<Int>? = nil
  ) throws {
    guard try counted(db) != nil else { return }
    let numbers = try Int.fetchAll(db, sql: "SELECT DISTINCT device - 1 FROM main.import_row")
    for number in numbers where only?.contains(number) ?? true {
      guard let lines = try counting(db, devices[number], isHourly: false) else { continue }
      try db.execute(
        sql: """
          INSERT INTO \(tables.bucket.name) (device, hour, slot, \(CountRow.columns))
          SELECT \(number + 1), * FROM (\(lines))
          """, arguments: [number + 1])
    }
  }

  /// The statement that counts the lines of a device: hour, slot, numbers. Its arguments are the
  /// device's id and, where it `isHourly`, the first hour and the one after the last.
  ///
  /// Buttons that the question lost since are invalid, as those of terminals are.
  ///
  /// - Returns: nil where the file has no lines.
  static func counting(
    _ db: Database, _ device: StoredDevice, isHourly: Bool
  ) throws -> String? {
    guard let lines = try counted(db) else { return nil }
    let buttons = device.importedButtons
    let names = (0..<5).map { "count_\($0)" }
    let counts = names.enumerated().map { $0 < buttons ? "sum(\($1))" : "0" }
    let invalid = names.dropFirst(buttons).map { "+ sum(\($0))" }.joined(separator: " ")
    return """
      SELECT hour, 0, \(counts.joined(separator: ", ")), sum(excluded), 0 \(invalid),
        0, 0, 0, \(counts.joined(separator: " + ")), 0
      FROM main.\(lines) WHERE device = ?\(isHourly ? " AND hour >= ? AND hour < ?" : "")
      GROUP BY hour
      """
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
