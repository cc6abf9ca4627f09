import GRDB

extension StoreReader.Snapshot {
  /// What is known of every device, by its number; of one alone where `device` says which.
  public func deviceHealth(device: Int? = nil) throws -> [DeviceHealth] {
    func only(_ column: String) -> String { device.map { "WHERE \(column) = \($0 + 1)" } ?? "" }
    let first = device ?? 0
    var health: [DeviceHealth] = []
    let devices = try Row.fetchCursor(
      db,
      sql: """
        SELECT status, status_received_ms, status ->> 'state' IS 'sleeping',
          coalesce(status ->> 'battery_mv', battery_mv), coalesce(status ->> 'journal', journal),
          coalesce(status ->> 'rssi_dbm', rssi_dbm), coalesce(status ->> 'firmware', firmware),
          ahead_ms, model, revision, reported_config
        FROM device LEFT JOIN configuration ON configuration.device = device.id
        LEFT JOIN device_health ON device_health.device = device.id AND day = (
          SELECT max(day) FROM device_health WHERE device_health.device = device.id)
        \(only("device.id")) ORDER BY device.id
        """)
    while let row = try devices.next() {
      health.append(
        DeviceHealth(
          statusJSON: row[0], statusReceivedAtMilliseconds: row[1], isSleeping: row[2],
          batteryMillivolts: row[3], journal: row[4], rssiDBm: row[5], firmware: row[6],
          clockAheadMilliseconds: row[7], model: row[8], configuredRevision: row[9],
          reportedRevision: row[10]))
    }
    let sessions = try Row.fetchCursor(
      db,
      sql: """
        SELECT device, heard_s, to_s, max(from_s) FROM presence \(only("device")) GROUP BY device
        """)
    while let row = try sessions.next() {
      let place: Int = row[0] - 1 - first
      let end: Int64? = row[2]
      health[place].statusHeardAtMilliseconds = row[1] as Int64 * 1000
      health[place].presenceEndMilliseconds = end.map { $0 * 1000 }
      health[place].isPresent = end == nil
    }
    let cursors = try Row.fetchCursor(
      db,
      sql: """
        SELECT device, epoch, next, last_counted_ms, noticed_ms
        FROM cursor LEFT JOIN reused_epoch USING (device, epoch) \(only("device"))
        ORDER BY device, segment
        """)
    while let row = try cursors.next() {
      let place: Int = row[0] - 1 - first
      let epoch: Int64 = row[1]
      if epoch < 0 {
        health[place].unsequencedPresses = row[2]
      } else {
        health[place].epochs.append(
          DeviceHealth.Epoch(epoch: UInt32(epoch), next: row[2], reusedAtMilliseconds: row[4]))
      }
      health[place].lastCountedMilliseconds = row[3]
    }
    return health
  }

  /// What a device said of itself day by day, the oldest first; at most `HealthDay.daysMax`.
  public func healthDays(device: Int) throws -> [HealthDay] {
    try Row.fetchAll(
      db, sql: "SELECT \(HealthDay.columns) FROM device_health WHERE device = ? ORDER BY day",
      arguments: [device + 1]
    ).map(HealthDay.init)
  }
}
