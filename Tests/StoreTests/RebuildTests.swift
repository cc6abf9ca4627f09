import Foundation
import GRDB
import Store
import TestSupport
import Testing

@Suite struct RebuildTests {
  @Test("counting the archive again finds no difference, whatever came", arguments: 0..<3)
  func same(_ number: Int) throws {
    let folder = try Folder()
    let models = try {
      var service = try Service(folder, registry: Site.registry())
      return try Site.live(&service, stream: UInt64(700 + number), messages: 300)
    }()
    let before = try Site.counts(folder)
    for applying in [nil, Site.stamp] {
      let report = try Rebuild.run(folder.file, applying: applying, progress: { _ in })
      #expect(report.differences == [], "\(Seeded.command)")
      #expect(report.differenceCount == 0 && !report.isApplied)
      #expect(report.presses == models.reduce(0) { $0 + $1.total.presses }, "\(Seeded.command)")
      #expect(report.segments > 10 && report.frames > 100)
    }
    #expect(try Site.counts(folder) == before)
  }

  @Test("a bucket that was changed by hand is found, reported, and mended only when applying")
  func changed() throws {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 710, messages: 200)
    }
    let before = try Site.counts(folder)
    let place = try folder.database().write { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT device, hour, slot FROM bucket ORDER BY device, hour, slot LIMIT 1")
      let place: [Int] = [row?[0] ?? -1, row?[1] ?? -1, row?[2] ?? -1]
      try db.execute(
        sql: "UPDATE bucket SET count_2 = count_2 + 1 WHERE device = ? AND hour = ? AND slot = ?",
        arguments: StatementArguments(place))
      return place
    }
    let found = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(found.differenceCount == 2 && !found.isApplied)
    let texts = found.differences.sorted()
    #expect(texts.map { $0.prefix(11) } == ["bucket reco", "bucket stor"])
    let name = "device \(place[0]), hour \(place[1]), slot \(place[2])"
    #expect(texts.allSatisfy { $0.contains(name) }, "\(texts)")
    #expect(try Site.counts(folder) != before)

    let applied = try Rebuild.run(folder.file, applying: Site.stamp, progress: { _ in })
    #expect(applied.differenceCount == 2 && applied.isApplied)
    #expect(try Site.counts(folder) == before)
    let after = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(after.differenceCount == 0)
  }

  @Test("buckets and cursors that are gone or too many are differences too")
  func missing() throws {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 711, messages: 100)
    }
    let before = try Site.counts(folder)
    try folder.database().write { db in
      try db.execute(sql: "DELETE FROM bucket WHERE device = 1")
      try db.execute(
        sql: "INSERT INTO bucket VALUES (3, 1999999, 15, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)")
      try db.execute(sql: "UPDATE cursor SET next = next + 1 WHERE device = 2")
    }
    let found = try Rebuild.run(folder.file, applying: Site.stamp, progress: { _ in })
    #expect(found.differenceCount > 3 && found.differences.count <= 20 && found.isApplied)
    #expect(try Site.counts(folder) == before)
  }

  @Test("an archive whose bytes were changed is refused, and nothing is replaced")
  func damaged() throws {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 712, messages: 60)
    }
    let before = try Site.counts(folder)
    try folder.database().write { db in
      var records = try Data.fetchOne(db, sql: "SELECT records FROM segment WHERE id = 2") ?? Data()
      records[records.count / 2] ^= 1
      try db.execute(sql: "UPDATE segment SET records = ? WHERE id = 2", arguments: [records])
    }
    for applying in [nil, Site.stamp] {
      do {
        _ = try Rebuild.run(folder.file, applying: applying, progress: { _ in })
        Issue.record("a damaged archive was counted")
      } catch {
        #expect("\(error)".contains("segment 2 of the archive"))
      }
    }
    #expect(try Site.counts(folder) == before)
  }

  @Test("a look without applying works while a service writes")
  func whileServing() throws {
    let folder = try Folder()
    var service = try Service(folder, registry: Site.registry())
    _ = try Site.live(&service, stream: 713, messages: 60)
    let report = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(report.differenceCount == 0 && report.presses > 0)
    let frame = PlainFrame(
      epoch: 1_000_000, first: 0, sentAt: Service.received / 1000,
      presses: [PlainPress(at: nil, button: 0)])
    service.receive(frame.bytes, device: "dev-0")
    try service.commit()
  }

  @Test("a file of a version that did not count what is late is sound, and complete once opened")
  func olderVersion() throws {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry())
      _ = try Site.live(&service, stream: 714, messages: 200)
    }
    let before = try Site.counts(folder)
    try folder.database().write { db in
      #expect(try Int.fetchOne(db, sql: "SELECT sum(late) FROM bucket") ?? 0 > 0)
      for table in ["bucket", "series_hour", "bucket_day", "series_day"] {
        try db.execute(sql: "ALTER TABLE \(table) DROP COLUMN imported")
        try db.execute(sql: "ALTER TABLE \(table) DROP COLUMN annulled")
      }
      for table in ["bucket", "series_hour"] {
        try db.execute(sql: "ALTER TABLE \(table) DROP COLUMN late")
      }
      try db.execute(sql: "DROP VIEW import_counted")
      for table in [
        "import_row", "import", "import_recount", "revision", "day_revision", "reused_epoch",
        "revision_change", "press_change", "annulment",
      ] {
        try db.execute(sql: "DROP TABLE \(table)")
      }
      for column in ["first_prints", "last_prints"] {
        try db.execute(sql: "ALTER TABLE cursor DROP COLUMN \(column)")
      }
      try db.execute(
        sql: """
          DELETE FROM grdb_migrations
          WHERE substr(identifier, 1, 2) IN ('2:', '5:', '7:', '8:', '10', '11', '18')
          """)
      try db.execute(sql: "PRAGMA user_version = 1")
    }
    let old = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(old.differences == [] && old.presses > 0)
    _ = try Store(folder.file)
    #expect(try Site.counts(folder) == before)
    let new = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(new.differences == [])
  }
}
