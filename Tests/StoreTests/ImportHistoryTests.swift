import Foundation
import GRDB
import Import
import Registry
import Store
import TestSupport
import Testing

/// What an import says of one key: where, when, how many by button.
struct ImportedValue: Equatable {
  var touchpoint: String
  var hour: Int
  var counts: [Int]
}

/// The slow model: every import with all it says; the newest that stands counts.
struct ImportModel {
  struct Entry {
    var id: Int64
    var values: [String: ImportedValue] = [:]
    var isWithdrawn = false
  }

  var entries: [Entry] = []

  func standing(_ key: String) -> [ImportedValue] {
    entries.reversed().filter { !$0.isWithdrawn }.compactMap { $0.values[key] }
  }

  /// - Returns: lines added, known and changed.
  mutating func take(
    _ lines: [(key: String, value: ImportedValue)], id: Int64, isReplacing: Bool
  ) -> [Int] {
    var numbers = [0, 0, 0]
    entries.append(Entry(id: id))
    for (key, value) in lines {
      let known = standing(key).first
      numbers[known == nil ? 0 : known == value ? 1 : 2] += 1
      if known == nil || (known != value && isReplacing) {
        entries[entries.count - 1].values[key] = value
      }
    }
    if entries[entries.count - 1].values.isEmpty { entries.removeLast() }
    return numbers
  }

  /// - Returns: lines taken back, and lines that count again.
  mutating func withdraw(_ index: Int) -> [Int] {
    let before = entries[index].values.filter { standing($0.key).first == $0.value }
    let newer = entries[(index + 1)...].filter { !$0.isWithdrawn }
    let taken = before.filter { key, _ in !newer.contains { $0.values[key] != nil } }
    entries[index].isWithdrawn = true
    return [taken.count, taken.filter { !standing($0.key).isEmpty }.count]
  }

  /// Counts by touchpoint and hour.
  var counts: [String: [Int]] {
    var counts: [String: [Int]] = [:]
    for key in Set(entries.flatMap(\.values.keys)) {
      guard let value = standing(key).first else { continue }
      let place = "\(value.touchpoint) \(value.hour)"
      counts[place] = zip(counts[place] ?? [0, 0, 0, 0], value.counts).map { $0 + $1 }
    }
    return counts.filter { $0.value != [0, 0, 0, 0] }
  }
}

/// A database that histories are imported into.
struct ImportTarget {
  static let now: Int64 = 1_700_000_000_000
  static let hour = 420_000

  let folder: Folder
  var store: Store
  var registry: Registry

  init() throws {
    folder = try Folder()
    let store = try Store(folder.file)
    let applied = try store.apply(
      registryYAML: Site.registry(devices: []), name: "registry.yaml", nowMilliseconds: Self.now)
    self.store = store
    registry = try #require(applied.registry)
  }

  /// As another start of the service, or the next command, finds it.
  mutating func reopen() throws {
    store.close()
    store = try Store(folder.file)
    _ = try store.apply(registryYAML: nil, name: "", nowMilliseconds: Self.now)
  }

  func take(
    _ text: String, mapping: String = "id,touchpoint\n", isReplacing: Bool = false,
    isDryRun: Bool = false
  ) throws -> ImportReport {
    func reader(_ text: String) -> CSVReader {
      var rest = Array(text.utf8)
      return CSVReader {
        defer { rest = [] }
        return rest
      }
    }
    let history = try ImportReader(
      reader(text), registry: registry, mapping: try PlaceMapping(reader(mapping)),
      nowMilliseconds: Self.now)
    var options = ImportOptions(
      source: history.format.sourceDefault, file: "file.csv", actor: "user anna")
    options.isReplacing = isReplacing
    options.isDryRun = isDryRun
    return try store.importHistory(history, options, nowMilliseconds: Self.now) { _ in }
  }

  func withdraw(_ id: Int64, isDryRun: Bool = false) throws -> WithdrawalReport {
    try store.withdrawImport(
      id, isDryRun: isDryRun, actor: "user bertta", nowMilliseconds: Self.now)
  }

