import GRDB

extension StoreReader.Snapshot {
  /// What went wrong with a device on a UTC day.
  public struct DayTrouble: Sendable, Equatable {
    /// Starts that were noticed, at least.
    public var restarts: Int
    /// Presses that are gone for good.
    public var lost: Int

    public init(restarts: Int, lost: Int) {
      self.restarts = restarts
      self.lost = lost
    }
  }

  /// Of every device, by its number. O(devices).
  ///
  /// - Parameter day: UTC days since 1970.
  public func troubles(day: Int) throws -> [DayTrouble] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT coalesce(restarts, 0),
          coalesce((SELECT sum(lost) FROM bucket WHERE device = device_id AND hour BETWEEN ?2 AND ?3), 0)
        FROM (SELECT id AS device_id FROM device)
        LEFT JOIN device_health ON device_health.device = device_id AND day = ?1
        ORDER BY device_id
        """, arguments: [day, day * 24, day * 24 + 23]
    ).map { DayTrouble(restarts: $0[0], lost: $0[1]) }
  }
}
