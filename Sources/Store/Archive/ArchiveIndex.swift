import CivilTime
import Foundation
import GRDB
import Ingest

/// In which segments the presses of a device and time lie, and what had become of the device's
/// presses before them: so single presses are told without reading the archive from its beginning.
///
/// Successive segments are a chapter. Chapters are written once and behind, by `ArchiveIndexer`: a
/// commit costs nothing more, and segments after the last chapter are read one and all. A chapter has
/// a row for each device in it and for each UTC day of its presses, 40 bytes and 10.
enum ArchiveIndex {
  static let tables = """
    CREATE TABLE chapter (
      id INTEGER PRIMARY KEY,            -- its first segment
      last INTEGER NOT NULL              -- its last one
    ) STRICT;

    CREATE TABLE chapter_day (
      day INTEGER NOT NULL,              -- of presses in it, UTC days since 1970
      chapter INTEGER NOT NULL,
      PRIMARY KEY (day, chapter)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE chapter_device (
      chapter INTEGER NOT NULL,
      device INTEGER NOT NULL,
      first_hour INTEGER NOT NULL,       -- of its presses in it, UTC hours since 1970
      last_hour INTEGER NOT NULL,
      segments BLOB NOT NULL,            -- u8 each: how many after the chapter's first
      epochs BLOB NOT NULL,              -- u32 epoch, u32 next before the chapter, little-endian
      at_ms INTEGER, epoch INTEGER, sequence INTEGER,  -- its last press that counted before
      PRIMARY KEY (chapter, device)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE told_device (           -- the last press that counted, as of the last chapter
      device INTEGER PRIMARY KEY,
      at_ms INTEGER, epoch INTEGER, sequence INTEGER
    ) STRICT;

    CREATE TABLE told_epoch (            -- the sequence expected next, as of the last chapter
      device INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      next INTEGER NOT NULL,
      PRIMARY KEY (device, epoch)
    ) STRICT, WITHOUT ROWID;
    """

  /// A device in a chapter.
  struct Entry {
    /// Of its presses.
    var hours: ClosedRange<UTCHour>
    /// How many after the chapter's first.
    var segments: [UInt8] = []
    /// As of before the chapter.
    var epochs: [(epoch: UInt32, next: UInt32)] = []
    var last: CountedPress.Reference?

    /// Adds a record of the device; says whether its epoch is a new one.
    mutating func add(
      _ more: ClosedRange<UTCHour>, segment: UInt8, epoch: UInt32?, next: UInt32?
    ) -> Bool {
      hours =
        min(hours.lowerBound, more.lowerBound)...max(hours.upperBound, more.upperBound)
      if segments.last != segment { segments.append(segment) }
      guard let epoch, !epochs.contains(where: { $0.epoch == epoch }) else { return false }
      epochs.append((epoch, next ?? 0))
      return true
    }
  }

  /// The last segment that stands in a chapter; 0 = none.
  static func end(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT last FROM chapter ORDER BY id DESC LIMIT 1") ?? 0
  }

