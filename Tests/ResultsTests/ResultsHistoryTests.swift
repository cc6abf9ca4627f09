import Foundation
import Import
import Ingest
import Queries
import Registry
import Reporting
import Store
import TestSupport
import Testing

/// Results against a slow and obvious second implementation, over random trees, registries and
/// histories. `HISTORIES=10000` runs as many as asked.
@Suite struct ResultsHistoryTests {
  static let histories =
    ProcessInfo.processInfo.environment["HISTORIES"].flatMap(Int.init) ?? 150
  /// Local days around which histories lie: both changes of the clocks, year's end, ISO week 53.
  static let days = [20_541, 20_751, 20_818, 20_454, 19_722]

  @Test("every result is what walking through all presses gives, by any period, in any format")
  func histories() async throws {
    for number in 0..<Self.histories {
      let failure = try await Self.check(stream: UInt64(number) + 50_000)
      if let failure {
        Issue.record("history \(number): \(failure); \(Seeded.command)")
        return
      }
    }
  }

  /// One history: half under one registry, half under a corrected one, asked under the second.
  private static func check(stream: UInt64) async throws -> String? {
    var generator = Seeded(stream: stream)
    let middle = generator.pick(days)
    let days = middle - 9..<middle + 9
    var site = SlowSite(&generator, days: days)
    let hours = (days.lowerBound - 3) * 24..<(days.upperBound + 3) * 24
    let history = SlowHistory(&generator, site: site, hours: hours)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("pikapalaute-results-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = DatabaseFile(path: folder.appendingPathComponent("site.sqlite").path)
    let half = Int.random(in: 0...history.frames.count, using: &generator)
    try ingest(file, site, history.frames[..<half], isMaintained: generator.oneIn(2))
    if generator.oneIn(2) { try importing(file, history) }
    site.placeDevices(&generator, days: days)
    try ingest(file, site, history.frames[half...])
    // A second time adds nothing.
    try importing(file, history)
    try importing(file, history)
    let rebuilt = try Rebuild.run(file, applying: nil) { _ in }
    if rebuilt.differenceCount > 0 { return "rebuild: \(rebuilt.differences)\n\(site.yaml)" }
    let current = CurrentSite()
    current.set(try reapplied(file))
    let calendar = SlowCalendar(zone: site.zone)
    let cells = history.count(site)
    let reader = try StoreReader(file)
    for _ in 0..<5 {
      let asked = Question(&generator, site, hours)
      if let difference = try await compare(asked, site, cells, calendar, current, reader) {
        return "\(asked.query): \(difference)\n\(site.yaml)"
      }
    }
    return nil
  }

  private static func ingest(
    _ file: DatabaseFile, _ site: SlowSite,
    _ frames: ArraySlice<(device: Int, frame: PlainFrame, receivedAtMilliseconds: Int)>,
    isMaintained: Bool = false
  ) throws {
    let store = try Store(file)
    defer { store.close() }
    let applied = try store.apply(
      registryYAML: site.yaml, name: "registry.yaml", nowMilliseconds: 0)
    var engine = IngestEngine(
      site: "helsinki", devices: applied.devices.map(\.engineDevice), store: store)
    for (number, (device, frame, received)) in frames.enumerated() {
      let bytes = frame.bytes
      _ = try engine.submit(
        unsafe bytes.span.bytes, device: "d\(device)", receivedAtMilliseconds: Int64(received))
      if number % 7 == 0 { try engine.commit(answering: false) }
    }
    try engine.commit(answering: false)
    // Chapters, and sums of days: what another registry finds then.
    guard isMaintained, let last = frames.last?.receivedAtMilliseconds else { return }
    while try store.maintain(nowMilliseconds: Int64(last)) {}
  }

  private static func importing(_ file: DatabaseFile, _ history: SlowHistory) throws {
    let store = try Store(file)
    defer { store.close() }
    let applied = try store.apply(registryYAML: nil, name: "", nowMilliseconds: 0)
    guard let registry = applied.registry, !history.imported.isEmpty else { return }
    var text = Array(history.csv.utf8)[...]
    let reader = try ImportReader(
      CSVReader {
        defer { text = [] }
        return Array(text)
      }, registry: registry, mapping: PlaceMapping(), nowMilliseconds: 4_102_444_800_000)
    var options = ImportOptions(source: "earlier", file: "earlier.csv", actor: "tester")
    options.isOverlapAllowed = true
    _ = try store.importHistory(reader, options, nowMilliseconds: 0) { _ in }
  }

  /// The site as a start after an import finds it.
  private static func reapplied(_ file: DatabaseFile) throws -> AppliedSite {
    let store = try Store(file)
    defer { store.close() }
    return try store.apply(registryYAML: nil, name: "", nowMilliseconds: 0)
  }

  /// What is asked: a query, and its parts.
  private struct Question {
    var node: String
    var by: Granularity
    var hours: Range<Int>
    var withChildren: Bool
    var question: String?

    init(_ generator: inout Seeded, _ site: SlowSite, _ all: Range<Int>) {
      node = generator.pick(["helsinki", "unassigned"] + site.places.map(\.id))
      by = generator.pick(Granularity.allCases)
      let one = Int.random(in: all.lowerBound - 40...all.upperBound, using: &generator)
      let other = Int.random(in: one + 1...all.upperBound + 40, using: &generator)
      hours = one..<other
      withChildren = generator.oneIn(2)
      question =
        generator.oneIn(4)
        ? "q\(Int.random(in: 0..<site.buttons.count, using: &generator))" : nil
    }

    var query: ResultsQuery.Asked {
      ResultsQuery.Asked(
        node: node, hours: hours, by: by, withChildren: withChildren, question: question)
    }
  }

  private static func compare(
    _ asked: Question, _ site: SlowSite, _ cells: [SlowHistory.Cell], _ calendar: SlowCalendar,
    _ current: CurrentSite, _ reader: StoreReader
  ) async throws -> String? {
    let query = try ResultsQuery(
      asked.query, site: try current.require(), scope: .everything, nowSeconds: 0)
    let sums = try await reader.answer(query).sums
    let expected = self.expected(asked, site, cells, calendar)
    var seen: Set<[String]> = []
    for (number, series) in sums.plan.series.enumerated() {
      seen.insert([series.node, series.question])
      let rows = expected.rows[[series.node, series.question]] ?? [:]
      guard sums.bins.map(\.lowerBound) == expected.starts else {
        return "rows begin at \(sums.bins.map(\.lowerBound)), expected \(expected.starts)"
      }
      for (bin, hours) in sums.bins.enumerated() {
        let tally = sums.tally(series: number, bin: bin)
        let cell = rows[hours.lowerBound] ?? Expected()
        let bucket = cell.bucket
        let numbers =
          tally.counts + [
            tally.excluded, tally.invalid, tally.lost, tally.estimated, tally.late, tally.imported,
          ]
        let slow =
          bucket.counts.prefix(series.buttons) + [
            bucket.excluded, bucket.invalid, bucket.lost, bucket.estimated, bucket.late,
            cell.imported,
          ]
        if numbers != Array(slow) {
          return "\(series.node) \(series.question) from hour \(hours.lowerBound): \(numbers), "
            + "expected \(Array(slow))"
        }
      }
    }
    let missing = expected.rows.keys.filter { !seen.contains($0) }
    return missing.isEmpty ? nil : "no series for \(missing)"
  }

  /// Numbers of a row.
  private struct Expected {
    var bucket = ReferenceBucket()
    var imported = 0

    mutating func add(_ cell: SlowHistory.Cell) {
      bucket.add(cell.bucket)
      imported += cell.imported
    }
  }

  /// The rows that walking through every hour gives, by node and question and first hour.
  private static func expected(
    _ asked: Question, _ site: SlowSite, _ cells: [SlowHistory.Cell], _ calendar: SlowCalendar
  ) -> (starts: [Int], rows: [[String]: [Int: Expected]]) {
    var starts: [Int] = []
    var start: [Int: Int] = [:]
    var period: [Int]?
    for hour in asked.hours {
      let next = calendar.period(of: hour, by: asked.by.rawValue)
      if next != period { starts.append(hour) }
      period = next
      start[hour] = starts[starts.count - 1]
    }
    var rows: [[String]: [Int: Expected]] = [:]
    let nodes = [asked.node] + (asked.withChildren ? site.children(of: asked.node) : [])
    for cell in cells {
      guard let first = start[cell.hour], asked.question ?? cell.question == cell.question else {
        continue
      }
      for node in nodes where site.belongs(cell.touchpoint, to: node) {
        rows[[node, cell.question], default: [:]][first, default: Expected()].add(cell)
      }
    }
    return (starts, rows)
  }
}
