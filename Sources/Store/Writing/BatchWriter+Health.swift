import GRDB
import Ingest

extension BatchWriter {
  /// What a device said last of which journal and start is its own.
  private struct Start {
    var day: Int64
    var epoch: Int64?
    var boot: Int64?
  }

  /// Keeps what a status message says about its device's health, in the row of its day.
  ///
  /// Of each batch it is one message of the device, so a flood costs one row a batch, written again.
  /// A Will says nothing of health, and what the broker only repeats was said on another day.
  func writeHealth(device: Int, _ received: IngestBatch.ReceivedStatus) throws {
    let (status, now) = (received.health, received.receivedAtMilliseconds)
    if received.isRetained || status.saysNothing { return }
    let before = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT day, epoch, boot FROM device_health WHERE device = ? ORDER BY day DESC LIMIT 1"
      ), arguments: [device + 1]
    ).map { Start(day: $0[0], epoch: $0[1], boot: $0[2]) }
    let day = now / 86_400_000
    let epoch = status.epoch.map(Int64.init) ?? before?.epoch
    let boot = status.boot.map(Int64.init) ?? before?.boot
    let ahead = received.clockAheadMilliseconds
    let (battery, journal, rssi) = (
      status.batteryMillivolts.within(0...60_000), status.journal.within(0...0xFFFF_FFFF),
      status.rssiDBm.within(-200...20)
    )
    try db.cachedStatement(
      sql: """
        INSERT INTO device_health (device, \(HealthDay.columns), epoch, boot)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
          heard_ms = excluded.heard_ms,
          battery_mv = coalesce(excluded.battery_mv, battery_mv),
          battery_mv_min = min(coalesce(battery_mv_min, excluded.battery_mv_min),
            coalesce(excluded.battery_mv_min, battery_mv_min)),
          journal = coalesce(excluded.journal, journal),
          journal_max = max(coalesce(journal_max, excluded.journal_max),
            coalesce(excluded.journal_max, journal_max)),
          rssi_dbm = coalesce(excluded.rssi_dbm, rssi_dbm),
          rssi_dbm_min = min(coalesce(rssi_dbm_min, excluded.rssi_dbm_min),
            coalesce(excluded.rssi_dbm_min, rssi_dbm_min)),
          ahead_ms = coalesce(excluded.ahead_ms, ahead_ms),
          ahead_ms_most = CASE
            WHEN abs(coalesce(excluded.ahead_ms_most, 0)) < abs(coalesce(ahead_ms_most, 0))
            THEN ahead_ms_most ELSE coalesce(excluded.ahead_ms_most, ahead_ms_most) END,
          firmware = coalesce(excluded.firmware, firmware),
          epoch = excluded.epoch, boot = excluded.boot,
          restarts = restarts + excluded.restarts
        """
    ).execute(
      arguments: [
        device + 1, day, now, battery, battery, journal, journal, rssi, rssi, ahead, ahead,
        status.firmware, isRestart(from: before, epoch: epoch, boot: boot) ? 1 : 0, epoch, boot,
      ])
    if before?.day != day { try trimHealth(device: device) }
  }

  /// Whether the device started anew: by its own word, else by a new journal.
  private func isRestart(from before: Start?, epoch: Int64?, boot: Int64?) -> Bool {
    guard let before else { return false }
    if let known = before.boot { return boot != known }
    guard let known = before.epoch else { return false }
    return epoch != known
  }

  private func trimHealth(device: Int) throws {
    try db.cachedStatement(
      sql: """
        DELETE FROM device_health WHERE device = ?1 AND day <= (
          SELECT day FROM device_health WHERE device = ?1 ORDER BY day DESC LIMIT 1 OFFSET ?2)
        """
    ).execute(arguments: [device + 1, HealthDay.daysMax])
  }
}

extension DeviceStatus {
  /// It is a Will, or a farewell like one.
  fileprivate var saysNothing: Bool {
    state == .offline && epoch == nil && firmware == nil && batteryMillivolts == nil
      && journal == nil && rssiDBm == nil && boot == nil && sentAt == nil
  }
}

extension Int? {
  /// nil for what no device can mean.
  fileprivate func within(_ range: ClosedRange<Int>) -> Int? {
    flatMap { range.contains($0) ? $0 : nil }
  }
}