  /// Everything is indexed again later: what was counted counts otherwise, or is another archive.
  static func forget(_ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM chapter; DELETE FROM chapter_day; DELETE FROM chapter_device;
        DELETE FROM told_device; DELETE FROM told_epoch;
        """)
  }

  /// Gives `history` what it needs for a record after the last chapter.
  static func prepare(
    _ history: inout PressHistory, for record: ArchiveReader.Record, _ db: Database
  ) throws {
    let device = record.device
    if !history.knows(device: device) {
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT at_ms, epoch, sequence FROM told_device WHERE device = ?"),
        arguments: [device + 1])
      let erased = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT last_counted_ms FROM erasure WHERE device = ?"),
        arguments: [device + 1]
      ).map { CountedPress.Reference(atMilliseconds: $0, epoch: nil, sequence: nil) }
      let told = row.flatMap { reference($0, from: 0) }
      history.begin(device: device, last: row == nil ? erased : told)
    }
    guard let epoch = try record.epoch(), history.next(device: device, epoch: epoch) == nil
    else { return }
    let next = try UInt32.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT max(next) FROM (
            SELECT next FROM told_epoch WHERE device = ?1 AND epoch = ?2 UNION ALL
            SELECT next FROM erased_cursor WHERE device = ?1 AND epoch = ?2)
          """),
      arguments: [device + 1, Int64(epoch)])
    history.setNext(next ?? 0, device: device, epoch: epoch)
  }

  /// Chapters with presses of some days, each with the first of these days, by it.
  static func chapters(
    _ db: Database, hours: Range<UTCHour>, upTo end: Int64
  ) throws -> [(day: Int, chapter: Int64)] {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT min(day), chapter FROM chapter_day
          WHERE day >= ? AND day <= ? AND chapter <= ? GROUP BY chapter ORDER BY 1, 2
          """),
      arguments: [hours.lowerBound / 24, (hours.upperBound - 1) / 24, end]
    ).map { (day: $0[0], chapter: $0[1]) }
  }

  /// Devices up to which each is looked up by itself; for more the whole chapter is read.
  private static let lookedUpMax = 64

  /// The devices of a chapter, as far as they are wanted.
  static func entries(
    _ db: Database, chapter: Int64, of wanted: [Int: [Range<UTCHour>]]
  ) throws -> [(device: Int, entry: Entry)] {
    let sql = """
      SELECT device, first_hour, last_hour, segments, epochs, at_ms, epoch, sequence
      FROM chapter_device WHERE chapter = ?
      """
    var found: [(device: Int, entry: Entry)] = []
    func take(_ row: Row) throws {
      let device: Int = row[0] - 1
      let hours: ClosedRange<UTCHour> = try range(row[1], row[2])
      guard wanted[device]?.contains(where: { $0.overlaps(hours) }) == true else { return }
      found.append(
        (
          device,
          Entry(
            hours: hours, segments: [UInt8](row[3] as Data),
            epochs: Self.epochs(row[4]), last: reference(row, from: 5))
        ))
    }
    if wanted.count > lookedUpMax {
      let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: [chapter])
      while let row = try rows.next() { try take(row) }
    } else {
      for device in wanted.keys.sorted() {
        let row = try Row.fetchOne(
          db.cachedStatement(sql: sql + " AND device = ?"), arguments: [chapter, device + 1])
        if let row { try take(row) }
      }
    }
    return found
  }

  static func insert(_ db: Database, device: Int, _ entry: Entry, chapter: Int64) throws {
    try db.cachedStatement(sql: "INSERT INTO chapter_device VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .execute(arguments: [
        chapter, device + 1, entry.hours.lowerBound, entry.hours.upperBound, Data(entry.segments),
        data(entry.epochs), entry.last?.atMilliseconds, entry.last?.epoch, entry.last?.sequence,
      ])
  }

  /// Frames of a device in some segments are gone, and those before long since: what is left of it in chapters begins after them, with
  /// what `erasure` and `erased_cursor` say.
  static func cut(
    _ db: Database, device: Int, in erased: ClosedRange<Int64>, lastCounted: Int64?
  ) throws {
    let reference = lastCounted.map {
      CountedPress.Reference(atMilliseconds: $0, epoch: nil, sequence: nil)
    }
    let last = erased.upperBound
    let chapters = try Int64.fetchAll(
      db, sql: "SELECT id FROM chapter WHERE id BETWEEN ? AND ?",
      arguments: [erased.lowerBound - ArchiveIndexer.segmentsMax, last])
    for chapter in chapters {
      let found = try entries(db, chapter: chapter, of: [device: [0..<Int.max]])
      try db.execute(
        sql: "DELETE FROM chapter_device WHERE chapter = ? AND device = ?",
        arguments: [chapter, device + 1])
      guard var entry = found.first?.entry else { continue }
      entry.segments.removeAll { chapter + Int64($0) <= last }
      if entry.segments.isEmpty { continue }
      entry.last = reference
      for (place, known) in entry.epochs.enumerated() {
        entry.epochs[place].next = max(
          known.next, try erasedNext(db, device: device, epoch: known.epoch))
      }
      try insert(db, device: device, entry, chapter: chapter)
    }
    if try last <= end(db) { return }
    try db.execute(
      sql: "INSERT OR REPLACE INTO told_device VALUES (?, ?, NULL, NULL)",
      arguments: [device + 1, lastCounted])
  }

  private static func erasedNext(_ db: Database, device: Int, epoch: UInt32) throws -> UInt32 {
    try UInt32.fetchOne(
      db, sql: "SELECT next FROM erased_cursor WHERE device = ? AND epoch = ?",
      arguments: [device + 1, Int64(epoch)]) ?? 0
  }

  private static func range(_ first: Int, _ last: Int) throws -> ClosedRange<Int> {
    if first > last { throw ArchiveDamaged() }
    return first...last
  }

  private static func reference(_ row: Row, from column: Int) -> CountedPress.Reference? {
    guard let at: Int64 = row[column] else { return nil }
    return CountedPress.Reference(
      atMilliseconds: at, epoch: row[column + 1], sequence: row[column + 2])
  }

  private static func data(_ epochs: [(epoch: UInt32, next: UInt32)]) -> Data {
    var data = Data()
    for number in epochs.flatMap({ [$0.epoch, $0.next] }) {
      data += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    return data
  }

  private static func epochs(_ data: Data) -> [(epoch: UInt32, next: UInt32)] {
    let bytes = [UInt8](data)
    func number(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
    }
    return stride(from: 0, to: bytes.count - 7, by: 8).map { (number($0), number($0 + 4)) }
  }
}
