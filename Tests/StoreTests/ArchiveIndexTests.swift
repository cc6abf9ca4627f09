import Foundation
import GRDB
import Ingest
import Store
import TestSupport
import Testing

/// Single presses by way of the archive's index: the same as without, and little of the archive.
@Suite struct ArchiveIndexTests {
  private static let allHours = 0..<2_000_000
  private static let tables = [
    "chapter", "chapter_day", "chapter_device", "told_device", "told_epoch",
  ]

  /// Every press as text, in order, and the segments that were read for it.
  private static func told(
    _ folder: Folder, hours: [Int: [Range<Int>]], upTo known: StoreReader.Snapshot.ArchiveEnd? = nil
  ) async throws -> (presses: [String], segments: Int) {
    try await StoreReader(folder.file).read { snapshot in
      let end = try known ?? snapshot.archiveEnd()
      var presses: [String] = []
      let told = try snapshot.presses(
        hours: hours, upTo: end, isOver: { false }, goesOn: { _ in true }
      ) { presses.append("\($0)") }
      #expect(told.missingFrom == nil)
      return (presses.sorted(), told.segments)
    }
  }

  private static func maintain(_ store: Store) throws {
    while try store.maintain(nowMilliseconds: Int64(Service.received)) {}
  }

  private static func rows(_ folder: Folder, _ table: String) throws -> Int {
    try folder.database().read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
  }

  /// A press of one device a commit, 20 minutes apart, device by device in turns of 300 commits.
  private static func fill(_ service: inout Service, commits: Range<Int>) throws {
    for commit in commits {
      let device = commit / 300 % 3
      let at: Int = Service.received + commit * 1_200_000
      let first: Int = commit % 300 + commit / 900 * 300
      let press = PlainPress(at: at / 1000, button: commit % 4)
      service.receive(
        PlainFrame(epoch: 7, first: first, sentAt: at / 1000, presses: [press]).bytes,
        device: "dev-\(device)", receivedAtMilliseconds: at)
      try service.commit()
    }
  }

