import BucketCore
public import CivilTime
import Foundation
import GRDB
import Ingest
public import Registry

/// A moment that counts are asked of as they were.
public enum AsOf: Sendable {
  /// `data` of an answer.
  case revision(Int64)
  /// UTC milliseconds since 1970: all that had been received by then and was stored with nothing
  /// received later.
  case time(milliseconds: Int64)
}

/// Why counts of the past cannot be told.
public enum PastError: Error, CustomStringConvertible {
  case unknownRevision(Int64, known: ClosedRange<Int64>)
  case tooLong(bytesMax: Int)
  /// Of visits; frames received up to a time are gone.
  case erased(throughMilliseconds: Int64)

  public var description: String {
    switch self {
    case .unknownRevision(let revision, let known):
      "revision \(revision) is not known; known are \(known.lowerBound) to \(known.upperBound), "
        + "and times"
    case .tooLong(let bytesMax):
      "over \(bytesMax) bytes of the archive would have to be counted again"
    case .erased(let last):
      "frames of visits that were received later, until \(RFC3339.format(milliseconds: last)), were "
        + "erased (keep_days of visits): what stood before cannot be told any more"
    }
  }
}

/// The archive and the imports as they were at some moment.
public struct PastMoment: Sendable, Equatable {
  /// The revision that held; 0 = from before revisions were kept.
  public var revision: Int64
  /// The last segment that was there; 0 = none.
  var segment: Int64
  /// Imports whose lines counted.
  var imports: [Int64]
}

extension StoreReader.Snapshot {
  /// What was there at a moment.
  ///
  /// - Throws: ``PastError``
  public func moment(_ asOf: AsOf) throws -> PastMoment {
    switch asOf {
    case .revision(let revision):
      let first = try Int64.fetchOne(db, sql: "SELECT min(data) FROM revision_change") ?? 0
      let last = try Int64.fetchOne(db, sql: "SELECT data FROM revision") ?? 0
      let anchor = try Row.fetchOne(
        db,
        sql: "SELECT data, segment FROM revision_change WHERE data <= ? ORDER BY data DESC LIMIT 1",
        arguments: [revision])
      guard let anchor, revision <= last else {
        throw PastError.unknownRevision(revision, known: first...max(first, last))
      }
      // Since then each revision was a batch.
      let segment: Int64 = anchor[1] + (revision - anchor[0])
      return PastMoment(
        revision: revision, segment: segment, imports: try imports(at: revision, milliseconds: nil))
    case .time(let milliseconds):
      var segment = try lastSegment(receivedBy: milliseconds)
      let change = try Row.fetchOne(
        db,
        sql: """
          SELECT data, segment FROM revision_change WHERE at_ms <= ? ORDER BY data DESC LIMIT 1
          """, arguments: [milliseconds])
      if let change { segment = max(segment, change[1]) }
      let anchor = try Row.fetchOne(
        db,
        sql: """
          SELECT data, segment FROM revision_change WHERE segment < ? ORDER BY data DESC LIMIT 1
          """, arguments: [segment])
      let revision = anchor.map { $0[0] + (segment - $0[1]) } ?? 0
      let held = max(revision, change?[0] ?? 0)
      return PastMoment(
        revision: held, segment: segment,
        imports: try imports(at: held, milliseconds: milliseconds))
    }
  }

  /// When the last frame came that was there at a moment, UTC milliseconds since 1970; 0 = none.
  public func lastReceived(of moment: PastMoment) throws -> Int64 {
    try lastReceived(segment: moment.segment)
  }

  /// The last segment whose last frame had been received by a time: segments are in that order, as
  /// far as the service's clock went forward.
  private func lastSegment(receivedBy milliseconds: Int64) throws -> Int64 {
    var low: Int64 = 0
    var high = try Int64.fetchOne(db, sql: "SELECT max(id) FROM segment") ?? 0
    while low < high {
      let middle = (low + high + 1) / 2
      let isThere = try lastReceived(segment: middle) <= milliseconds
      if isThere { low = middle } else { high = middle - 1 }
    }
    return low
  }

  private func lastReceived(segment: Int64) throws -> Int64 {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT * FROM segment WHERE id = ?", arguments: [segment])
    else { return 0 }
    // A file that no newer version wrote to yet has no such column.
    if row.hasColumn("received_ms"), let received: Int64 = row["received_ms"] { return received }
    return try row.withUnsafeData(named: "records") { records in
      try unsafe (records ?? Data()).withUnsafeBytes { bytes in
        var reader = unsafe ArchiveReader(bytes)
        var last: Int64 = 0
        while let record = try reader.next() { last = record.receivedAtMilliseconds }
        return last
      }
    }
  }

