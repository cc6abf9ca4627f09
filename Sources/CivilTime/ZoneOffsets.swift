/// A time zone as a table: from which hour of UTC which offset holds.
///
/// Read once from Foundation for 1970…2199, then looked up by bisection; a look-up neither
/// allocates nor locks. Offsets are whole hours, which the registry makes sure of from the year
/// 2000 on; earlier ones are rounded down. A change within an hour holds from the next hour.
public struct ZoneOffsets: Sendable, Equatable, Codable {
  /// From which hour on the offset of the same index holds; ascending, the first is `.min`.
  let firstHours: [UTCHour]
  /// Hours east of Greenwich.
  let offsetsHours: [Int]

  /// Hours east of Greenwich in any hour.
  public func offsetHours(at hour: UTCHour) -> Int {
    offsetsHours[segment(at: hour)]
  }

  /// The day, counted from 1970-01-01, that the given hour lies in locally.
  public func day(of hour: UTCHour) -> Int {
    UTC.floorDivision(hour + offsetHours(at: hour), by: 24)
  }

  /// The first hour of a local day, the day counted from 1970-01-01.
  ///
  /// Its midnight; where clocks jump over midnight, the first moment after; where they pass
  /// midnight twice, the first time. A day that the zone skipped starts where the next one does.
  public func startOfDay(_ day: Int) -> UTCHour {
    UTC.hour(ofSecond: second(ofDay: day, minute: 0))
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

  /// The first hour of the local day that holds the given hour.
  public func startOfDay(containing hour: UTCHour) -> UTCHour {
    let day = day(of: hour)
    // Where clocks pass midnight twice, the new day has begun before the old one's last hour.
    let next = startOfDay(day + 1)
    return next <= hour ? next : startOfDay(day)
  }

  /// The part of a range of hours that is whole local days; may be empty.
  public func wholeDays(in hours: Range<UTCHour>) -> Range<UTCHour> {
    let end = startOfDay(containing: hours.upperBound)
    var start = startOfDay(containing: hours.lowerBound)
    var day = day(of: hours.lowerBound)
    while start < hours.lowerBound {
      day += 1
      start = startOfDay(day)
    }
    return start < end ? start..<end : end..<end
  }

  /// Index of the last entry that begins at or before the hour.
  private func segment(at hour: UTCHour) -> Int {
    var low = 0
    var high = firstHours.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstHours[middle] <= hour { low = middle } else { high = middle }
    }
    return low
  }
}
