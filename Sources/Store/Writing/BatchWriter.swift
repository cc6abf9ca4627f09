import BucketCore
import Foundation
import GRDB
import Ingest
import Registry

/// Writes one batch: frames, cursors, buckets, status and quarantine, inside the caller's
/// transaction. Serving, applying a registry and rebuilding all count through it.
struct BatchWriter {
  /// Rows that the quarantine keeps; the oldest go first.
  static let quarantineRowsMax = 10_000

  let db: Database
  /// Where buckets, their sums and cursors go.
  let tables: CountTables
  /// Which sums each bucket adds to.
  let series: SeriesIndex
  /// Which days are summed up already.
  let days: DailyRollup
  /// Which hours' presses are taken out of the counts.
  let annulments: Annulments

  /// What is known of a device and epoch.
  ///
  /// - Parameter known: when the device's last press that counted was, where that is known; nil has
  ///   all its cursors searched.
  func cursor(device: Int, epoch: UInt32?, lastCounted known: Int64??) throws -> StoredCursor {
    let stored = try epoch.flatMap { epoch in
      try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT next, first_prints, last_prints, coalesce(below, 0), lost_beyond
            FROM cursor LEFT JOIN reused_epoch USING (device, epoch) WHERE device = ? AND epoch = ?
            """),
        arguments: [device + 1, Int64(epoch)])
    }
    let lastCounted =
      if let known {
        known
      } else {
        try Int64.fetchOne(
          db.cachedStatement(
            sql: "SELECT last_counted_ms FROM cursor WHERE device = ? ORDER BY segment DESC LIMIT 1"
          ),
          arguments: [device + 1])
      }
    var cursor = StoredCursor(next: 0, lastCountedMilliseconds: lastCounted)
    if let stored {
      cursor.next = stored[0]
      cursor.prints = EpochPrints(
        first: UInt64(bitPattern: stored[1]), last: UInt64(bitPattern: stored[2]),
        reusedBelow: stored[3], lostBeyond: stored[4])
    }
    return cursor
  }

  /// Everything a batch brings.
  func write(_ batch: borrowing IngestBatch) throws {
    let segment = try writeSegment(batch)
    try writeCursors(batch.core, segment: segment)
    try writeBuckets(batch.core)
    try Revisions.advance(db, batch)
    try writeStatuses(batch)
    try writeReusedEpochs(batch)
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
    // First prints that were erased stay so, though the core may remember them.
    let sequenced = try IntegerStatement(
      db,
      """
      INSERT INTO \(tables.cursor) (device, epoch, next, segment, last_counted_ms, first_prints, last_prints,
        lost_beyond)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET next = excluded.next, segment = excluded.segment,
        last_counted_ms = excluded.last_counted_ms,
        first_prints = iif(first_prints = 0 AND next > 0, 0, excluded.first_prints),
        last_prints = excluded.last_prints, lost_beyond = excluded.lost_beyond
      """)
    let unsequenced = try IntegerStatement(
      db,
      """
      INSERT INTO \(tables.cursor) (device, epoch, next, segment, last_counted_ms) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET next = next + excluded.next, segment = excluded.segment,
        last_counted_ms = excluded.last_counted_ms
      """)
    // Rows in the order of their table: each page is looked up and changed once.
    let cursors = (0..<core.touchedCount).map { core.touched(at: $0) }
      .sorted { $0.device < $1.device }
    for cursor in cursors where cursor.isChanged {
      let statement = cursor.epoch == nil ? unsequenced : sequenced
      statement.bind(Int64(cursor.device + 1), at: 1)
      statement.bind(cursor.epoch.map(Int64.init) ?? -1, at: 2)
      statement.bind(Int64(cursor.next), at: 3)
      statement.bind(segment, at: 4)
      if let last = cursor.lastCountedMilliseconds {
        statement.bind(last, at: 5)
      } else {
        statement.bindNull(at: 5)
      }
      if cursor.epoch != nil {
        statement.bind(Int64(bitPattern: cursor.prints.first), at: 6)
        statement.bind(Int64(bitPattern: cursor.prints.last), at: 7)
        statement.bind(Int64(cursor.prints.lostBeyond), at: 8)
      }
      try statement.run()
    }
  }

  func writeBuckets(_ core: borrowing BucketCore) throws {
    let hours = try IntegerStatement(db, tables.bucket.adding)
    var sums = SeriesHours(index: series, days: days, tables: tables)
    let order = (0..<core.deltaCount).map { (key: core.delta(at: $0).key, index: $0) }
      .sorted { $0.key < $1.key }
    for (_, index) in order {
      let delta = core.delta(at: index)
      let row = annulments.standing(CountRow(delta), device: delta.device, hour: delta.hour)
      hours.bind(Int64(delta.device + 1), at: 1)
      hours.bind(Int64(delta.hour), at: 2)
      hours.bind(Int64(delta.slot), at: 3)
      hours.bind(row, from: 4)
      try hours.run()
      if let day = days.day(of: delta.hour, device: delta.device) {
        let daily = try IntegerStatement(db, tables.bucketDay.adding)
        daily.bind(Int64(delta.device + 1), at: 1)
        daily.bind(Int64(day), at: 2)
        daily.bind(Int64(delta.slot), at: 3)
        daily.bind(row, from: 4)
        try daily.run()
      }
      sums.add(device: delta.device, hour: delta.hour, slot: delta.slot, row)
    }
    try sums.flush(db)
  }

  private func writeStatuses(_ batch: borrowing IngestBatch) throws {
    for (device, received) in batch.statuses {
      let text = String(decoding: try JSONEncoder().encode(received.status), as: UTF8.self)
      try db.cachedStatement(
        sql: """
          UPDATE device SET status = ?, status_received_ms = ?,
            reported_config = coalesce(?, reported_config), model = coalesce(?, model)
          WHERE id = ?
          """
      ).execute(
        arguments: [
          text, received.receivedAtMilliseconds, received.health.configuration,
          received.health.model, device + 1,
        ])
      try writePresence(device: device, received)
      try writeHealth(device: device, received)
    }
  }

  private func writeReusedEpochs(_ batch: borrowing IngestBatch) throws {
    if batch.reusedEpochs.isEmpty { return }
    for index in 0..<batch.core.touchedCount {
      let cursor = batch.core.touched(at: index)
      guard let epoch = cursor.epoch,
        let noticed = batch.reusedEpochs[.init(device: cursor.device, epoch: epoch)]
      else { continue }
      try db.cachedStatement(
        sql: """
          INSERT INTO reused_epoch (device, epoch, below, noticed_ms) VALUES (?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET below = excluded.below, noticed_ms = excluded.noticed_ms
          """
      ).execute(
        arguments: [
          cursor.device + 1, Int64(epoch), Int64(cursor.prints.reusedBelow), noticed,
        ])
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

extension CountRow {
  init(_ delta: BucketDelta) {
    for button in delta.counts.indices { values[button] = Int64(delta.counts[button]) }
    values[CountNumber.excluded.rawValue] = Int64(delta.excluded)
    values[CountNumber.invalid.rawValue] = Int64(delta.invalid)
    values[CountNumber.lost.rawValue] = Int64(clamping: delta.lost)
    values[CountNumber.estimated.rawValue] = Int64(delta.estimated)
    values[CountNumber.late.rawValue] = Int64(delta.late)
  }
}
