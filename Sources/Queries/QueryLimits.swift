import Reporting

/// How much one question may ask, each number with its unit and its reason.
public enum QueryLimits {
  /// Rows of one answer at most: a year of hours for thirty-four places.
  public static let cellsMax = 300_000
  /// Touchpoints of all series times hours of the range, of coverage at most: a city for eight
  /// years.
  public static let coveragePlaceHoursMax = 10_000_000
  /// Points of a control chart at most: thirteen years of days.
  public static let pointsMax = 5000
  /// Hours of a calendar of days on a page at most: a leap year with the hour that autumn adds.
  public static let calendarHoursMax = 366 * 24 + 1
  /// Places that are ranked or compared at once; each is compared with each.
  public static let placesMax = 2000
  /// Bytes of the archive that one request counts again at most: under a second.
  public static let asOfBytesMax = 256 << 20
  /// Presses that a page may be asked for, and that it has at most: what one bearer has of memory
  /// holds no more.
  public static let pressesMax = 100_000
  public static let pressesPerPageMax = 65_536
  /// Bytes of a press on its way: its line and its text.
  public static let pressBytes = 1024
  /// Presses that look the same at most, over all pages: what a cursor may say.
  public static let samePressesMax = 1_000_000
  /// Seconds after which a page of presses ends with the hours that are complete, and after which
  /// there is none when not one is.
  public static let pressReadSeconds = 2
  public static let pressReadSecondsMax = 20
  /// Changes of one answer at most, and without a limit given.
  public static let changesMax = 10_000
  public static let changesDefault = 1000
  /// A device that is not at the broker is silent after this time without a sign of it,
  /// milliseconds: its touchpoint's quietest open hour is not a fault yet.
  public static let silentAfterMilliseconds: Int64 = 3_600_000
  /// Starts of a device on one day that are more than an update and a cut of the power.
  public static let troubledRestartsMin = 3
  /// Millivolts below which a battery wants to be changed: two alkaline cells of 1.25 V have a tenth
  /// of their charge left, some weeks.
  public static let lowBatteryMillivolts = 2500
  /// Local days, today included, of which a device's presses are told.
  public static let deviceCountsDays = 30
  /// Quarantined messages of one device that are told, the newest.
  public static let deviceQuarantineMax = 20

  /// Bytes that coverage keeps of a row.
  static let coverageRowBytes = 128
  /// Bytes of a period, whatever the number of series.
  static let binBytes = 16
  /// Bytes of the text at hand while an answer is written.
  public static let chunkBytes = 262_144
  /// Bytes of the largest answer without coverage: each cell a period of its own.
  public static let largestAnswerBytes =
    cellsMax * (SeriesAggregates.cellBytes + binBytes) + chunkBytes
  /// Bytes of memory of a file on its way, some: a touchpoint's three questions by the hour.
  public static let fileBytes = 8 << 20
  /// Bytes of a file on the disk until it was taken: a city of 2000 touchpoints by the hour.
  public static let fileBytesMax = 1 << 30
}