  /// Imported counts by touchpoint and hour.
  func counts() throws -> [String: [Int]] {
    try folder.database().read { db in
      var counts: [String: [Int]] = [:]
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT substr(name, 8, length(name) - 15), hour, count_0, count_1, count_2, count_3,
            imported
          FROM bucket JOIN device ON device.id = device WHERE name GLOB 'import:*:palvelu'
          """)
      for row in rows {
        let numbers = (2..<6).map { row[$0] as Int }
        #expect(numbers.reduce(0, +) == row[6])
        counts["\(row[0] as String) \(row[1] as Int)"] = numbers
      }
      return counts.filter { $0.value != [0, 0, 0, 0] }
    }
  }

  /// Everything that a dry run must leave alone.
  func everything() throws -> [String] {
    try folder.database().read { db in
      try ["import", "import_row", "bucket", "series_hour", "device", "revision"].flatMap { table in
        try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
      } + (try pending(db))
    }
  }

  /// The audit log with what is on its way there: action, who, detail.
  func audited() throws -> [String] {
    try TokenStore(folder.file).audit().rows.map { "\($0.action), \($0.actor): \($0.detail)" }
      + (try folder.database().read(pending))
  }

  private func pending(_ db: Database) throws -> [String] {
    try Row.fetchAll(
      db, sql: "SELECT action, actor, detail FROM audit_pending ORDER BY at_ms, rowid"
    ).map {
      "\($0[0] as String), \($0[1] as String): \($0[2] as String)"
    }
  }

  func isProven() throws -> Bool {
    try Rebuild.run(folder.file, applying: nil, progress: { _ in }).differences == []
  }
}

@Suite struct ImportHistoryTests {
  /// Lines of a random file: three places of the source, four hours, twelve keys.
  static func lines(
    isHours: Bool, touchpoints: [String], _ generator: inout Seeded
  ) -> (text: String, lines: [(key: String, value: ImportedValue)]) {
    var text =
      isHours ? "node,start,count_0,count_1,count_2,count_3\n" : "id,time,touchpoint,button\n"
    var lines: [(key: String, value: ImportedValue)] = []
    for _ in 0..<Int.random(in: 1...12, using: &generator) {
      let place = Int.random(in: 0..<3, using: &generator)
      let hour = ImportTarget.hour + Int.random(in: 0..<4, using: &generator)
      let time = Date(timeIntervalSince1970: Double(hour) * 3600).formatted(.iso8601)
      var counts = [0, 0, 0, 0]
      if isHours {
        counts = counts.map { _ in Int.random(in: 0...2, using: &generator) }
        text += "P\(place),\(time),\(counts.map(String.init).joined(separator: ","))\n"
      } else {
        counts[Int.random(in: 0...3, using: &generator)] = 1
      }
      var key = "P\(place) \(hour)"
      if !isHours {
        key = "id-\(Int.random(in: 0..<12, using: &generator))"
        text += "\(key),\(time),P\(place),\(counts.firstIndex(of: 1) ?? 0)\n"
      }
      lines.append((key, ImportedValue(touchpoint: touchpoints[place], hour: hour, counts: counts)))
    }
    return (text, lines)
  }

  @Test(
    "whatever is imported, replaced and withdrawn: of each line the newest that stands counts",
    arguments: [false, true])
  func randomHistories(isHours: Bool) throws {
    var generator = Seeded(stream: isHours ? 811 : 810)
    for _ in 0..<5 {
      var target = try ImportTarget()
      var model = ImportModel()
      var kept = 0
      for step in 0..<25 {
        let before = try target.everything()
        let standing = model.entries.indices.filter { !model.entries[$0].isWithdrawn }
        if !standing.isEmpty && generator.oneIn(3) {
          let index = generator.pick(standing)
          let id = model.entries[index].id
          let predicted = try target.withdraw(id, isDryRun: true)
          #expect(try target.everything() == before, "\(Seeded.command)")
          let done = try target.withdraw(id)
          #expect("\(predicted)" == "\(done)", "step \(step); \(Seeded.command)")
          let expected = model.withdraw(index)
          #expect([done.taken, done.restored] == expected, "step \(step); \(Seeded.command)")
          kept += 1
        } else {
          let touchpoints = (0..<3).map { _ in generator.pick(["aula", "ovi"]) }
          let mapping =
            "id,touchpoint\n"
            + touchpoints.enumerated().map { "P\($0),\($1)\n" }.joined()
          let (text, lines) = Self.lines(
            isHours: isHours, touchpoints: touchpoints, &generator)
          let isReplacing = Bool.random(using: &generator)
          let predicted = try target.take(
            text, mapping: mapping, isReplacing: isReplacing, isDryRun: true)
          #expect(try target.everything() == before, "\(Seeded.command)")
          var done = try target.take(text, mapping: mapping, isReplacing: isReplacing)
          let numbers = model.take(lines, id: done.id, isReplacing: isReplacing)
          #expect([done.added, done.known, done.changed] == numbers, "\(Seeded.command)")
          #expect((done.id > 0) == (model.entries.last?.id == done.id), "\(Seeded.command)")
          if done.id > 0 { kept += 1 }
          done.id = 0
          #expect("\(predicted)" == "\(done)", "step \(step); \(Seeded.command)")
        }
        #expect(try target.counts() == model.counts, "step \(step); \(Seeded.command)")
        #expect(try target.isProven(), "step \(step); \(Seeded.command)")
        if generator.oneIn(5) { try target.reopen() }
        if generator.oneIn(5) {
          while try target.store.maintain(nowMilliseconds: ImportTarget.now) {}
        }
      }
      #expect(try target.audited().filter { $0.hasPrefix("import ") }.count == kept)
    }
  }

  @Test("an import and its withdrawal stand in the audit log; what changed nothing does not")
  func audit() throws {
    let target = try ImportTarget()
    let text = "id,time,touchpoint,button\n1,2017-05-05T12:00:00,ovi,0\n2,2017-05-05,ovi,0\n"
    _ = try target.take(text, isDryRun: true)
    let id = try target.take(text).id
    _ = try target.take(text)
    _ = try target.withdraw(id, isDryRun: true)
    _ = try target.withdraw(id)
    #expect(throws: ImportFailure.self) { try target.withdraw(id) }
    #expect(throws: ImportFailure.self) { try target.withdraw(99) }
    #expect(
      try target.audited().filter { $0.hasPrefix("import ") } == [
        "import added, user anna: import 1, source presses, file file.csv: 1 lines added, "
          + "0 replaced",
        "import withdrawn, user bertta: import 1, source presses, file file.csv: 1 lines taken "
          + "back, 0 of earlier imports count again",
      ])
  }

  @Test("a withdrawn import stays on record: when and by whom")
  func record() async throws {
    let target = try ImportTarget()
    let text = "id,time,touchpoint,button\n1,2017-05-05T12:00:00,ovi,0\n"
    _ = try target.withdraw(try target.take(text).id)
    let (rows, withdrawn) = try await StoreReader(target.folder.file).read { snapshot in
      let imports = try snapshot.imports()
      return (
        imports.map { [$0.rows, $0.rowsCounting, $0.responses] },
        imports.map { $0.withdrawn.map { "\($0.atMilliseconds) \($0.by)" } }
      )
    }
    #expect(rows == [[1, 0, 0]])
    #expect(withdrawn == ["\(ImportTarget.now) user bertta"])
  }
}
