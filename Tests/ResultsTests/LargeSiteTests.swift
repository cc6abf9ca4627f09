import Foundation
import Registry
import Store
import Testing

@testable import Queries

/// A fleet of thousands: what is too much of an answer is left out and said, and no page fails for it.
@Suite struct LargeSiteTests {
  /// 2026-03-02T10:00:00Z, a Monday.
  private static let now: Int64 = 1_772_445_600_000
  /// The twelve months before.
  private static let year = 482_832..<491_592

  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("pikapalaute-large-\(UUID().uuidString)")

  /// A site whose only service has so many touchpoints, each with a device.
  private func service(touchpoints: Int) throws -> (Site, StoreReader) {
    var yaml = """
      site: helsinki
      time_zone: Europe/Helsinki
      questions: [{id: palvelu, buttons: 4}]
      nodes:
        - id: asemat
          kind: service
          nodes:

      """
    for number in 0..<touchpoints {
      yaml += """
              - id: ovi-\(number)
                kind: touchpoint
                question: palvelu
                devices: [{id: d-\(number), from: 2020-01-01}]

        """
    }
    let file = DatabaseFile(path: folder.appendingPathComponent("site.sqlite").path)
    let store = try Store(file)
    let applied = try store.apply(registryYAML: yaml, name: "registry.yaml", nowMilliseconds: 0)
    store.close()
    return (try #require(Site(applied)), try StoreReader(file))
  }

  @Test("a node of 2001 touchpoints is shown over a year, without coverage and without a failure")
  func overview() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (site, reader) = try service(touchpoints: QueryLimits.placesMax + 1)
    for (node, hasCoverage) in [("helsinki", false), ("asemat", false), ("ovi-7", true)] {
      let asked = NodeOverviewQuery.Asked(node: node, hours: Self.year, by: .month)
      let overview = try await reader.answer(
        try NodeOverviewQuery(asked, site: site, scope: .everything, nowMilliseconds: Self.now))
      let shown = try #require(overview.shown)
      #expect((shown.total.coverage != nil) == hasCoverage, "\(node)")
      let times = try await reader.answer(
        try NodeTimesQuery(
          node: node, hours: Self.year, question: nil, site: site, scope: .everything,
          nowMilliseconds: Self.now))
      #expect((try #require(times.shown).days.coverage != nil) == hasCoverage, "\(node)")
    }
  }

  @Test("of more siblings than are compared none is, and the answer says why")
  func siblings() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (site, reader) = try service(touchpoints: QueryLimits.placesMax + 1)
    let period = try NodePeriod(
      node: "ovi-7", hours: Self.year, question: nil, site: site, scope: .everything,
      nowSeconds: Int(Self.now / 1000))
    let comparison = try await reader.answer(try ComparisonQuery(period))
    let siblings = try #require(comparison.series.first?.siblings)
    #expect(siblings.units.isEmpty)
    #expect(siblings.reason == "'asemat' has 2001 places below it; 2000 are compared at most")
  }
}
