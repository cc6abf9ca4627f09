public import Foundation

extension ZoneOffsets {
  /// Takes a time zone's transitions; a fraction of a millisecond, up to 1 ms.
  public init(_ timeZone: TimeZone) {
    func floorHours(_ seconds: Int) -> Int { UTC.floorDivision(seconds, by: 3600) }
    var firstHours = [UTCHour.min]
    let epoch = Date(timeIntervalSince1970: 0)
    var offsets = [floorHours(timeZone.secondsFromGMT(for: epoch))]
    for moment in ZoneOffsets.transitions(of: timeZone, after: epoch) {
      // Foundation reports changes of name too; only those of the offset are kept.
      let offset = floorHours(timeZone.secondsFromGMT(for: moment))
      guard offset != offsets[offsets.count - 1] else { continue }
      firstHours.append(UTC.hour(ofSecond: Int(moment.timeIntervalSince1970) + 3599))
      offsets.append(offset)
    }
    self.firstHours = firstHours
    self.offsetsHours = offsets
  }

  /// The first moment from 2000 to 2100 at which the offset is not a whole number of hours.
  public static func firstFractionalOffset(
    of timeZone: TimeZone
  ) -> (moment: Date, offsetSeconds: Int)? {
    let first = Date(timeIntervalSince1970: 946_684_800)  // 2000-01-01T00:00:00Z
    let end = Date(timeIntervalSince1970: 4_102_444_800)  // 2100-01-01T00:00:00Z
    for moment in [first] + transitions(of: timeZone, after: first) where moment < end {
      let seconds = timeZone.secondsFromGMT(for: moment)
      if seconds % 3600 != 0 { return (moment, seconds) }
    }
    return nil
  }

  private static func transitions(of timeZone: TimeZone, after start: Date) -> [Date] {
    let end = Date(timeIntervalSince1970: 7_258_118_400)  // 2200-01-01T00:00:00Z
    var moments: [Date] = []
    var last = start
    while let next = timeZone.nextDaylightSavingTimeTransition(after: last), next > last,
      next < end
    {
      moments.append(next)
      last = next
    }
    return moments
  }
}
