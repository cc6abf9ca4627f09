public import Foundation
import GRDB
import Registry

/// The reading side: connections that never write. Each `read` sees one moment.
public struct StoreReader: Sendable {
  private let pool: DatabasePool
  private let file: DatabaseFile

  /// - Precondition: the store has opened the file once, so that it exists and is migrated.
  public init(_ file: DatabaseFile) throws {
    pool = try file.openForReading()
    self.file = file
  }

  /// Runs `body` on one moment of the database.
  ///
  /// - Throws: `StoreError`; `.damaged` from the first damage on that anything has met.
  public func read<Value: Sendable>(
    _ body: @Sendable @escaping (Snapshot) throws -> Value
  ) async throws -> Value {
    try file.refuseDamaged()
    do {
      return try await pool.read { try body(Snapshot(db: $0)) }
    } catch let error as DatabaseError {
      throw file.explain(error)
    }
  }

  /// One moment of the database.
  public struct Snapshot {
    let db: Database

    /// One hour of one device and slot.
    public struct Bucket {
      /// UTC hours since 1970.
      public var hour: Int
      public var slot: Int
      /// Responses by button, most negative first; five of them, whatever the question has.
      public var counts: InlineArray<5, Int>
      public var excluded: Int
      public var invalid: Int
      public var lost: Int
      public var estimated: Int
    }

    /// Calls `body` for every bucket of a device in `hours`, in order of time.
    public func forEachBucket(
      device: Int, hours: Range<Int>, _ body: (Bucket) -> Void
    ) throws {
      let statement = try db.cachedStatement(
        sql: """
          SELECT hour, slot, count_0, count_1, count_2, count_3, count_4, excluded, invalid, lost,
            estimated
          FROM bucket WHERE device = ? AND hour >= ? AND hour < ? ORDER BY hour, slot
          """)
      let rows = try Row.fetchCursor(
        statement, arguments: [device + 1, hours.lowerBound, hours.upperBound])
      while let row = try rows.next() {
        body(
          Bucket(
            hour: row[0], slot: row[1], counts: [row[2], row[3], row[4], row[5], row[6]],
            excluded: row[7], invalid: row[8], lost: row[9], estimated: row[10]))
      }
    }

    /// What is known of every device, by its number.
    public func deviceHealth() throws -> [DeviceHealth] {
      var health: [DeviceHealth] = []
      let devices = try Row.fetchAll(
        db, sql: "SELECT id, status, status_received_ms FROM device ORDER BY id")
      for row in devices {
        health.append(
          DeviceHealth(statusJSON: row["status"], statusReceivedAtMilliseconds: row[2]))
      }
      let cursors = try Row.fetchCursor(
        db, sql: "SELECT device, epoch, next, last_counted_ms FROM cursor ORDER BY device, segment")
      while let row = try cursors.next() {
        let number: Int = row[0] - 1
        let epoch: Int64 = row[1]
        if epoch < 0 {
          health[number].unsequencedPresses = row[2]
        } else {
          health[number].epochs.append(DeviceHealth.Epoch(epoch: UInt32(epoch), next: row[2]))
        }
        health[number].lastCountedMilliseconds = row[3]
      }
      return health
    }

    /// The latest messages put aside, the newest first.
    public func quarantine(limit: Int) throws -> [QuarantineRow] {
      try Row.fetchAll(
        db,
        sql: """
          SELECT received_ms, channel, topic, reason, detail, bytes, payload
          FROM quarantine ORDER BY id DESC LIMIT ?
          """, arguments: [limit]
      ).map { row in
        QuarantineRow(
          receivedAtMilliseconds: row[0], channel: row[1], topic: row[2], reason: row[3],
          detail: row[4], byteCount: row[5], payload: row[6])
      }
    }

    /// All messages ever put aside, by reason.
    public func quarantineTotals() throws -> [(reason: String, messages: Int)] {
      try Row.fetchAll(
        db, sql: "SELECT reason, messages FROM quarantine_total ORDER BY messages DESC"
      ).map { (reason: $0[0], messages: $0[1]) }
    }
  }
}

/// What the database knows of a device's health.
public struct DeviceHealth: Sendable {
  public struct Epoch: Sendable {
    public var epoch: UInt32
    /// The sequence expected next.
    public var next: UInt32
  }

  /// As the device sent it last.
  public var statusJSON: String?
  public var statusReceivedAtMilliseconds: Int64?
  /// In the order in which they moved last.
  public var epochs: [Epoch] = []
  /// Presses without a sequence: counted at least once.
  public var unsequencedPresses = 0
  /// Event time of the last press that counted.
  public var lastCountedMilliseconds: Int64?
}

/// A message put aside.
public struct QuarantineRow: Sendable {
  public var receivedAtMilliseconds: Int64
  public var channel: String
  public var topic: String
  public var reason: String
  public var detail: String
  public var byteCount: Int
  /// Its beginning.
  public var payload: Data
}
