import Foundation
import GRDB
import Registry
import Store
import TestSupport
import Testing

@Suite struct RulePreviewTests {
  /// A file with a history of three devices at the touchpoint `aula`.
  static func lived(stream: UInt64) throws -> Folder {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    _ = try Site.live(&service, stream: stream, messages: 200)
    return folder
  }

  /// What is stored of all devices: responses by the four buttons, excluded, invalid.
  static func stored(_ folder: Folder) throws -> [Int] {
    try folder.database().read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT sum(count_0), sum(count_1), sum(count_2), sum(count_3), sum(excluded), sum(invalid)
          FROM bucket
          """)
      return (0..<6).map { row?[$0] ?? -1 }
    }
  }

  static func values(_ numbers: RulePreview.Numbers) -> [Int] {
    numbers.counts + [numbers.excluded, numbers.invalid]
  }

  @Test(
    "what a preview says of another repeat interval is stored once it holds, and nothing before",
    arguments: [0, 60])
  func interval(_ seconds: Int) throws {
    let folder = try Self.lived(stream: 840)
    let before = (try Site.counts(folder), try Self.stored(folder))
    let rows = try RulePreview.run(
      folder.file, .repeatInterval(.lockout, milliseconds: seconds * 1000, node: "aula"),
      progress: { _ in })
    #expect(try Site.counts(folder) == before.0)
    let row = try #require(rows.first, "\(Seeded.command)")
    #expect(rows.count == 1 && row.touchpoint == "aula" && row.question == "palvelu")
    #expect(Self.values(row.before) == before.1)
    _ = try Service(folder, registry: Site.registry(interval: seconds))
    let after = try Self.stored(folder)
    #expect(Self.values(row.after) == after && after != before.1, "\(Seeded.command)")
  }

  @Test("a preview of other places moves what was counted, and counts nothing again")
  func places() throws {
    let folder = try Self.lived(stream: 841)
    let moved = try Registry(
      yaml: Site.registry(devices: ["{id: dev-1}", "{id: dev-2}"], ovi: ["{id: dev-0}"]),
      name: "registry.yaml")
    let before = try Self.stored(folder)
    let rows = try RulePreview.run(folder.file, .registry(moved), progress: { _ in })
    #expect(rows.map(\.touchpoint) == ["aula", "ovi"])
    for side in [rows.map(\.before), rows.map(\.after)] {
      let sums = side.map(Self.values).reduce(Array(repeating: 0, count: 6)) { zip($0, $1).map(+) }
      #expect(sums == before, "\(Seeded.command)")
    }
  }

  @Test(
    "visit/1 is previewed at visits, lockout/1 at terminals, and a visit has a minute by itself")
  func visits() throws {
    let folder = try Self.lived(stream: 843)
    let before = try Self.stored(folder)
    let visit = Site.registry().replacing(
      "repeat_interval_s: 2", with: "channel: visit")
    let registry = try Registry(yaml: visit, name: "registry.yaml")
    let rows = try RulePreview.run(folder.file, .registry(registry), progress: { _ in })
    let row = try #require(rows.first, "\(Seeded.command)")
    _ = try Service(folder, registry: visit)
    let after = try Self.stored(folder)
    #expect(Self.values(row.after) == after && after != before, "\(Seeded.command)")
    func would(_ rule: CountingRuleName) throws -> [[Int]] {
      try RulePreview.run(
        folder.file, .repeatInterval(rule, milliseconds: 2000, node: nil), progress: { _ in }
      ).map { Self.values($0.after) }
    }
    #expect(try would(.lockout).isEmpty)
    #expect(try would(.visit) == [before], "\(Seeded.command)")
  }

  @Test("counts of another default are corrected at the next start, with a line in the audit log")
  func otherDefault() throws {
    let folder = try Self.lived(stream: 844)
    let text = Site.registry().replacing("repeat_interval_s: 2", with: "channel: visit")
    _ = try Service(folder, registry: text)
    let counted = try Self.stored(folder)
    // As a program left it that knew lockout/1 alone.
    try folder.database().write { db in
      try db.execute(sql: "UPDATE device SET timeline = replace(timeline, ':60000', ':2000')")
    }
    let revision = try folder.database().read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM revision_change")
    }
    _ = try Service(folder, registry: text)
    #expect(try Self.stored(folder) == counted)
    let later = try folder.database().read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM revision_change")
    }
    #expect(later == revision.map { $0 + 1 })
  }

  @Test("a rule of a place where no device stood changes nothing, and no rule has an unknown place")
  func nothing() throws {
    let folder = try Self.lived(stream: 842)
    let rows = try RulePreview.run(
      folder.file, .repeatInterval(.lockout, milliseconds: 60_000, node: "ovi"), progress: { _ in })
    #expect(rows.isEmpty)
    #expect(throws: NoSuchNode.self) {
      try RulePreview.run(
        folder.file, .repeatInterval(.lockout, milliseconds: 60_000, node: "atlantis"),
        progress: { _ in })
    }
  }
}
