import Queries
import Registry
import Reporting
import Store
import TestSupport
import Testing

@testable import Web

@Suite struct ModelTests {
  /// Both ways of writing a value.
  private static func check<Value>(_ model: Model<Value>, _ value: Value, _ site: Site) {
    var (direct, table) = (JSONWriter(), JSONWriter())
    direct.object { model.write(value, site, &$0) }
    table.object { model.writeFields(value, site, &$0) }
    #expect(
      String(decoding: direct.bytes, as: UTF8.self) == String(decoding: table.bytes, as: UTF8.self))
  }

  @Test("what is written without the table is what the table says, to the byte")
  func direct() throws {
    let registry = try Registry(
      yaml: "site: helsinki\ntime_zone: Europe/Helsinki\nquestions: []\nnodes: []\n",
      name: "registry.yaml")
    let site = try #require(Site(AppliedSite(registry: registry, devices: [])))
    var generator = Seeded(stream: 71)
    for number in 0..<200 {
      func count() -> Int {
        number == 0 || generator.oneIn(4) ? 0 : Int.random(in: 0...1_000_000, using: &generator)
      }
      let buttons = Int.random(in: 2...5, using: &generator)
      let tally = Tally(
        counts: (0..<buttons).map { _ in count() }, excluded: count(), invalid: count(),
        lost: count(), estimated: count(), late: count(), imported: count(), annulled: count())
      Self.check(Models.tally, tally, site)
      for coverage in [nil, Coverage()] {
        Self.check(
          Models.row, ResultRow(start: "a", end: "b", tally: tally, coverage: coverage), site)
      }
    }
  }
}
