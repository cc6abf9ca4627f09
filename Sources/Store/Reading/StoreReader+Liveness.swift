public import CivilTime
import GRDB

extension StoreReader.Snapshot {
  /// When a device is known to have been alive, UTC seconds since 1970, in no order: hours in which
  /// it was pressed, and sessions at the broker, its sleep after them included. What still lasts ends
  /// with `nowSeconds`.
  ///
  /// - Parameter hours: nothing outside is looked for.
  public func liveness(
    device: Int, hours: Range<UTCHour>, nowSeconds: Int
  ) throws -> [Range<Int>] {
    var signs: [Range<Int>] = []
    // In the order of the table's key: hours that follow each other are one sign, for a year of a
    // site's devices has a million.
    let pressed = try IntegerStatement(
      db,
      "SELECT hour FROM bucket WHERE device = ? AND hour >= ? AND hour < ? ORDER BY device, hour")
    pressed.bind(Int64(device + 1), at: 1)
    pressed.bind(Int64(hours.lowerBound), at: 2)
    pressed.bind(Int64(hours.upperBound), at: 3)
    try pressed.forEachRow {
      let from = Int(pressed.column(0)) * 3600
      guard let last = signs.last, from <= last.upperBound else {
        return signs.append(from..<from + 3600)
      }
      if from == last.upperBound {
        signs[signs.count - 1] = last.lowerBound..<from + 3600
      }
    }
    let present = try IntegerStatement(
      db,
      """
      SELECT from_s, coalesce(to_s, ?) FROM presence
      WHERE device = ? AND from_s < ? AND coalesce(to_s, ?) > ?
      """)
    present.bind(Int64(nowSeconds), at: 1)
    present.bind(Int64(device + 1), at: 2)
    present.bind(Int64(hours.upperBound * 3600), at: 3)
    present.bind(Int64(nowSeconds), at: 4)
    present.bind(Int64(hours.lowerBound * 3600), at: 5)
    try present.forEachRow {
      let (from, to) = (Int(present.column(0)), min(Int(present.column(1)), nowSeconds))
      if from < to { signs.append(from..<to) }
    }
    return signs
  }
}
