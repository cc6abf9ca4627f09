import FirmwareProtocol
import Foundation
import GRDB
import Ingest

/// What a start looks at before the database is served: bounded, so that a start stays short.
///
/// Small files are read whole: `PRAGMA quick_check`, whether the counts add up, and the checksums
/// of the segments. Of larger ones the first segment, the last and some between are read, and
/// buckets are looked up all over the table. What this cannot see, `pikapalaute check` does.
enum StartCheck {
  /// Bytes of a file that is read whole; about 0.1 s.
  static let wholeBytesMax = 16 * 1024 * 1024
  /// Segments and devices looked at.
  static let samples = 64
  /// Bytes of segments looked at; about 0.1 s.
  static let segmentBytesMax = 16 * 1024 * 1024

  /// - Throws: `StoreError.damaged`, or SQLite's own error for it.
  static func run(_ db: Database, path: String, addingUp: Bool) throws {
    let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    let pageBytes = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
    let isSmall = pages * pageBytes <= wholeBytesMax
    if isSmall {
      let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
      if verdict != "ok" { throw StoreError.damaged(path: path, verdict) }
      if addingUp { try checkSums(db, path: path) }
    }
    // The files beside the database have pages only.
    guard try db.tableExists("segment") else { return }
    try checkSegments(db, path: path, isSmall: isSmall)
    try checkBuckets(db)
  }

  /// Every sequence that a device has used up is counted, annulled or lost in one of its buckets, or
  /// lies beyond what a step may lose. Imported lines have no sequences; `Verification` holds their
  /// buckets against them.
  private static func checkSums(_ db: Database, path: String) throws {
    // A file that no newer version wrote to yet has no such columns.
    let annulled = try db.columns(in: "bucket").contains { $0.name == "annulled" }
    let beyond = try db.columns(in: "cursor").contains { $0.name == "lost_beyond" }
    let device = try String.fetchOne(
      db,
      sql: """
        SELECT name FROM device
        LEFT JOIN (SELECT device, sum(next \(beyond ? "- lost_beyond" : "")) AS taken FROM cursor
          GROUP BY device) AS c ON c.device = device.id
        LEFT JOIN (SELECT device, sum(count_0 + count_1 + count_2 + count_3 + count_4 + excluded
          + invalid + lost \(annulled ? "+ annulled" : "")) AS counted FROM bucket GROUP BY device) AS b ON b.device = device.id
        WHERE coalesce(taken, 0) != coalesce(counted, 0)
          AND device.name NOT GLOB 'import:*' LIMIT 1
        """)
    if let device {
      throw StoreError.damaged(
        path: path,
        "the counts of device \(device) do not add up; 'pikapalaute rebuild' shows where")
    }
  }

  private static func checkSegments(_ db: Database, path: String, isSmall: Bool) throws {
    let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM segment") ?? 0
    if last == 0 { return }
    let bytes = try Int.fetchOne(
      db, sql: "SELECT sum(length(records)) FROM segment WHERE ?", arguments: [isSmall])
    let step = bytes ?? .max <= segmentBytesMax ? 1 : Int(max(1, last / Int64(samples)))
    // The latest first: they are what a crash may have hurt.
    let numbers = [last, 1] + stride(from: last - 1, to: 1, by: -step)
    var bytesLeft = segmentBytesMax
    for number in numbers where bytesLeft > 0 {
      let row = try Row.fetchOne(
        db, sql: "SELECT checksum, records FROM segment WHERE id = ?", arguments: [number])
      guard let row, let records = Data.fromDatabaseValue(row[1]),
        Int64.fromDatabaseValue(row[0]) == checksum(records)
      else {
        throw StoreError.damaged(path: path, "segment \(number) of the archive is not as written")
      }
      bytesLeft -= records.count
    }
  }

  private static func checksum(_ records: Data) -> Int64 {
    unsafe records.withUnsafeBytes { bytes in
      unsafe Int64(CRC32.checksum(bytes.bytes, count: bytes.count))
    }
  }

  /// Descends to buckets all over the table: damaged pages on the way are SQLite's to notice.
  private static func checkBuckets(_ db: Database) throws {
    let devices = try Int.fetchOne(db, sql: "SELECT max(id) FROM device") ?? 0
    let statement = try db.cachedStatement(
      sql: "SELECT * FROM bucket WHERE device >= ? ORDER BY device, hour LIMIT 1")
    for device in stride(from: 1, through: devices, by: max(1, devices / samples)) {
      _ = try Row.fetchOne(statement, arguments: [device])
    }
  }
}