  /// Imports that had come and were not withdrawn: while one is counted it has not come, and while its
  /// withdrawal is, it has not gone.
  private func imports(at revision: Int64, milliseconds: Int64?) throws -> [Int64] {
    // A file that no newer version wrote to yet has no such column.
    let hasState = try db.columns(in: "import").contains { $0.name == "state" }
    let state = hasState ? "state" : "'done'"
    // Those that changed no count that is on record are told by their times.
    return try Int64.fetchAll(
      db,
      sql: """
        SELECT import.id FROM import
        LEFT JOIN (SELECT import_id, max(data) AS data FROM revision_change WHERE cause = 'import'
          GROUP BY import_id) AS added ON added.import_id = import.id
        LEFT JOIN (SELECT import_id, max(data) AS data FROM revision_change
          WHERE cause = 'withdrawal' GROUP BY import_id) AS taken ON taken.import_id = import.id
        WHERE (\(state) = 'done' OR \(state) = 'counting' AND withdrawn_ms IS NOT NULL)
          AND coalesce(added.data <= ?1, imported_ms <= ?2, 1)
          AND NOT (\(state) = 'done' AND coalesce(taken.data <= ?1, withdrawn_ms <= ?2,
            withdrawn_ms IS NOT NULL))
        """, arguments: [revision, milliseconds])
  }

  /// Counts again what stood in a range of hours at a moment, under today's registry and rules.
  ///
  /// Reads the archive from its beginning up to the moment.
  ///
  /// - Parameters:
  ///   - devices: numbers of the devices asked for.
  ///   - bytesMax: of the archive.
  ///   - each: called for parts of sums, any number of times for one device, hour and slot.
  /// - Throws: ``PastError``, or what is wrong with the archive.
  public func counts(
    at moment: PastMoment, hours: Range<UTCHour>, devices: Set<Int>, bytesMax: Int = .max,
    progress: (Double) -> Void = { _ in },
    _ each: (_ device: Int, _ hour: UTCHour, _ slot: Int, CountNumbers) -> Void
  ) throws {
    let stored = try StoredDevice.fetchAll(db)
    let annulments = try Annulments.load(db, at: moment.revision)
    if let last = try ErasedFrames.lastErased(db, of: devices, after: moment.segment) {
      throw PastError.erased(throughMilliseconds: last)
    }
    for device in try ErasedFrames.devices(db, only: devices) {
      for (hour, slot, row) in try ErasedFrames.counts(db, device: device, hours) {
        each(device, hour, slot, annulments.standing(row, device: device, hour: hour).values)
      }
    }
    try Replay.frames(
      db, devices: stored, only: devices, upTo: moment.segment, bytesMax: bytesMax,
      progress: progress
    ) { core, _ in
      for index in 0..<core.deltaCount {
        let delta = core.delta(at: index)
        if hours.contains(delta.hour) {
          let row = annulments.standing(
            CountRow(delta), device: delta.device, hour: delta.hour)
          each(delta.device, delta.hour, delta.slot, row.values)
        }
      }
    }
    for device in stored where device.isImport && devices.contains(device.number) {
      try importedCounts(device, at: moment, hours: hours, each)
    }
  }

  private func importedCounts(
    _ device: StoredDevice, at moment: PastMoment, hours: Range<UTCHour>,
    _ each: (_ device: Int, _ hour: UTCHour, _ slot: Int, CountNumbers) -> Void
  ) throws {
    let there = moment.imports.map(String.init).joined(separator: ", ")
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT hour, count_0, count_1, count_2, count_3, count_4, excluded FROM import_row AS line
        WHERE device = ? AND hour >= ? AND hour < ? AND import_id IN (\(there)) AND NOT EXISTS
          (SELECT 1 FROM import_row AS newer WHERE newer.source = line.source
            AND newer.key = line.key AND newer.import_id > line.import_id
            AND newer.import_id IN (\(there)))
        """, arguments: [device.number + 1, hours.lowerBound, hours.upperBound])
    while let row = try rows.next() {
      var counts = CountRow()
      for button in 0..<5 {
        let responses: Int64 = row[1 + button]
        let isThere = button < device.importedButtons
        counts.values[isThere ? button : CountNumber.invalid.rawValue] += responses
        if isThere { counts.values[CountNumber.imported.rawValue] += responses }
      }
      counts.values[CountNumber.excluded.rawValue] = row[6]
      each(device.number, row[0], 0, counts.values)
    }
  }
}
