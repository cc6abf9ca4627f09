public import CivilTime
import GRDB
import Registry
import Synchronization

/// What an annulment takes out of the counts, or gives back to them.
public struct AnnulmentReport: Sendable {
  public struct Place: Sendable {
    public var touchpoint: String
    public var question: String
    /// All presses, whatever was made of them.
    public var presses: Int
    /// Of them those that counted.
    public var responses: Int
  }

  /// Number of the annulment.
  public var id: Int64
  public var device: String
  public var hours: Range<UTCHour>
  public var reason: String
  /// Where anything changes.
  public var places: [Place]

  public var presses: Int { places.reduce(0) { $0 + $1.presses } }
}

/// Why an annulment cannot be made or undone.
public struct AnnulmentFailure: Error, CustomStringConvertible {
  public let description: String
}

extension Store {
  /// Characters of a reason at most.
  public static let annulmentReasonMax = 500

  /// Takes the presses of a device out of the counts, also those of these hours that come later.
  ///
  /// They are kept, shown as `annulled`, and count again once it is undone. The change and its line
  /// for the audit log are one transaction.
  ///
  /// - Parameters:
  ///   - hours: not empty.
  ///   - reason: for people, 1 to ``annulmentReasonMax`` characters.
  /// - Throws: ``AnnulmentFailure`` for a device that there is not; `StoreError`.
  public func annul(
    device name: String, hours: Range<UTCHour>, reason: String, isDryRun: Bool = false,
    actor: String, nowMilliseconds: Int64
  ) throws -> AnnulmentReport {
    try changeAnnulments(isDryRun: isDryRun) { db, devices in
      guard let device = devices.first(where: { $0.name == name && !$0.isImport }) else {
        throw AnnulmentFailure(
          description: "device '\(name)' is not known; GET /api/v1/devices lists what is")
      }
      // Its number and revision are known only now.
      try db.execute(
        sql: """
          INSERT INTO annulment (device, from_hour, to_hour, reason, made_ms, made_by, made_data)
          SELECT ?, ?, ?, ?, ?, ?, data + 1 FROM revision
          """,
        arguments: [
          device.number + 1, hours.lowerBound, hours.upperBound, reason, nowMilliseconds, actor,
        ])
      var report = AnnulmentReport(
        id: db.lastInsertedRowID, device: name, hours: hours, reason: reason, places: [])
      try Self.countAgain(db, &report, device, devices, .annulment, nowMilliseconds)
      try AuditOutbox.add(
        db, actor: actor, action: .pressesAnnulled, detail: report.audited,
        atMilliseconds: nowMilliseconds)
      return report
    }
  }

  /// Undoes an annulment: its presses count again, but for hours that another still annuls.
  ///
  /// - Throws: ``AnnulmentFailure`` when there is no such annulment or it was undone already;
  ///   `StoreError`.
  public func undoAnnulment(
    _ id: Int64, isDryRun: Bool = false, actor: String, nowMilliseconds: Int64
  ) throws -> AnnulmentReport {
    try changeAnnulments(isDryRun: isDryRun) { db, devices in
      let row = try Row.fetchOne(db, sql: "SELECT * FROM annulment WHERE id = ?", arguments: [id])
      guard let row else {
        throw AnnulmentFailure(
          description: "there is no annulment \(id); see: pikapalaute annul --list")
      }
      guard row["undone_ms"] == nil else {
        throw AnnulmentFailure(
          description: "annulment \(id) was undone already; see: pikapalaute annul --list")
      }
      try db.execute(
        sql: """
          UPDATE annulment SET undone_ms = ?, undone_by = ?,
            undone_data = (SELECT data + 1 FROM revision) WHERE id = ?
          """, arguments: [nowMilliseconds, actor, id])
      let from: Int = row["from_hour"]
      let hours = from..<row["to_hour"]
      let number: Int = row["device"] - 1
      let device = devices[number]
      var report = AnnulmentReport(
        id: id, device: device.name, hours: hours, reason: row["reason"], places: [])
      try Self.countAgain(db, &report, device, devices, .annulmentUndone, nowMilliseconds)
      try AuditOutbox.add(
        db, actor: actor, action: .annulmentUndone, detail: report.audited,
        atMilliseconds: nowMilliseconds)
      return report
    }
  }

  private func changeAnnulments(
    isDryRun: Bool, _ change: (Database, [StoredDevice]) throws -> AnnulmentReport
  ) throws -> AnnulmentReport {
    let report = try writeOrRollBack { db in
      (try change(db, try StoredDevice.fetchAll(db)), isKept: !isDryRun)
    }
    // This store goes on counting by what stands now.
    let (annulled, summed) = try file.explaining {
      try queue.inDatabase { (try Annulments.load($0), try DailyRollup.load($0)) }
    }
    annulments.withLock { $0 = annulled }
    days.withLock { $0 = summed }
    return report
  }

