import BucketCore
import CivilTime
import FirmwareProtocol
import Foundation
import GRDB
import Ingest

/// Erases stored frames of visits once they are old enough, a slice at a time.
///
///     frame ─▶ what it counts is added to `erased_bucket`, its cursor to `erased_cursor`
///           ─▶ sixteen zero bytes in its segment, so that other frames keep their places
///
/// What was counted stands. SQLite overwrites what it gives up (`secure_delete`), and the WAL is cut
/// afterwards.
struct FrameErasure: Sendable {
  /// Bytes of segments read in one slice, and segments: some 10 ms.
  static let sliceBytesMax = 1024 * 1024
  static let sliceSegmentsMax = 512
  /// Frames erased in one slice, each counted once more.
  static let sliceFramesMax = 1_000

  /// Days after their receipt until frames are erased; 0 = never.
  private var keepDays = 0
  /// When it was looked last whether some are old enough.
  private var lookedHour: UTCHour = 0
  private(set) var isBehind = false
  /// Something was erased since the WAL was cut.
  private var isLogUncut = false
  /// When it was tried last to cut it.
  private var cutMinute: UTCMinute = 0

  /// Another registry holds: it is looked again.
  mutating func keep(days: Int) {
    keepDays = days
    lookedHour = 0
    isBehind = false
  }

  /// Looks once an hour.
  mutating func look(hour: UTCHour) {
    if keepDays == 0 || hour == lookedHour { return }
    lookedHour = hour
    isBehind = true
  }

  /// Whether to cut the WAL now: once all is erased, and again a minute after a reader needed it.
  mutating func takesCut(minute: UTCMinute) -> Bool {
    if isBehind || !isLogUncut || minute == cutMinute { return false }
    cutMinute = minute
    return true
  }

  mutating func logIsCut() { isLogUncut = false }

  /// A segment that holds frames to erase.
  private struct Found {
    var id: Int64
    var records: Data
    var lastReceivedMilliseconds: Int64 = 0
    /// By device number: how many, and when the last of them was received.
    var frames: [Int: (count: Int, receivedMilliseconds: Int64)] = [:]
  }

