import Foundation
import GRDB
import Ingest
import Registry
import Store
import TestSupport
import Testing

/// What the archive holds, in the forms of this version and of those before it.
@Suite struct ArchiveTests {
  static let received = Int64(Service.received)

  /// A record as versions before schema 10 kept the JSON form: as it came.
  static func record(_ payload: String, device: Int = 0) -> Data {
    record(Array(payload.utf8), device: device)
  }

  /// A record without marks, as versions before schema 13 kept every frame.
  static func record(_ payload: [UInt8], device: Int = 0) -> Data {
    var record = Data()
    for number in [UInt64(device + 1), UInt64(payload.count)] {
      record += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    record += (0..<8).map { UInt8(truncatingIfNeeded: received >> (8 * $0)) }
    return record + Data(payload)
  }

  /// Adds a segment of such records past the store.
  static func add(_ records: [Data], to folder: Folder) throws {
    let bytes = records.reduce(Data(), +)
    let checksum = IngestEngine(site: "", devices: [], store: NoStore()).checksum(
      unsafe bytes.span.bytes)
    try folder.database().write { db in
      try db.execute(
        sql: "INSERT INTO segment (frames, checksum, records) VALUES (?, ?, ?)",
        arguments: [records.count, Int64(checksum), bytes])
    }
  }

  @Test("an older archive's JSON is counted as it was counted then, beside new frames")
  func olderJSON() async throws {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry(interval: 0))
      service.receive(Array("{\"presses\":[{\"button\":1}]}".utf8), device: "dev-1")
      try service.commit()
    }
    try Self.add(
      [
        // Said nothing of `oldest`, which was true then: two are lost.
        Self.record("{\"epoch\":7,\"first\":2,\"presses\":[{\"button\":3}]}"),
        Self.record("{\"epoch\":7,\"first\":3,\"presses\":[{\"button\":3},{\"button\":2}]}"),
        Self.record("{\"presses\":[{\"button\":0}]}"),
        Self.record(
          "{\"epoch\":8,\"first\":0,\"sent_at\":\"2026-11-21T12:00:00Z\","
            + "\"presses\":[{\"at\":\"2026-11-21T11:30:00Z\",\"button\":1}]}"),
      ], to: folder)
    let applied = try Rebuild.run(folder.file, applying: Site.stamp, progress: { _ in })
    #expect(applied.isApplied && applied.presses == 6)
    let buckets = try Site.buckets(folder, device: 0)
    var total = ReferenceBucket()
    for bucket in buckets.values { total.add(bucket) }
    #expect(total.counts == [1, 1, 1, 2, 0] && total.lost == 2 && total.estimated == 4)
    // Two hours ahead: corrected into the half hour before its receipt.
    #expect(
      buckets[ReferencePlace(hour: Service.received / 3_600_000 - 1, slot: 0)]?.counts[1] == 1)
    let again = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(again.differences == [])
    let preview = try RulePreview.run(
      folder.file, .repeatInterval(.lockout, milliseconds: 60_000, node: nil), progress: { _ in })
    #expect(preview.map(\.after.excluded) == [3])

    let presses = try await StoreReader(folder.file).read { snapshot in
      var found: [StoreReader.Snapshot.StoredPress] = []
      _ = try snapshot.presses(
        hours: [0: [0..<2_000_000]], upTo: snapshot.archiveEnd(), isOver: { false },
        goesOn: { _ in true }
      ) { found.append($0) }
      return found.sorted { $0.atMilliseconds < $1.atMilliseconds }
    }
    #expect(presses.compactMap(\.button) == [1, 3, 3, 2, 0])
    #expect(presses.filter { $0.outcome == .lost }.map(\.count) == [2])

    // The service goes on where the old archive ended.
    var service = try Service(folder, registry: nil)
    service.receive(
      Array("{\"epoch\":7,\"first\":5,\"presses\":[{\"button\":3}]}".utf8), device: "dev-0")
    service.receive(
      Array("{\"epoch\":7,\"first\":9,\"presses\":[{\"button\":3}]}".utf8), device: "dev-0")
    try service.commit()
    let new = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(new.differences == [] && new.presses == 7)
  }

  @Test("JSON is kept as the frame that it stands for, so that no parser decides what was counted")
  func canonical() throws {
    let folder = try Folder()
    do {
      var service = try Service(folder, registry: Site.registry())
      for text in [
        "{\"presses\":[{\"button\":1}],\"mood\":\"{{{{\"}",
        "{\"epoch\":7,\"first\":0,\"oldest\":true,\"presses\":[{\"button\":3}]}",
        "{\"epoch\":7,\"first\":1,\"sent_at\":\"2026-11-21T12:00:00Z\",\"presses\":"
          + "[{\"at\":\"2026-11-21T11:30:00.125Z\",\"button\":2}]}",
      ] { service.receive(Array(text.utf8), device: "dev-0") }
      try service.commit()
    }
    let records = try folder.database().read { db in
      try Data.fetchAll(db, sql: "SELECT records FROM segment").reduce(Data(), +)
    }
    #expect(records.count == 3 * (16 + 28) && !records.contains(UInt8(ascii: "{")))
    try unsafe records.withUnsafeBytes { bytes in
      var reader = unsafe ArchiveReader(bytes)
      var frames: [PlainFrame] = []
      while let record = try reader.next() {
        frames.append(try PlainFrame(unsafe Array(record.payload)))
      }
      #expect(frames.map(\.isOldest) == [false, true, false])
      #expect(frames[2].presses.first?.at == Service.received / 1000 - 1800)
      #expect(frames[2].presses.first?.milliseconds == 125)
    }
    let report = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(report.differences == [] && report.presses == 3)
  }

  @Test("what cannot be is bounded, and adds up at a start; older frames count as they did")
  func bounds() async throws {
    let folder = try Folder()
    let hour = Service.received / 3_600_000
    let tenYears = 10 * 365 * 24
    func frame(epoch: Int) -> [UInt8] {
      PlainFrame(
        epoch: epoch, first: 4_000_000_000, sentAt: Service.received / 1000,
        presses: [PlainPress(at: (hour + tenYears) * 3600, button: 1)]
      ).bytes
    }
    do {
      var service = try Service(folder, registry: Site.registry(interval: 0))
      service.receive(frame(epoch: 7), device: "dev-0")
      try service.commit()
    }
    let bounded = try Site.buckets(folder, device: 0)
    #expect(bounded.keys.map(\.hour) == [hour])
    #expect(bounded.values.map(\.lost) == [100_000] && bounded.values.map(\.invalid) == [1])
    // The start adds it up; what comes again is a repeat.
    do {
      var service = try Service(folder, registry: nil)
      service.receive(frame(epoch: 7), device: "dev-0")
      try service.commit()
    }
    #expect(try Site.buckets(folder, device: 0) == bounded)
    let again = try Rebuild.run(folder.file, applying: nil, progress: { _ in })
    #expect(again.differences == [] && again.presses == 1)
    let kept = try await StoreReader(folder.file).read { try $0.quarantine(limit: 9) }
    #expect(Set(kept.map(\.reason)) == ["impossible_time", "impossible_gap"])
    #expect(kept.count == 2 && kept.allSatisfy { Array($0.payload) == frame(epoch: 7) })
    // From before there were bounds.
    try Self.add([Self.record(frame(epoch: 8), device: 1)], to: folder)
    #expect(try Rebuild.run(folder.file, applying: Site.stamp, progress: { _ in }).isApplied)
    let older = try Site.buckets(folder, device: 1)
    #expect(older.keys.map(\.hour) == [hour + tenYears])
    #expect(older.values.map { $0.counts[1] } == [1] && older.values.map(\.lost) == [4_000_000_000])
    #expect(try Site.buckets(folder, device: 0) == bounded)
    _ = try Service(folder, registry: nil)
  }

  @Test("a reused epoch is told of its device, and outlives restarts and a rebuild")
  func reused() async throws {
    let folder = try Folder()
    func frame(_ buttons: [Int], first: Int) -> [UInt8] {
      PlainFrame(
        epoch: 7, first: first, sentAt: Service.received / 1000,
        presses: buttons.map { PlainPress(at: Service.received / 1000, button: $0) }
      ).bytes
    }
    do {
      var service = try Service(folder, registry: Site.registry(interval: 0))
      service.receive(frame([0, 1, 2, 3, 0, 1, 2, 3, 0, 1], first: 0), device: "dev-0")
      try service.commit()
    }
    let counts = try Site.counts(folder)
    do {
      var service = try Service(folder, registry: nil)
      service.receive(
        frame([3, 3], first: 0), device: "dev-0",
        receivedAtMilliseconds: Service.received + 5000)
      try service.commit()
    }
    // Before anything of it comes again, the counts are put right from the archive.
    try await folder.database().write { db in
      try db.execute(sql: "UPDATE bucket SET count_0 = count_0 + 1")
    }
    #expect(try Rebuild.run(folder.file, applying: Site.stamp, progress: { _ in }).isApplied)
    do {
      var service = try Service(folder, registry: nil)
      service.receive(
        frame([0], first: 5), device: "dev-0", receivedAtMilliseconds: Service.received + 9000)
      service.receive(
        frame([2], first: 10), device: "dev-1", receivedAtMilliseconds: Service.received + 9000)
      try service.commit()
    }
    #expect(try Site.counts(folder).prefix { $0.hasPrefix("device 1 ") } == counts[...0])
    let (health, rows) = try await StoreReader(folder.file).read {
      (try $0.deviceHealth(), try $0.quarantine(limit: 9))
    }
    #expect(health[0].epochs.map(\.reusedAtMilliseconds) == [Self.received + 9000])
    #expect(health[1].epochs.map(\.reusedAtMilliseconds) == [nil])
    #expect(rows.map(\.reason) == ["reused_epoch", "reused_epoch"])
    #expect(rows.map(\.receivedAtMilliseconds) == [Self.received + 9000, Self.received + 5000])
    #expect(Array(rows[1].payload) == frame([3, 3], first: 0))
  }
}

/// For an engine that only computes a checksum.
private struct NoStore: BatchStore {
  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    StoredCursor(next: 0, lastCountedMilliseconds: nil)
  }

  func commit(_ batch: borrowing IngestBatch) throws {}
}
