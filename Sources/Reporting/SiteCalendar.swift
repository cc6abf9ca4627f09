public import CivilTime
public import Foundation
import Registry

/// The calendar of a site: hours of UTC to local periods and texts, and back.
///
/// ISO weeks, the zone's own days of 23, 24 and 25 hours. Made once per site; after that nothing
/// asks Foundation, so that a year of hourly rows takes milliseconds.
public struct SiteCalendar: Sendable {
  let offsets: ZoneOffsets

  /// Takes the zone's offsets for 1970…2199; about a millisecond.
  public init(timeZone: TimeZone) {
    offsets = ZoneOffsets(timeZone)
  }

  /// The part of a range of hours that is whole local days; may be empty.
  public func wholeDays(in hours: Range<UTCHour>) -> Range<UTCHour> {
    offsets.wholeDays(in: hours)
  }

  /// Whether an hour is the first of a local day.
  public func isStartOfDay(_ hour: UTCHour) -> Bool {
    offsets.startOfDay(containing: hour) == hour
  }

  /// The hours of a year, those before 1970-01-01T00:00:00Z left out.
  ///
  /// - Parameter year: 1970…2197.
  public func hours(ofYear year: Int) -> Range<UTCHour> {
    func start(_ year: Int) -> UTCHour {
      max(0, offsets.startOfDay(CivilDate(year: year, carryingMonth: 1).daysSince1970))
    }
    return start(year)..<start(year + 1)
  }

  /// The periods that cover `from..<to` without gap, each cut to the range.
  ///
  /// In order; empty when `from` is not before `to`. Linear in the number
  /// of periods.
  public func bins(
    from: UTCHour, to: UTCHour, by granularity: Granularity
  ) -> [Range<UTCHour>] {
    guard from < to else { return [] }
    switch granularity {
    case .total: return [from..<to]
    case .hour: return (from..<to).map { $0..<$0 + 1 }
    case .day, .week, .month, .quarter, .year: break
    }
    var bins: [Range<UTCHour>] = []
    var day = offsets.day(of: from)
    var start = from
    while start < to {
      day = SiteCalendar.firstDay(after: day, granularity)
      let end = min(to, offsets.startOfDay(day))
      // A day that the zone skipped has no hours and no row.
      if start < end {
        bins.append(start..<end)
        start = end
      }
    }
    return bins
  }

  /// The first day of the period after the one that holds the given day; days since 1970-01-01.
  private static func firstDay(after day: Int, _ granularity: Granularity) -> Int {
    switch granularity {
    case .hour, .total, .day: return day + 1
    case .week: return day - CivilDate.weekday(ofDay: day) + 7
    case .month, .quarter, .year:
      let date = CivilDate(daysSince1970: day)
      let next =
        switch granularity {
        case .year: CivilDate(year: date.year + 1, carryingMonth: 1)
        case .quarter:
          CivilDate(year: date.year, carryingMonth: (date.month - 1) / 3 * 3 + 4)
        default: CivilDate(year: date.year, carryingMonth: date.month + 1)
        }
      return next.daysSince1970
    }
  }
}