  /// Erases what a slice of the archive holds of old frames; ends being behind where it comes to frames
  /// that are kept.
  ///
  /// - Returns: whether any was erased.
  mutating func eraseSlice(_ db: Database, nowMilliseconds: Int64) throws -> Bool {
    let through = try Self.through(db)
    guard let first = through.values.min() else {
      isBehind = false
      return false
    }
    let oldest = nowMilliseconds - Int64(keepDays) * 86_400_000
    var (last, bytes, frames, segments) = (first, 0, 0, 0)
    var found: [Found] = []
    isBehind = false
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, records, received_ms, checksum FROM segment WHERE id > ? ORDER BY id",
      arguments: [first])
    while let row = try rows.next() {
      // Who reads what is damaged is told so; what comes before it is erased.
      guard let segment = try Self.look(row, through) else { break }
      if segment.lastReceivedMilliseconds > oldest { break }
      last = segment.id
      if !segment.frames.isEmpty { found.append(segment) }
      segments += 1
      bytes += segment.records.count
      frames += segment.frames.values.reduce(0) { $0 + $1.count }
      if bytes >= Self.sliceBytesMax || frames >= Self.sliceFramesMax
        || segments >= Self.sliceSegmentsMax
      {
        isBehind = true
        break
      }
    }
    if !isBehind { try Self.dropRefused(db, until: oldest) }
    if last == first { return false }
    if !found.isEmpty { try Self.erase(db, found, through, last: last, nowMilliseconds) }
    try db.execute(
      sql: "UPDATE erasure SET through = ?1 WHERE through < ?1", arguments: [last])
    if !found.isEmpty { isLogUncut = true }
    return !found.isEmpty
  }

  /// By device number, up to which segment its frames are gone.
  private static func through(_ db: Database) throws -> [Int: Int64] {
    let rows = try Row.fetchCursor(db, sql: "SELECT device - 1, through FROM erasure")
    var through: [Int: Int64] = [:]
    while let row = try rows.next() { through[row[0]] = row[1] }
    return through
  }

  /// - Returns: nil when it is not as written.
  private static func look(_ row: Row, _ through: [Int: Int64]) throws -> Found? {
    var found = Found(id: row[0], records: row[1])
    let known: Int64? = row[2]
    found.lastReceivedMilliseconds = known ?? 0
    let (id, records) = (found.id, found.records)
    let isWhole = unsafe records.withUnsafeBytes { bytes in
      var reader = unsafe ArchiveReader(bytes)
      do throws(ArchiveDamaged) {
        while let record = try reader.next() {
          let received = record.receivedAtMilliseconds
          found.lastReceivedMilliseconds = max(found.lastReceivedMilliseconds, received)
          guard let erased = through[record.device], erased < id else { continue }
          let earlier = found.frames[record.device]
          found.frames[record.device] = (
            (earlier?.count ?? 0) + 1, max(earlier?.receivedMilliseconds ?? 0, received)
          )
        }
        return true
      } catch {
        return false
      }
    }
    // What is damaged is not sealed anew.
    return isWhole && (found.frames.isEmpty || row[3] == checksum(records)) ? found : nil
  }

  private static func erase(
    _ db: Database, _ found: [Found], _ through: [Int: Int64], last: Int64,
    _ nowMilliseconds: Int64
  ) throws {
    let numbers = Set(found.flatMap(\.frames.keys))
    let lastCounted = try keepCounts(db, found, numbers)
    for segment in found { try blank(db, segment) }
    for device in numbers.sorted() {
      let own = found.filter { $0.frames[device] != nil }
      try db.cachedStatement(
        sql: """
          UPDATE erasure SET frames = frames + ?, segment = ?, last_counted_ms = ?,
            received_ms = max(coalesce(received_ms, 0), ?) WHERE device = ?
          """
      ).execute(arguments: [
        own.reduce(0) { $0 + ($1.frames[device]?.count ?? 0) }, own.last?.id, lastCounted[device],
        own.compactMap { $0.frames[device]?.receivedMilliseconds }.max(), device + 1,
      ])
      try forgetPrints(db, device: device)
      try ArchiveIndex.cut(
        db, device: device, in: found[0].id...last, lastCounted: lastCounted[device])
    }
    let frames = found.reduce(0) { $0 + $1.frames.values.reduce(0) { $0 + $1.count } }
    let until = found.map(\.lastReceivedMilliseconds).max() ?? 0
    try AuditOutbox.add(
      db, actor: "service", action: .framesErased,
      detail: "\(frames) frames of visits from \(numbers.count) devices, received until "
        + "\(RFC3339.format(milliseconds: until)); their counts stay",
      atMilliseconds: nowMilliseconds)
  }

  /// Adds what the frames count to what is left of erased ones.
  ///
  /// - Returns: each device's last press that counted so far.
  private static func keepCounts(
    _ db: Database, _ found: [Found], _ numbers: Set<Int>
  ) throws -> [Int: Int64] {
    let writer = BatchWriter(
      db: db, tables: .erased, series: .none, days: .none, annulments: .none)
    let frames = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0.frames) })
    let cursors = try Replay.run(
      found.map { ($0.id, $0.records) }, devices: try engineDevices(db, numbers),
      cursors: try MemoryCursors.erased(db, only: numbers),
      where: { frames[$1]?[$0.device] != nil }
    ) { core, segment in
      try writer.writeCursors(core, segment: segment)
      try writer.writeBuckets(core)
    }
    return cursors.lastCounted
  }

  /// All devices by number; those that nothing is counted of have a rule that fits any.
  private static func engineDevices(
    _ db: Database, _ numbers: Set<Int>
  ) throws -> [EngineDevice] {
    let count = try Int.fetchOne(db, sql: "SELECT max(id) FROM device") ?? 0
    let other = EngineDevice(
      name: "", isRegistered: false,
      rules: [
        EngineDevice.Rule(
          hours: 0..<CoreLimits.hourEnd, repeatIntervalMilliseconds: 0, buttons: [2])
      ])
    var devices = Array(repeating: other, count: count)
    for device in try StoredDevice.fetch(db, numbers: numbers) {
      devices[device.number] = device.engineDevice
    }
    return devices
  }

  private static func blank(_ db: Database, _ segment: Found) throws {
    let records = try unsafe segment.records.withUnsafeBytes { bytes in
      try unsafe Data(ArchiveReader.erasing(in: bytes) { segment.frames[$0.device] != nil })
    }
    try db.cachedStatement(
      sql: """
        UPDATE segment SET records = ?, checksum = ?, received_ms = coalesce(received_ms, ?)
        WHERE id = ?
        """
    ).execute(arguments: [
      records, checksum(records), segment.lastReceivedMilliseconds, segment.id,
    ])
  }

  private static func checksum(_ records: Data) -> Int64 {
    unsafe records.withUnsafeBytes { bytes in
      unsafe Int64(CRC32.checksum(bytes.bytes, count: bytes.count))
    }
  }

  /// Prints tell buttons: those of sequences that are gone go too.
  private static func forgetPrints(_ db: Database, device: Int) throws {
    try db.execute(
      sql: """
        UPDATE erased_cursor SET first_prints = 0, last_prints = 0 WHERE device = ?1;
        """, arguments: [device + 1])
    try db.execute(
      sql: """
        UPDATE cursor SET first_prints = 0, last_prints = iif(cursor.next = gone.next, 0, last_prints)
        FROM (SELECT device, epoch, next FROM erased_cursor WHERE device = ?1) AS gone
        WHERE cursor.device = gone.device AND cursor.epoch = gone.epoch
        """, arguments: [device + 1])
  }

  /// Drops messages of these devices that were refused up to then.
  private static func dropRefused(_ db: Database, until milliseconds: Int64) throws {
    try db.execute(
      sql: """
        DELETE FROM quarantine WHERE received_ms <= ? AND topic IN (
          SELECT '/ingest/v1/' || name || '/press'
          FROM device JOIN erasure ON erasure.device = device.id UNION ALL
          SELECT 'pikapalaute/v1/' || site || '/' || name || '/press'
          FROM device JOIN erasure ON erasure.device = device.id,
            (SELECT site FROM registry ORDER BY id DESC LIMIT 1))
        """, arguments: [milliseconds])
  }
}
