import Foundation
import Ingest
import Queries
import Registry
import Reporting
import Store
import Synchronization
import Testing

@Suite struct YearExportTests {
  private static let yaml = """
    site: helsinki
    time_zone: Europe/Helsinki
    questions: [{id: palvelu, buttons: 4}]
    nodes:
      - id: kirjasto
        kind: service
        nodes:
          - {id: aula, kind: touchpoint, question: palvelu, devices: [{id: d-1}]}
          - {id: piha, kind: touchpoint, question: palvelu, devices: [{id: d-2}]}
    """

  /// One press of a device, committed.
  private static func press(_ device: String, _ file: DatabaseFile) throws {
    let store = try Store(file)
    defer { store.close() }
    let applied = try store.apply(registryYAML: yaml, name: "registry.yaml", nowMilliseconds: 0)
    var engine = IngestEngine(
      site: "helsinki", devices: applied.devices.map(\.engineDevice), store: store)
    let bytes = Array(#"{"presses":[{"button":3,"at":"2026-03-01T10:00:00Z"}]}"#.utf8)
    _ = try engine.submit(
      unsafe bytes.span.bytes, device: device, receivedAtMilliseconds: 1_772_360_000_000)
    try engine.commit(answering: false)
  }

  @Test("a year's file is of one moment, whatever is counted while it is read")
  func oneMoment() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("pikapalaute-year-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = DatabaseFile(path: folder.appendingPathComponent("site.sqlite").path)
    try Self.press("d-1", file)
    let store = try Store(file)
    let site = try #require(
      Site(try store.apply(registryYAML: nil, name: "", nowMilliseconds: 0)))
    store.close()
    let reader = try StoreReader(file)

    /// Responses of each touchpoint; `meanwhile` runs once the first was read.
    func responses(_ meanwhile: @escaping @Sendable () throws -> Void) async throws -> [Int] {
      let found = Mutex<[Int]>([])
      let export = try YearExport(
        node: "kirjasto", year: 2026, .days, site: site, scope: .everything, nowSeconds: 0
      ) { sums in
        let count = sums.bins.indices.reduce(0) { $0 + sums.tally(series: 0, bin: $1).responses }
        let isFirst = found.withLock { found in
          found.append(count)
          return found.count == 1
        }
        if isFirst { try meanwhile() }
      }
      _ = try await reader.answer(export)
      return found.withLock { $0 }
    }

    #expect(try await responses { try Self.press("d-2", file) } == [1, 0])
    #expect(try await responses {} == [1, 1])
  }

  @Test("a year that is none, and a node that is not there or not to be seen, are refused")
  func refused() throws {
    let registry = try Registry(yaml: Self.yaml, name: "registry.yaml")
    let devices = registry.timelines.enumerated().map {
      StoredDevice(number: $0, isRegistered: true, timeline: $1)
    }
    let site = try #require(Site(AppliedSite(registry: registry, devices: devices)))
    let bound = Scope(node: "aula", index: site.index)
    for (node, year, scope, error) in [
      ("kirjasto", 1969, Scope.everything, "year"), ("kirjasto", 2198, .everything, "year"),
      ("kirjasto", nil, .everything, "year"), ("nowhere", 2026, .everything, "nowhere"),
      ("piha", 2026, bound, "piha"),
    ] as [(String, Int?, Scope, String)] {
      let thrown = #expect(throws: QueryError.self) {
        try YearExport(node: node, year: year, .days, site: site, scope: scope, nowSeconds: 0) {
          _ in
        }
      }
      #expect(thrown.map { "\($0)" }?.contains(error) ?? false)
    }
  }
}
