import CivilTime
import GRDB
import Registry

/// Whose presses are taken out of the counts, and in which hours.
///
/// The presses stay in the archive, and their cursors stand. Of an annulled hour every row of counts
/// says how many there were (`annulled`) and nothing else, but for `lost`: of presses that never
/// came there is nothing to take out. So every sum of rows is right without knowing of it.
struct Annulments: Sendable {
  static let table = """
    CREATE TABLE annulment (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      device INTEGER NOT NULL REFERENCES device (id),
      from_hour INTEGER NOT NULL,        -- UTC hours since 1970
      to_hour INTEGER NOT NULL,          -- the first that is not annulled
      reason TEXT NOT NULL,
      made_ms INTEGER NOT NULL,
      made_by TEXT NOT NULL,
      made_data INTEGER NOT NULL,        -- the revision it made
      undone_ms INTEGER,                 -- NULL: it stands
      undone_by TEXT,
      undone_data INTEGER
    ) STRICT;
    """

  /// By a device's number.
  private var hours: [Int: [Range<UTCHour>]] = [:]

  /// Everything counts.
  static let none = Annulments()

  /// What stands, or stood when a revision held.
  static func load(_ db: Database, at revision: Int64 = .max) throws -> Annulments {
    var annulments = Annulments()
    // A file that no newer version wrote to yet.
    guard try db.tableExists("annulment", in: "main") else { return annulments }
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT device - 1, from_hour, to_hour FROM main.annulment
        WHERE made_data <= ?1 AND (undone_data IS NULL OR undone_data > ?1)
        """, arguments: [revision])
    while let row = try rows.next() {
      let from: Int = row[1]
      annulments.hours[row[0], default: []].append(from..<row[2])
    }
    return annulments
  }

  /// Whether the presses of a device and UTC hour are taken out.
  func contain(device: Int, hour: UTCHour) -> Bool {
    guard let ranges = hours[device] else { return false }
    return ranges.contains { $0.contains(hour) }
  }

  /// What is counted where a row would be added.
  func standing(_ row: CountRow, device: Int, hour: UTCHour) -> CountRow {
    if hours.isEmpty || !contain(device: device, hour: hour) { return row }
    var annulled = CountRow()
    annulled.values[CountNumber.lost.rawValue] = row.values[CountNumber.lost.rawValue]
    annulled.values[CountNumber.annulled.rawValue] = Self.pressNumbers.reduce(0) {
      $0 + row.values[$1.rawValue]
    }
    return annulled
  }

  /// Every press is in one of them.
  private static let pressNumbers: [CountNumber] = [
    .count0, .count1, .count2, .count3, .count4, .excluded, .invalid,
  ]
}
