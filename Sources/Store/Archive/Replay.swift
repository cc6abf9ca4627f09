import BucketCore
import Foundation
import GRDB
import Ingest

/// Counts the archive again, frame by frame in the order of receipt, and the imports, into the
/// buckets and cursors of some tables. The sums of series and of days are the caller's.
final class Replay: BatchStore {
  private let counted: (borrowing BucketCore, _ segment: Int64) throws -> Void
  private var segment: Int64 = 0
  private var cursors: MemoryCursors

  private init(
    _ cursors: MemoryCursors, _ counted: @escaping (borrowing BucketCore, Int64) throws -> Void
  ) {
    self.cursors = cursors
    self.counted = counted
  }

  /// Counts the frames of `only` (nil: of every device) again.
  ///
  /// The caller has emptied the tables of what is counted anew.
  ///
  /// - Parameters:
  ///   - tables: where they go.
  ///   - progress: called now and then with the share done, 0…1.
  static func run(
    _ db: Database, into tables: CountTables, devices: [StoredDevice], only: Set<Int>? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let writer = BatchWriter(
      db: db, tables: tables, series: .none, days: .none, annulments: try Annulments.load(db))
    try ErasedFrames.begin(db, tables, only: only, annulments: writer.annulments)
    try frames(db, devices: devices, only: only, progress: progress) { core, segment in
      try writer.writeCursors(core, segment: segment)
      try writer.writeBuckets(core)
    }
    try Imports.count(db, into: tables, devices: devices, only: only)
  }

  /// Counts the frames of `only` (nil: of every device) again and hands on what they add.
  ///
  /// - Parameters:
  ///   - end: the last segment.
  ///   - bytesMax: of the segments together, those of other devices too.
  ///   - counted: called for batches of any size, in the order of the archive.
  /// - Throws: `PastError` for more bytes, `ReplayError`, what `counted` throws.
  static func frames(
    _ db: Database, devices: [StoredDevice], only: Set<Int>?, upTo end: Int64 = .max,
    bytesMax: Int = .max, progress: (Double) -> Void,
    _ counted: (borrowing BucketCore, _ segment: Int64) throws -> Void
  ) throws {
    try withoutActuallyEscaping(counted) { counted in
      try frames(
        db, Replay(try MemoryCursors.erased(db, only: only), counted), devices: devices,
        only: only, upTo: end, bytesMax: bytesMax, progress)
    }
  }

  private static func frames(
    _ db: Database, _ replay: Replay, devices: [StoredDevice], only: Set<Int>?, upTo end: Int64,
    bytesMax: Int, _ progress: (Double) -> Void
  ) throws {
    var bytesLeft = bytesMax
    var engine = IngestEngine(
      site: "", devices: devices.map(\.engineDevice), store: replay)
    let last = min(end, try Int64.fetchOne(db, sql: "SELECT max(id) FROM main.segment") ?? 0)
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, checksum, records FROM main.segment WHERE id <= ? ORDER BY id",
      arguments: [last])
    while let row = try rows.next() {
      let id: Int64 = row[0]
      // The cursors of a batch carry the segment that moved them, as when it was counted first.
      try engine.commit(answering: false)
      replay.segment = id
      let records: Data = row[2]
      let checksum: Int64 = row[1]
      bytesLeft -= records.count
      if bytesLeft < 0 { throw PastError.tooLong(bytesMax: bytesMax) }
      try unsafe records.withUnsafeBytes { bytes in
        guard unsafe Int64(engine.checksum(bytes.bytes)) == checksum else {
          throw ReplayError.damagedSegment(id)
        }
        do {
          try unsafe replayRecords(bytes, &engine, deviceCount: devices.count, only: only)
        } catch is ArchiveDamaged {
          throw ReplayError.damagedSegment(id)
        }
      }
      progress(Double(id) / Double(last))
    }
    try engine.commit(answering: false)
  }

  /// Counts some records of some segments.
  ///
  /// - Parameters:
  ///   - cursors: what came before.
  ///   - isMeant: which records of a segment.
  /// - Returns: what the cursors came to.
  static func run(
    _ segments: [(id: Int64, records: Data)], devices: [EngineDevice], cursors: MemoryCursors,
    where isMeant: (ArchiveReader.Record, _ segment: Int64) -> Bool,
    _ counted: (borrowing BucketCore, _ segment: Int64) throws -> Void
  ) throws -> MemoryCursors {
    try withoutActuallyEscaping(counted) { counted in
      let replay = Replay(cursors, counted)
      var engine = IngestEngine(site: "", devices: devices, store: replay)
      for (id, records) in segments {
        try engine.commit(answering: false)
        replay.segment = id
        try unsafe records.withUnsafeBytes { bytes in
          var reader = unsafe ArchiveReader(bytes)
          while let record = try reader.next() {
            if isMeant(record, id) { try engine.replay(record) }
          }
        }
      }
      try engine.commit(answering: false)
      return replay.cursors
    }
  }

  private static func replayRecords(
    _ bytes: UnsafeRawBufferPointer, _ engine: inout IngestEngine<Replay>, deviceCount: Int,
    only: Set<Int>?
  ) throws {
    var reader = unsafe ArchiveReader(bytes)
    while let record = try reader.next() {
      guard record.device < deviceCount else { throw ArchiveDamaged() }
      if let only, !only.contains(record.device) { continue }
      try engine.replay(record)
    }
  }

  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    cursors.cursor(device: device, epoch: epoch)
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    cursors.keep(batch.core)
    try counted(batch.core, segment)
  }
}

/// The archive cannot be counted again.
enum ReplayError: Error, CustomStringConvertible {
  case damagedSegment(Int64)

  var description: String {
    switch self {
    case .damagedSegment(let id):
      "segment \(id) of the archive is damaged; put the database aside and restore a copy"
    }
  }
}
