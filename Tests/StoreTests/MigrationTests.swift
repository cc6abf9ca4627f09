import Foundation
import GRDB
import TestSupport
import Testing

@testable import Store

/// Files of every earlier version: each migration but the last was once the newest.
@Suite struct MigrationTests {
  /// What a program wrote that knew the migrations through `step` alone: its tables and columns,
  /// with the rows that a file of today has in them.
  static func older(_ folder: Folder, from current: Folder, through step: String) throws {
    let queue = try DatabaseQueue(path: folder.file.path)
    try Schema.migrator.migrate(queue, upTo: step)
    try queue.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          PRAGMA application_id = \(Schema.applicationID);
          PRAGMA foreign_keys = OFF;
          """)
      // Hours alone were counted when presses could not be late yet.
      let countsVersion = step.hasPrefix("1:") ? 0 : Schema.countsVersion
      try db.execute(sql: "PRAGMA user_version = \(countsVersion)")
      try db.execute(sql: "ATTACH ? AS today", arguments: [current.file.path])
      let tables = try String.fetchAll(
        db,
        sql: """
          SELECT name FROM main.sqlite_master
          WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name != 'grdb_migrations'
          """)
      for table in tables {
        let today = try db.columns(in: table, in: "today").map(\.name)
        let columns = try db.columns(in: table, in: "main").map(\.name)
          .filter(today.contains).joined(separator: ", ")
        try db.execute(
          sql:
            "INSERT OR REPLACE INTO main.\(table) (\(columns)) SELECT \(columns) FROM today.\(table)"
        )
      }
      try db.execute(sql: "DETACH today")
    }
    try queue.close()
  }

  /// Frames of three devices, each of which repeats a press of the one before it; every second
  /// press comes a second after another, every fifth is of a button that the question has not.
  static func press(_ service: inout Service, _ frames: Range<Int>) throws {
    for number in frames {
      let first = number / 3 * 2
      let presses = (first..<first + 3).map { sequence in
        PlainPress(
          at: Service.received / 1000 + sequence / 2 * 600 + sequence % 2, button: sequence % 5)
      }
      let sentAt = Service.received / 1000 + (first + 3) * 600
      service.receive(
        PlainFrame(epoch: 7, first: first, sentAt: sentAt, presses: presses).bytes,
        device: "dev-\(number % 3)", receivedAtMilliseconds: sentAt * 1000)
      if number % 4 == 0 { try service.commit() }
    }
    try service.commit()
  }

  static let steps = Array(Schema.migrator.migrations.dropLast())

  @Test("a file of each earlier version opens with its counts, and counts on as one of today")
  func migrated() throws {
    let current = try Folder()
    let folders = try Self.steps.map { _ in try Folder() }
    do {
      var service = try Service(current, registry: Site.registry())
      try Self.press(&service, 0..<120)
      service.store.close()
    }
    let before = try Site.counts(current)
    for (folder, step) in zip(folders, Self.steps) {
      try Self.older(folder, from: current, through: step)
    }
    let after = try Self.pressed(current)
    #expect(Self.steps.count >= 14 && after.count > before.count)
    for (folder, step) in zip(folders, Self.steps) {
      do {
        let service = try Service(folder, registry: nil)
        #expect(try Site.counts(folder) == before, "\(step)")
        service.store.close()
      }
      #expect(try Self.pressed(folder) == after, "\(step)")
      let report = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
      #expect(report.differences == [], "\(step)")
      let copy = folder.url.appendingPathComponent("copy.sqlite").path
      let copied = try Backup.make(folder.file, to: copy) { _ in }
      #expect(copied.rebuild.presses == report.presses, "\(step)")
    }
  }

  /// What is counted after more presses.
  static func pressed(_ folder: Folder) throws -> [String] {
    var service = try Service(folder, registry: nil)
    try Self.press(&service, 100..<200)
    service.store.close()
    return try Site.counts(folder)
  }

  @Test("tokens of each earlier version open what they opened")
  func tokens() async throws {
    let steps = TokenStore.migrator.migrations.dropLast()
    #expect(steps.count >= 6)
    for step in steps {
      let folder = try Folder()
      let token = Token.make()
      let queue = try DatabaseQueue(path: folder.file.accessPath)
      try TokenStore.migrator.migrate(queue, upTo: step)
      try await queue.write { db in
        try db.execute(
          sql: "INSERT INTO token (hash, role, note, created_ms) VALUES (?, 'reader', '', 5)",
          arguments: [Token.hash(token)])
        try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      }
      try queue.close()
      let tokens = try TokenStore(folder.file)
      let found = try await tokens.find(hash: Token.hash(token))
      #expect(found?.role == .reader, "\(step)")
      try tokens.add(
        Token.make(), TokenGrant(role: .reader, note: ""), actor: "user a", nowMilliseconds: 9)
      let (rows, fault) = try tokens.audit()
      #expect(rows.count == 1 && fault == nil, "\(step)")
    }
  }
}
