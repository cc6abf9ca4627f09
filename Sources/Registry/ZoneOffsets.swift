public import Foundation

/// A time zone as a table: from which UTC hour which offset holds.
///
/// Read once from Foundation for 1970…2199, then looked up by bisection; a look-up neither
/// allocates nor locks. Offsets are whole hours, which the registry makes sure of from the year
/// 2000 on; earlier ones are rounded down. A change within an hour holds from the next hour.
public struct ZoneOffsets: Sendable, Equatable, Codable {
  /// UTC hour from which the offset of the same index holds; ascending, the first is `Int.min`.
  let firstHours: [Int]
  /// Hours east of Greenwich.
  let offsetsHours: [Int]

  /// Takes a time zone's transitions; a fraction of a millisecond, up to 1 ms.
  public init(_ timeZone: TimeZone) {
    var firstHours = [Int.min]
    let epoch = Date(timeIntervalSince1970: 0)
    var offsets = [ZoneOffsets.floorHours(timeZone.secondsFromGMT(for: epoch))]
    for moment in ZoneOffsets.transitions(of: timeZone, after: epoch) {
      // Foundation reports changes of name too; only those of the offset are kept.
      let offset = ZoneOffsets.floorHours(timeZone.secondsFromGMT(for: moment))
      guard offset != offsets[offsets.count - 1] else { continue }
      firstHours.append(-ZoneOffsets.floorHours(-Int(moment.timeIntervalSince1970)))
      offsets.append(offset)
    }
    self.firstHours = firstHours
    self.offsetsHours = offsets
  }

  /// Hours east of Greenwich in the given UTC hour since 1970. Any hour.
  public func offsetHours(at hour: Int) -> Int {
    offsetsHours[segment(at: hour)]
  }

  /// The day, counted from 1970-01-01, that the given UTC hour lies in locally.
  public func day(of hour: Int) -> Int {
    let local = hour + offsetHours(at: hour)
    return local >= 0 ? local / 24 : (local - 23) / 24
  }

  /// The first UTC hour of a local day, the day counted from 1970-01-01.
  ///
  /// Its midnight; where clocks jump over midnight, the first moment after; where they pass
  /// midnight twice, the first time. A day that the zone skipped starts where the next one does.
  public func startOfDay(_ day: Int) -> Int {
    second(ofDay: day, minute: 0) / 3600
  }

  /// The first UTC second at which a local day's clock shows so many minutes, or more.
  ///
  /// Where clocks jump over the time, the moment after the jump; where they show it twice, the
  /// first time. Minutes 0…1440; the day is counted from 1970-01-01.
  public func second(ofDay day: Int, minute: Int) -> Int {
    let local = day * 24 * 3600 + minute * 60
    // No zone is further than 26 hours from Greenwich: the search can start there.
    var index = segment(at: day * 24 - 26)
    while true {
      let first = firstHours[index] == .min ? .min : firstHours[index] * 3600
      let moment = max(first, local - offsetsHours[index] * 3600)
      index += 1
      if index == firstHours.count || moment < firstHours[index] * 3600 { return moment }
    }
  }

  /// The first UTC hour of the local day that holds the given UTC hour.
  public func startOfDay(containing hour: Int) -> Int {
    let day = day(of: hour)
    // Where clocks pass midnight twice, the new day has begun before the old one's last hour.
    let next = startOfDay(day + 1)
    return next <= hour ? next : startOfDay(day)
  }

  /// The part of a range of UTC hours that is whole local days; may be empty.
  public func wholeDays(in hours: Range<Int>) -> Range<Int> {
    let end = startOfDay(containing: hours.upperBound)
    var start = startOfDay(containing: hours.lowerBound)
    var day = day(of: hours.lowerBound)
    while start < hours.lowerBound {
      day += 1
      start = startOfDay(day)
    }
    return start < end ? start..<end : end..<end
  }

  /// The first moment from 2000 to 2100 at which the offset is not a whole number of hours.
  static func firstFractionalOffset(of timeZone: TimeZone) -> (moment: Date, offsetSeconds: Int)? {
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

  private static func floorHours(_ seconds: Int) -> Int {
    seconds >= 0 ? seconds / 3600 : (seconds - 3599) / 3600
  }

  /// Index of the last entry that begins at or before the hour.
  private func segment(at hour: Int) -> Int {
    var low = 0
    var high = firstHours.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstHours[middle] <= hour { low = middle } else { high = middle }
    }
    return low
  }
}