  @Test("presses of a device and a day are told out of the segments that can hold them")
  func fewSegments() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry(interval: 0))
    try Self.fill(&service, commits: 0..<2000)
    let day = Service.received / 3_600_000 + 350 * 20 / 60
    let asked = [1: [day..<day + 24]]
    let scanned = try await Self.told(folder, hours: asked)
    #expect(scanned.segments == 2000 && scanned.presses.count == 72)
    try Self.maintain(service.store)
    let indexed = try await Self.told(folder, hours: asked)
    #expect(indexed.presses == scanned.presses)
    // Its chapter, read at most once a stretch of hours, and what stands in no chapter yet.
    #expect(indexed.segments <= 2 * 256 + 2000 % 256)
    // Another device at the same time: only what stands in no chapter.
    let none = try await Self.told(folder, hours: [2: [day..<day + 24]])
    #expect(none.presses == [] && none.segments == 2000 % 256)
    let segments = try Self.rows(folder, "chapter")
    #expect(segments == 2000 / 256)
  }

  @Test(
    "the index tells what a reading of the whole archive tells", arguments: [1, 2, 3] as [UInt64])
  func sameAsScan(stream: UInt64) async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    var generator = Seeded(stream: stream &+ 7100)
    var half: StoreReader.Snapshot.ArchiveEnd?
    for part: UInt64 in 0..<3 {
      _ = try Site.live(&service, stream: stream * 10 + part, messages: 1000)
      // In the middle of a chapter, as a rule.
      if part == 1 { half = try await StoreReader(folder.file).read { try $0.archiveEnd() } }
      if part < 2 { try Self.maintain(service.store) }
    }
    #expect(try Self.rows(folder, "chapter") > 0, "\(Seeded.command)")
    let all = Dictionary(uniqueKeysWithValues: (0..<3).map { ($0, [Self.allHours]) })
    let indexed = try await Self.told(folder, hours: all)
    var asked: [[Int: [Range<Int>]]] = []
    for _ in 0..<6 {
      let hour = Service.received / 3_600_000 + Int.random(in: -400...400, using: &generator)
      let hours = hour..<hour + Int.random(in: 1...200, using: &generator)
      asked.append([0: [hours], Int.random(in: 1..<3, using: &generator): [hours]])
    }
    var parts: [[String]] = []
    for hours in asked { parts.append(try await Self.told(folder, hours: hours).presses) }
    let early = try await Self.told(folder, hours: all, upTo: half)
    // The same without the index.
    try await folder.database().write { db in
      for table in Self.tables { try db.execute(sql: "DELETE FROM \(table)") }
    }
    #expect(try await Self.told(folder, hours: all).presses == indexed.presses, "\(Seeded.command)")
    for (hours, part) in zip(asked, parts) {
      let scanned = try await Self.told(folder, hours: hours).presses
      #expect(part == scanned, "\(hours), \(Seeded.command)")
    }
    let earlyScanned = try await Self.told(folder, hours: all, upTo: half)
    #expect(earlyScanned.presses == early.presses, "\(Seeded.command)")
    // And after a start, a rebuild, and another rule.
    try Self.maintain(Service(folder, registry: nil).store)
    #expect(try await Self.told(folder, hours: all).presses == indexed.presses, "\(Seeded.command)")
  }

  @Test("a rebuild, and another rule, have the index made anew")
  func madeAnew() async throws {
    let folder = try Folder()
    let all = Dictionary(uniqueKeysWithValues: (0..<3).map { ($0, [Self.allHours]) })
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 9, messages: 2000)
      try Self.maintain(service.store)
    }
    let before = try await Self.told(folder, hours: all)
    #expect(try Self.rows(folder, "chapter") > 0)
    // What an index says wrongly.
    try await folder.database().write {
      try $0.execute(sql: "UPDATE chapter_device SET epochs = x''")
    }
    _ = try Rebuild.run(folder.file, applying: Site.stamp, progress: { _ in })
    #expect(try Self.rows(folder, "chapter_device") == 0)
    try Self.maintain(Service(folder, registry: nil).store)
    #expect(try Self.rows(folder, "chapter") > 0)
    #expect(try await Self.told(folder, hours: all).presses == before.presses)
    let service = try Service(folder, registry: Site.registry(interval: 3600))
    let scanned = try await Self.told(folder, hours: all)
    #expect(scanned.presses != before.presses)
    try Self.maintain(service.store)
    #expect(try Self.rows(folder, "chapter") > 0)
    #expect(try await Self.told(folder, hours: all).presses == scanned.presses)
  }

  @Test("a file of an older schema is indexed while it serves, and read meanwhile")
  func upgrade() async throws {
    let folder = try Folder()
    let all = Dictionary(uniqueKeysWithValues: (0..<3).map { ($0, [Self.allHours]) })
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 11, messages: 2000)
      service.store.close()
    }
    try await folder.database().write { db in
      for table in Self.tables { try db.execute(sql: "DROP TABLE \(table)") }
      try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '12:%'")
    }
    let service = try Service(folder, registry: nil)
    let scanned = try await Self.told(folder, hours: all)
    var slices = 0
    while try service.store.maintain(nowMilliseconds: Int64(Service.received)) {
      slices += 1
      #expect(try await Self.told(folder, hours: all).presses == scanned.presses)
    }
    #expect(try Self.rows(folder, "chapter") > 0 && slices > 0)
    #expect(try await Self.told(folder, hours: all).presses == scanned.presses)
  }

  @Test("what takes too long ends with the hours that are complete, or says so")
  func deadline() async throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry(interval: 0))
    try Self.fill(&service, commits: 0..<1200)
    try Self.maintain(service.store)
    let first = Service.received / 3_600_000
    let hours = [0: [first..<first + 400], 1: [first..<first + 400]]
    let whole = try await Self.told(folder, hours: hours).presses.count
    try await StoreReader(folder.file).read { snapshot in
      let end = try snapshot.archiveEnd()
      var from = first
      var told = 0
      var pages = 0
      while from < first + 400 {
        var asked = 0
        var presses: [Int] = []
        let page = try snapshot.presses(
          hours: hours.mapValues { $0.map { $0.clamped(to: from..<first + 400) } }, upTo: end,
          isOver: { false },
          goesOn: { _ in
            asked += 1
            return asked < 2
          }
        ) { presses.append(Int($0.atMilliseconds / 3_600_000)) }
        let next = page.missingFrom ?? first + 400
        #expect(next > from)
        told += presses.count { $0 < next }
        from = next
        pages += 1
      }
      #expect(told == whole && pages > 1)
      #expect(throws: PressesTakeTooLong.self) {
        _ = try snapshot.presses(
          hours: hours, upTo: end, isOver: { true }, goesOn: { _ in true }
        ) { _ in }
      }
    }
  }
}