  /// One transaction that `change` may give up in the end.
  private func writeOrRollBack<Value>(
    _ change: (Database) throws -> (Value, isKept: Bool)
  ) throws -> Value {
    try file.refuseDamaged()
    return try file.explaining {
      try queue.writeWithoutTransaction { db in
        var value: Value?
        try db.inTransaction {
          let (result, isKept) = try change(db)
          value = result
          return isKept ? .commit : .rollback
        }
        guard let value else { preconditionFailure("a transaction that did not run") }
        return value
      }
    }
  }

  /// Counts the device of a report again from the archive, sums included, under a new revision; the
  /// report's places say by how much their `annulled` differs from before.
  private static func countAgain(
    _ db: Database, _ report: inout AnnulmentReport, _ device: StoredDevice,
    _ devices: [StoredDevice], _ cause: ChangeCause, _ nowMilliseconds: Int64
  ) throws {
    let hours = report.hours
    let numbers = [device.number]
    let before = try places(db, device, hours)
    let index = try SeriesIndex.make(db, devices: devices)
    let days = try DailyRollup.load(db)
    try SeriesHours.apply(db, devices: numbers, index: index, days: days, taking: true)
    try countAgain(db, numbers, devices: devices)
    try SeriesHours.apply(db, devices: numbers, index: index, days: days, taking: false)
    try CountTables.stored.sweepSeries(db)
    try Revisions.advanceAll(
      db,
      Revisions.Change(
        cause: cause, nowMilliseconds: nowMilliseconds,
        hours: hours.lowerBound...hours.upperBound - 1))
    let after = try places(db, device, hours)
    report.places = zip(before, after).map { before, after in
      var place = after
      place.presses = abs(after.presses - before.presses)
      place.responses = abs(after.responses - before.responses)
      return place
    }.filter { $0.presses > 0 }
  }

  /// `annulled` and responses of every place that a device served in `hours`.
  private static func places(
    _ db: Database, _ device: StoredDevice, _ hours: Range<UTCHour>
  ) throws -> [AnnulmentReport.Place] {
    var places: [AnnulmentReport.Place] = []
    for interval in device.timeline.intervals where interval.hours.overlaps(hours) {
      let range = interval.hours.clamped(to: hours)
      for (slot, question) in interval.questions.enumerated() {
        // A slot that does not exist counts with the first question.
        let row = try Row.fetchOne(
          db,
          sql: """
            SELECT coalesce(sum(annulled), 0),
              coalesce(sum(count_0 + count_1 + count_2 + count_3 + count_4), 0)
            FROM bucket WHERE device = ?1 AND hour >= ?2 AND hour < ?3
              AND (slot = ?4 + ?6 OR ?4 = 0 AND slot >= ?5 + ?6 AND slot < ?7)
            """,
          arguments: [
            device.number + 1, range.lowerBound, range.upperBound, slot, interval.questions.count,
            interval.storedSlots.lowerBound, interval.storedSlots.upperBound,
          ])
        places.append(
          AnnulmentReport.Place(
            touchpoint: interval.touchpoint, question: question, presses: row?[0] ?? 0,
            responses: row?[1] ?? 0))
      }
    }
    return places
  }
}

extension AnnulmentReport {
  /// For the audit log.
  fileprivate var audited: String {
    let places = places.map { "\($0.presses) of \($0.touchpoint)" }.joined(separator: ", ")
    return "annulment \(id), device \(device), UTC hours \(hours.lowerBound) to "
      + "\(hours.upperBound): \(presses) presses\(places.isEmpty ? "" : " (\(places))"), \(reason)"
  }
}

extension StoreReader.Snapshot {
  /// An annulment as it stands in the record.
  public struct Annulment: Sendable {
    public var id: Int64
    public var device: String
    public var hours: Range<UTCHour>
    public var reason: String
    public var madeAtMilliseconds: Int64
    public var madeBy: String
    /// When and by whom it was undone; nil while it stands.
    public var undone: (atMilliseconds: Int64, by: String)?
  }

  /// All annulments, the oldest first.
  public func annulments() throws -> [Annulment] {
    guard try db.tableExists("annulment") else { return [] }
    return try Row.fetchAll(
      db,
      sql: """
        SELECT annulment.*, name FROM annulment JOIN device ON device.id = annulment.device
        ORDER BY annulment.id
        """
    ).map { row in
      let from: Int = row["from_hour"]
      let undoneAt: Int64? = row["undone_ms"]
      return Annulment(
        id: row["id"], device: row["name"], hours: from..<row["to_hour"], reason: row["reason"],
        madeAtMilliseconds: row["made_ms"], madeBy: row["made_by"],
        undone: undoneAt.map { ($0, row["undone_by"]) })
    }
  }
}
