import BucketCore
import Foundation
import GRDB
import Ingest

/// Writes one batch: frames, cursors, buckets, status and quarantine, inside the caller's
/// transaction. Serving, applying a registry and rebuilding all count through it.
struct BatchWriter {
  /// Rows that the quarantine keeps; the oldest go first.
  static let quarantineRowsMax = 10_000

  let db: Database

  /// What is known of a device and epoch.
  func cursor(device: Int, epoch: UInt32?) throws -> StoredCursor {
    let next = try epoch.map { epoch in
      try UInt32.fetchOne(
        db.cachedStatement(sql: "SELECT next FROM cursor WHERE device = ? AND epoch = ?"),
        arguments: [device + 1, Int64(epoch)]) ?? 0
    }
    let lastCounted = try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT last_counted_ms FROM cursor WHERE device = ? ORDER BY segment DESC LIMIT 1"),
      arguments: [device + 1])
    return StoredCursor(next: next ?? 0, lastCountedMilliseconds: lastCounted)
  }

  /// Everything a batch brings.
  func write(_ batch: borrowing IngestBatch) throws {
    let segment = try writeSegment(batch)
    try writeCursors(batch.core, segment: segment)
    try writeBuckets(batch.core)
    try writeStatuses(batch)
    try writeQuarantine(batch)
  }

  /// Keeps the frames and says the number of their segment.
  private func writeSegment(_ batch: borrowing IngestBatch) throws -> Int64 {
    // Without frames no cursor has moved, and none asks for the number.
    if batch.archivedFrameCount == 0 { return 0 }
    let records = unsafe batch.archiveBytes
    let statement = try db.cachedStatement(
      sql: "INSERT INTO segment (frames, checksum, records) VALUES (?, ?, ?)")
    let checksum = unsafe Int64(batch.core.checksum(records.bytes))
    try statement.execute(
      arguments: [batch.archivedFrameCount, checksum, unsafe Data(records)])
    return db.lastInsertedRowID
  }

  func writeCursors(_ core: borrowing BucketCore, segment: Int64) throws {
    let sequenced = try db.cachedStatement(
      sql: """
        INSERT INTO cursor (device, epoch, next, segment, last_counted_ms) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET next = excluded.next, segment = excluded.segment,
          last_counted_ms = excluded.last_counted_ms
        """)
    let unsequenced = try db.cachedStatement(
      sql: """
        INSERT INTO cursor (device, epoch, next, segment, last_counted_ms) VALUES (?, -1, ?, ?, ?)
        ON CONFLICT DO UPDATE SET next = next + excluded.next, segment = excluded.segment,
          last_counted_ms = excluded.last_counted_ms
        """)
    for index in 0..<core.touchedCount {
      let cursor = core.touched(at: index)
      guard cursor.isChanged else { continue }
      let device = cursor.device + 1
      if let epoch = cursor.epoch {
        try sequenced.execute(
          arguments: [
            device, Int64(epoch), Int64(cursor.next), segment, cursor.lastCountedMilliseconds,
          ])
      } else {
        try unsequenced.execute(
          arguments: [device, Int64(cursor.next), segment, cursor.lastCountedMilliseconds])
      }
    }
  }

  func writeBuckets(_ core: borrowing BucketCore) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO bucket VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count_0 = count_0 + excluded.count_0,
          count_1 = count_1 + excluded.count_1, count_2 = count_2 + excluded.count_2,
          count_3 = count_3 + excluded.count_3, count_4 = count_4 + excluded.count_4,
          excluded = bucket.excluded + excluded.excluded, invalid = invalid + excluded.invalid,
          lost = lost + excluded.lost, estimated = estimated + excluded.estimated
        """)
    for index in 0..<core.deltaCount {
      let delta = core.delta(at: index)
      try statement.execute(
        arguments: [
          delta.device + 1, delta.hour, delta.slot, Int64(delta.counts[0]),
          Int64(delta.counts[1]), Int64(delta.counts[2]), Int64(delta.counts[3]),
          Int64(delta.counts[4]), Int64(delta.excluded), Int64(delta.invalid),
          Int64(delta.lost), Int64(delta.estimated),
        ])
    }
  }

  private func writeStatuses(_ batch: borrowing IngestBatch) throws {
    for (device, received) in batch.statuses {
      let text = String(decoding: try JSONEncoder().encode(received.status), as: UTF8.self)
      try db.cachedStatement(
        sql: "UPDATE device SET status = ?, status_received_ms = ? WHERE id = ?"
      ).execute(arguments: [text, received.receivedAtMilliseconds, device + 1])
    }
  }

  private func writeQuarantine(_ batch: borrowing IngestBatch) throws {
    if batch.quarantineCounts.isEmpty { return }
    for message in batch.quarantined {
      try db.cachedStatement(
        sql: """
          INSERT INTO quarantine (received_ms, channel, topic, reason, detail, bytes, payload)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(
        arguments: [
          message.receivedAtMilliseconds, message.channel.rawValue, message.topic,
          message.reason.rawValue, message.detail, message.byteCount, Data(message.payload),
        ])
    }
    for (reason, messages) in batch.quarantineCounts {
      try db.cachedStatement(
        sql: """
          INSERT INTO quarantine_total VALUES (?, ?)
          ON CONFLICT DO UPDATE SET messages = messages + excluded.messages
          """
      ).execute(arguments: [reason.rawValue, messages])
    }
    try db.cachedStatement(
      sql: "DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?"
    ).execute(arguments: [Self.quarantineRowsMax])
  }
}
