import CivilTime
import GRDB
import Import
import Registry

/// What withdrawing an import would change, as of one moment.
struct WithdrawalCheck: Sendable {
  private(set) var report: WithdrawalReport
  /// By the number of their device.
  private(set) var hours: [Int: Range<UTCHour>] = [:]

  /// - Throws: `ImportFailure` when there is no such import or it was withdrawn already.
  init(_ db: Database, _ id: Int64) throws {
    let known = try Row.fetchOne(
      db, sql: "SELECT source, file, withdrawn_ms FROM import WHERE id = ?", arguments: [id])
    guard let known else {
      throw ImportFailure("there is no import \(id); see: pikapalaute import list")
    }
    guard known["withdrawn_ms"] == nil else {
      throw ImportFailure("import \(id) was withdrawn already; see: pikapalaute import list")
    }
    report = WithdrawalReport(
      source: known["source"], file: known["file"], taken: 0, restored: 0, places: [])
    let columns = """
      device - 1, count(*), min(hour), max(hour), sum(count_0), sum(count_1), sum(count_2),
      sum(count_3), sum(count_4)
      """
    let taken = try Row.fetchAll(
      db, sql: "SELECT \(columns) FROM import_counted WHERE import_id = ? GROUP BY device",
      arguments: [id])
    // What counts now and stands over an older line is what the older one comes back for.
    let restored = try Row.fetchAll(
      db,
      sql: """
        SELECT \(columns) FROM import_row AS older WHERE (source, key, import_id) IN (
          SELECT source, key, (SELECT max(below.import_id) FROM import_row AS below
              JOIN import ON import.id = below.import_id
              WHERE below.source = line.source AND below.key = line.key
                AND below.import_id < line.import_id AND import.withdrawn_ms IS NULL)
          FROM import_counted AS line WHERE line.import_id = ?)
        GROUP BY device
        """, arguments: [id])
    report.taken = taken.reduce(0) { $0 + ($1[1] as Int) }
    report.restored = restored.reduce(0) { $0 + ($1[1] as Int) }
    for row in taken + restored { widen(row[0], by: row[2]..<(row[3] as Int) + 1) }
    for device in try StoredDevice.fetch(db, numbers: Set(hours.keys)) {
      func responses(_ rows: [Row]) -> Int {
        let own = rows.filter { $0[0] == device.number }
        return own.reduce(0) { sum, row in
          sum + (0..<device.importedButtons).reduce(0) { $0 + (row[4 + $1] as Int) }
        }
      }
      let before =
        try Int.fetchOne(
          db, sql: "SELECT coalesce(sum(imported), 0) FROM bucket WHERE device = ?",
          arguments: [device.number + 1]) ?? 0
      let interval = device.timeline.intervals[0]
      report.places.append(
        WithdrawalReport.Place(
          touchpoint: interval.touchpoint, question: interval.questions[0],
          responsesBefore: before,
          responsesAfter: before - responses(taken) + responses(restored)))
    }
  }

  private mutating func widen(_ device: Int, by range: Range<UTCHour>) {
    let known = hours[device] ?? range
    hours[device] =
      min(known.lowerBound, range.lowerBound)..<max(known.upperBound, range.upperBound)
  }
}
