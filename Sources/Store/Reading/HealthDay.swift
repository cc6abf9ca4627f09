import GRDB

/// What a device said of itself on one UTC day: its values as of the last message that had them, and
/// the worst of the day.
///
/// A device has at most ``daysMax`` rows, however often it speaks and for how many years.
public struct HealthDay: Sendable, Equatable {
  /// UTC days since 1970.
  public var day: Int
  /// When the last message came, UTC since 1970.
  public var heardAtMilliseconds: Int64
  public var batteryMillivolts: Int?
  public var batteryMillivoltsMin: Int?
  /// Presses that wait in the device's journal.
  public var journal: Int?
  public var journalMax: Int?
  public var rssiDBm: Int?
  public var rssiDBmMin: Int?
  /// By how much the device's clock was ahead of ours; below 0 also when the message waited.
  public var clockAheadMilliseconds: Int64?
  /// The furthest from 0.
  public var clockAheadMillisecondsMost: Int64?
  public var firmware: String?
  /// Starts that were noticed, at least.
  public var restarts: Int

  /// Days kept of each device, the newest: thirteen months, so that a battery can be compared with
  /// the one of a year ago.
  public static let daysMax = 400

  static let table = """
    CREATE TABLE device_health (           -- what devices said of themselves
      device INTEGER NOT NULL REFERENCES device (id),
      day INTEGER NOT NULL,                -- UTC days since 1970
      heard_ms INTEGER NOT NULL,           -- the last message that said any of it
      battery_mv INTEGER, battery_mv_min INTEGER,
      journal INTEGER, journal_max INTEGER,
      rssi_dbm INTEGER, rssi_dbm_min INTEGER,
      ahead_ms INTEGER, ahead_ms_most INTEGER,
      firmware TEXT,
      epoch INTEGER, boot INTEGER,         -- as it said last, on whatever day
      restarts INTEGER NOT NULL,
      PRIMARY KEY (device, day)
    ) STRICT, WITHOUT ROWID
    """

  static let columns = """
    day, heard_ms, battery_mv, battery_mv_min, journal, journal_max, rssi_dbm, rssi_dbm_min, \
    ahead_ms, ahead_ms_most, firmware, restarts
    """

  /// - Parameter row: begins with ``columns``.
  init(_ row: Row) {
    day = row[0]
    heardAtMilliseconds = row[1]
    batteryMillivolts = row[2]
    batteryMillivoltsMin = row[3]
    journal = row[4]
    journalMax = row[5]
    rssiDBm = row[6]
    rssiDBmMin = row[7]
    clockAheadMilliseconds = row[8]
    clockAheadMillisecondsMost = row[9]
    firmware = row[10]
    restarts = row[11]
  }
}
