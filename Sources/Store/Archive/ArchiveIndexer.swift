import CivilTime
import Foundation
import GRDB
import Ingest

/// Reads the archive behind the commits, a slice at a time, and writes its chapters.
///
/// What it has read of the chapter at hand lies in memory: after a start it is read again.
final class ArchiveIndexer {
  /// Segments of a chapter: a site that commits each press by itself has one in some hours, and a
  /// byte says which.
  static let segmentsMax: Int64 = 256
  /// Presses above which a chapter ends with its segment: what reading one costs at most.
  static let pressesMax = 16_384
  /// Presses read in one slice, a segment counting as several: some 10 ms.
  static let slicePressesMax = 8_192
  private static let segmentPresses = 8
  /// Epochs held in memory; above it they are read from the database again.
  private static let epochsMax = 100_000

  private var history: PressHistory
  private let deviceCount: Int
  /// The segment at hand, and how much of it was read.
  private var segment: Int64
  private var records: Data?
  private var offset = 0
  private var chapter: Int64
  private var presses = 0
  private var entries: [Int: ArchiveIndex.Entry] = [:]
  private var days: Set<Int> = []
  private var epochs = 0

  init(_ db: Database) throws {
    let devices = try StoredDevice.fetchAll(db)
    history = PressHistory(devices: devices.map(\.engineDevice))
    deviceCount = devices.count
    chapter = try ArchiveIndex.end(db) + 1
    segment = chapter
  }

  /// Reads a slice of what is there; false when nothing is left.
  func readSlice(_ db: Database) throws -> Bool {
    var left = Self.slicePressesMax
    while left > 0 {
      if records == nil {
        records = try Data.fetchOne(
          db.cachedStatement(sql: "SELECT records FROM segment WHERE id = ?"),
          arguments: [segment])
        offset = 0
      }
      guard let records else { return false }
      left -= Self.segmentPresses
      let isWhole = try unsafe records.withUnsafeBytes { bytes in
        try unsafe read(bytes, &left, db)
      }
      if !isWhole { return true }
      self.records = nil
      segment += 1
      if segment - chapter == Self.segmentsMax || presses >= Self.pressesMax { try write(db) }
    }
    return true
  }

  /// Reads on in the segment at hand; true when that was all of it.
  private func read(
    _ bytes: UnsafeRawBufferPointer, _ left: inout Int, _ db: Database
  ) throws -> Bool {
    var reader = unsafe ArchiveReader(bytes, from: offset)
    while let record = try reader.next() {
      let device = record.device
      if device >= deviceCount { throw ArchiveDamaged() }
      try ArchiveIndex.prepare(&history, for: record, db)
      let last = history.last(device: device)
      let epoch = try record.epoch()
      let next = epoch.flatMap { history.next(device: device, epoch: $0) }
      var hours: ClosedRange<UTCHour>?
      var lastHour: UTCHour?
      var told = 0
      try history.tell(record) { press in
        let hour = UTC.hour(ofMilliseconds: press.atMilliseconds)
        told += 1
        if hour == lastHour { return }
        lastHour = hour
        hours = min(hours?.lowerBound ?? hour, hour)...max(hours?.upperBound ?? hour, hour)
        days.insert(hour / 24)
      }
      left -= told
      presses += told
      offset = reader.offset
      guard let hours else { continue }
      let isNew = entries[device, default: ArchiveIndex.Entry(hours: hours, last: last)].add(
        hours, segment: UInt8(segment - chapter), epoch: epoch, next: next)
      if isNew { epochs += 1 }
      if left <= 0 { return offset == bytes.count }
    }
    return true
  }

  private func write(_ db: Database) throws {
    try db.execute(
      sql: "INSERT INTO chapter VALUES (?, ?)", arguments: [chapter, segment - 1])
    for day in days.sorted() {
      try db.cachedStatement(sql: "INSERT INTO chapter_day VALUES (?, ?)")
        .execute(arguments: [day, chapter])
    }
    for (device, entry) in entries.sorted(by: { $0.key < $1.key }) {
      try ArchiveIndex.insert(db, device: device, entry, chapter: chapter)
      let last = history.last(device: device)
      try db.cachedStatement(sql: "INSERT OR REPLACE INTO told_device VALUES (?, ?, ?, ?)")
        .execute(arguments: [device + 1, last?.atMilliseconds, last?.epoch, last?.sequence])
      for (epoch, _) in entry.epochs {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO told_epoch VALUES (?, ?, ?)")
          .execute(arguments: [
            device + 1, Int64(epoch), Int64(history.next(device: device, epoch: epoch) ?? 0),
          ])
      }
      if epochs > Self.epochsMax { history.begin(device: device, last: last) }
    }
    if epochs > Self.epochsMax { epochs = 0 }
    entries = [:]
    days = []
    presses = 0
    chapter = segment
  }
}

extension ArchiveIndexer {
  /// How far the index is.
  enum State {
    /// Segments wait for it; nil before the first slice.
    case behind(ArchiveIndexer?)
    case waiting(ArchiveIndexer)
    /// A segment cannot be read: who reads it is told so.
    case stopped

    var isBehind: Bool {
      if case .behind = self { true } else { false }
    }

    /// A commit brought a segment.
    mutating func addSegment() {
      if case .waiting(let indexer) = self { self = .behind(indexer) }
    }

    /// Reads a slice.
    mutating func catchUp(_ db: Database) throws {
      guard case .behind(let known) = self else { return }
      do {
        let indexer = try known ?? ArchiveIndexer(db)
        self = try indexer.readSlice(db) ? .behind(indexer) : .waiting(indexer)
      } catch is ArchiveDamaged {
        self = .stopped
      }
    }
  }
}
