public import CivilTime
public import Foundation
import GRDB
public import Registry

/// The reading side: connections that never write. Each `read` sees one moment.
public struct StoreReader: Sendable {
  private let pool: DatabasePool
  private let file: DatabaseFile

  /// - Parameter readersMax: connections at most: reads at once.
  /// - Precondition: the store has opened the file once, so that it exists and is migrated.
  public init(_ file: DatabaseFile, readersMax: Int = 4) throws {
    pool = try file.openForReading(readersMax: readersMax)
    self.file = file
  }

  /// What the database takes of the disk, now.
  public var sizes: FileSizes { FileSizes(path: file.path) }

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

    /// The counts of a device in each bin, by slot. A bin may come in several parts; bins without
    /// counts are left out.
    ///
    /// - Parameters:
    ///   - hours: nothing outside is counted.
    ///   - days: the part of `hours` that is whole local days, none of them cut by a bin: read
    ///     by the day as far as days are summed up.
    ///   - bins: sorted, without gap.
    public func buckets(
      device: Int, hours: Range<UTCHour>, days: Range<UTCHour> = 0..<0, bins: [Range<UTCHour>],
      _ body: (_ bin: Int, _ slot: Int, _ numbers: CountNumbers) -> Void
    ) throws {
      let summed = try Int.fetchOne(
        db.cachedStatement(sql: "SELECT days_to FROM device WHERE id = ?"), arguments: [device + 1])
      try counts(
        CountTables.stored.bucket, CountTables.stored.bucketDay, key: Int64(device + 1), hours,
        days.clamped(to: 0..<(summed ?? 0)), bins, body)
    }

    /// The sums of a node above touchpoints in each bin, in the same form.
    public func sums(
      node: String, question: String, buttons: Int, days: Range<UTCHour> = 0..<0,
      bins: [Range<UTCHour>], _ body: (_ bin: Int, _ numbers: CountNumbers) -> Void
    ) throws {
      let series = try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT id, days_to FROM series WHERE node = ? AND question = ? AND buttons = ?"),
        arguments: [node, question, buttons])
      guard let series, let first = bins.first, let last = bins.last else { return }
      try counts(
        CountTables.stored.seriesHour, CountTables.stored.seriesDay, key: series[0],
        first.lowerBound..<last.upperBound,
        days.clamped(to: 0..<series[1]), bins
      ) { bin, _, numbers in body(bin, numbers) }
    }

    /// The rows of `hours`, those of `days` by the day, each put into its bin.
    private func counts(
      _ hourly: CountTable, _ daily: CountTable, key: Int64, _ hours: Range<UTCHour>,
      _ days: Range<UTCHour>, _ bins: [Range<UTCHour>],
      _ body: (Int, Int, CountNumbers) -> Void
    ) throws {
      guard let first = bins.first, let last = bins.last else { return }
      let wanted = hours.clamped(to: first.lowerBound..<last.upperBound)
      let days = days.clamped(to: wanted)
      var parts = [(hourly, wanted)]
      if !days.isEmpty {
        parts = [
          (hourly, wanted.lowerBound..<days.lowerBound), (daily, days),
          (hourly, days.upperBound..<wanted.upperBound),
        ]
      }
      var bin = 0
      for (table, part) in parts where !part.isEmpty {
        let statement = try IntegerStatement(db, table.selecting)
        statement.bind(key, at: 1)
        statement.bind(Int64(part.lowerBound), at: 2)
        statement.bind(Int64(part.upperBound), at: 3)
        statement.bind(-1, at: 4)
        try statement.forEachRow {
          let hour = Int(statement.column(0))
          while hour >= bins[bin].upperBound { bin += 1 }
          body(bin, Int(statement.column(1)), statement.row(from: 2).values)
        }
      }
    }
  }
}

/// A quarantined message.
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
