import BucketCore
import Foundation
import GRDB
import Ingest

/// Counts the archive again, frame by frame in the order of receipt, and the imports, into the
/// `bucket` and `cursor` tables that `writer` sees. The sums of series and of days are the caller's.
final class Replay: BatchStore {
  private struct Key: Hashable {
    var device: Int
    var epoch: UInt32
  }

  private let writer: BatchWriter
  private var segment: Int64 = 0
  private var next: [Key: UInt32] = [:]
  private var lastCounted: [Int: Int64] = [:]

  private init(writer: BatchWriter) {
    self.writer = writer
  }

  /// Counts the frames of `only` (nil: of every device) again.
  ///
  /// The caller has emptied the tables of what is counted anew.
  ///
  /// - Parameters:
  ///   - progress: called now and then with the share done, 0…1.
  static func run(
    _ db: Database, devices: [StoredDevice], only: Set<Int>? = nil,
    progress: (Double) -> Void = { _ in }
  ) throws {
    let replay = Replay(writer: BatchWriter(db: db, series: .none, days: .none))
    var engine = IngestEngine(
      site: "", devices: devices.map(\.engineDevice), store: replay)
    let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM main.segment") ?? 0
    let rows = try Row.fetchCursor(
      db, sql: "SELECT id, checksum, records FROM main.segment ORDER BY id")
    while let row = try rows.next() {
      let id: Int64 = row[0]
      // The cursors of a batch carry the segment that moved them, as when it was counted first.
      try engine.commit(answering: false)
      replay.segment = id
      let records: Data = row[2]
      let checksum: Int64 = row[1]
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
    try Imports.count(db, devices: devices, only: only)
  }

  private static func replayRecords(
    _ bytes: UnsafeRawBufferPointer, _ engine: inout IngestEngine<Replay>, deviceCount: Int,
    only: Set<Int>?
  ) throws {
    var reader = unsafe ArchiveReader(bytes)
    while let record = try reader.next() {
      guard record.device < deviceCount else { throw ArchiveDamaged() }
      if let only, !only.contains(record.device) { continue }
      try unsafe engine.replay(
        record.payload.bytes, device: record.device,
        receivedAtMilliseconds: record.receivedAtMilliseconds)
    }
  }

  func loadCursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    StoredCursor(
      next: epoch.map { next[Key(device: device, epoch: $0), default: 0] } ?? 0,
      lastCountedMilliseconds: lastCounted[device])
  }

  func commit(_ batch: borrowing IngestBatch) throws {
    for index in 0..<batch.core.touchedCount {
      let cursor = batch.core.touched(at: index)
      if let epoch = cursor.epoch { next[Key(device: cursor.device, epoch: epoch)] = cursor.next }
      lastCounted[cursor.device] = cursor.lastCountedMilliseconds
    }
    try writer.writeCursors(batch.core, segment: segment)
    try writer.writeBuckets(batch.core)
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
