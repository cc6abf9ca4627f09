import CivilTime

/// When a place is open: the common subset of OpenStreetMap's `opening_hours`.
///
/// Rules stand in order. A day follows the last rule that names it, and a rule that names no days
/// names all. Times that run past midnight belong to the day on which they begin, unless a later
/// rule names the day they run into.
public struct OpeningHours: Sendable, Equatable {
  /// As it is written.
  public let text: String
  let rules: [Rule]

  /// Days, and the times that hold on them.
  struct Rule: Sendable, Equatable {
    /// Empty: any date.
    var dates: [DateRange] = []
    /// Bit 0 is Monday.
    var weekdays: UInt8 = 0
    /// The public holidays too, whatever their weekday.
    var namesHolidays = false
    /// Minutes since the day's midnight, each begins before 1440 and ends up to 2880; empty: closed.
    var times: [Range<Int>] = []

    func names(day: Int, holidays: Holidays?) -> Bool {
      if !dates.isEmpty && !dates.contains(where: { $0.contains(day: day) }) { return false }
      if weekdays == 0 && !namesHolidays { return true }
      return weekdays >> UInt8(CivilDate.weekday(ofDay: day)) & 1 == 1
        || namesHolidays && holidays?.name(ofDay: day) != nil
    }
  }

  /// Dates, first and last inclusive.
  enum DateRange: Sendable, Equatable {
    /// Of every year, as 32 · month + day; the last may be the smaller one.
    case yearly(first: Int, last: Int)
    /// Days since 1970-01-01.
    case once(ClosedRange<Int>)

    func contains(day: Int) -> Bool {
      switch self {
      case .once(let days): return days.contains(day)
      case .yearly(let first, let last):
        let date = CivilDate(daysSince1970: day)
        let key = 32 * date.month + date.day
        return first <= last ? first <= key && key <= last : first <= key || key <= last
      }
    }
  }

  /// Minutes in a day of clocks that do not change.
  static let dayMinutes = 1440

  /// What holds on a local day, counted from 1970-01-01: minutes of its clock, 0…1440, in order and
  /// apart. Linear in the number of rules.
  public func minutes(ofDay day: Int, holidays: Holidays?) -> [Range<Int>] {
    func last(_ day: Int) -> Int? {
      rules.lastIndex { $0.names(day: day, holidays: holidays) }
    }
    let today = last(day)
    var open: [Range<Int>] = []
    if let before = last(day - 1), before >= today ?? 0 {
      open = rules[before].times.map { time in
        max(0, time.lowerBound - Self.dayMinutes)..<max(0, time.upperBound - Self.dayMinutes)
      }
    }
    if let today {
      open += rules[today].times.map { $0.clamped(to: 0..<Self.dayMinutes) }
    }
    return Self.joined(open)
  }

  /// `PH` stands in a rule.
  var namesHolidays: Bool { rules.contains { $0.namesHolidays } }

  private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
