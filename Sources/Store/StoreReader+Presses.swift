import Foundation
import GRDB
public import Ingest

extension StoreReader.Snapshot {
  /// One press, wherever it came from.
  public struct StoredPress: Sendable {
    /// The device's number, also of the device that stands for imported numbers.
    public var device: Int
    /// UTC milliseconds since 1970.
    public var atMilliseconds: Int64
    /// nil for imported ones.
    public var receivedAtMilliseconds: Int64?
    public var button: Int
    public var slot: Int
    public var outcome: CountedPress.Outcome
    public var isEstimated: Bool
  }

  /// The single presses of some devices in a range of time, in the order of time.
  ///
  /// Reads the archive from its beginning, since what became of a press depends on those before
  /// it; a second or so for a million presses of these devices.
  ///
  /// - Parameters:
  ///   - hours: per device number, the UTC hours asked for.
  ///   - limit: reading ends with the first press over it.
  /// - Returns: nil when there are more than `limit`.
  public func presses(
    hours: [Int: [Range<Int>]], limit: Int
  ) throws -> [StoredPress]? {
    var found: [StoredPress] = []
    let devices = try StoredDevice.fetchAll(db)
    var history = PressHistory(devices: devices.map(\.engineDevice))
    let rows = try Row.fetchCursor(db, sql: "SELECT id, records FROM segment ORDER BY id")
    while let row = try rows.next() {
      try row.withUnsafeData(atIndex: 1) { records in
        try unsafe (records ?? Data()).withUnsafeBytes { bytes in
          var reader = unsafe ArchiveReader(bytes)
          while let record = try reader.next() {
            guard let wanted = hours[record.device] else { continue }
            try history.tell(record) { press in
              let hour = Int(press.atMilliseconds / 3_600_000)
              guard wanted.contains(where: { $0.contains(hour) }) else { return }
              found.append(StoredPress(press))
            }
          }
        }
      }
      if found.count > limit { return nil }
    }
    for (device, ranges) in hours.sorted(by: { $0.key < $1.key }) {
      for range in ranges {
        found += try importedPresses(devices[device], hours: range, limit: limit)
      }
      if found.count > limit { return nil }
    }
    return found.sorted { ($0.atMilliseconds, $0.device) < ($1.atMilliseconds, $1.device) }
  }

  private func importedPresses(
    _ device: StoredDevice, hours: Range<Int>, limit: Int
  ) throws -> [StoredPress] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT at_ms, button, excluded FROM import_row
        WHERE device = ? AND hour >= ? AND hour < ? AND at_ms IS NOT NULL LIMIT ?
        """, arguments: [device.number + 1, hours.lowerBound, hours.upperBound, limit + 1]
    ).map { row in
      let outcome: CountedPress.Outcome =
        row[2] == 1 ? .excluded : row[1] < device.importedButtons ? .counted : .invalid
      return StoredPress(
        device: device.number, atMilliseconds: row[0], receivedAtMilliseconds: nil,
        button: row[1], slot: 0, outcome: outcome, isEstimated: false)
    }
  }
}

extension StoreReader.Snapshot.StoredPress {
  init(_ press: CountedPress) {
    self.init(
      device: press.device, atMilliseconds: press.atMilliseconds,
      receivedAtMilliseconds: press.receivedAtMilliseconds, button: press.button,
      slot: press.slot, outcome: press.outcome, isEstimated: press.isEstimated)
  }
}
