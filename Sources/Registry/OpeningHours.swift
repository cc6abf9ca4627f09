import CivilTime

/// When a place is open: the common subset of OpenStreetMap's `opening_hours`.
///
/// Rules stand in order. A day follows the last rule that names it, and a rule that names no days
/// names all. Times that run past midnight belong to the day on which they begin, unless a later
/// rule names the day they run into. Where hours changed, each period has rules of its own, and the past
/// is judged by those of then.
public struct OpeningHours: Sendable, Equatable {
  /// As it is written; of several periods all of them, each with its dates.
  public let text: String
  /// In order; they touch and cover every day.
  let periods: [Period]

  init(text: String, periods: [Period]) {
    self.text = text
    self.periods = periods
  }

  /// Days on which the same rules hold.
  struct Period: Sendable, Equatable {
    /// Since 1970-01-01.
    var days: Range<Int>
    /// As it is written; nil = nobody said, and every hour counts as open.
    var text: String?
    var rules: [Rule]
  }

  static let allDays = Int.min..<Int.max

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
  /// apart. Linear in the number of periods and rules.
  public func minutes(ofDay day: Int, holidays: Holidays?) -> [Range<Int>] {
    let rules = rules(ofDay: day)
    let today = rules.lastIndex { $0.names(day: day, holidays: holidays) }
    var open: [Range<Int>] = []
    // The last night of a period ends when it ends.
    let isFirst = periods.contains { $0.days.lowerBound == day }
    let earlier = isFirst ? self.rules(ofDay: day - 1) : rules
    if let before = earlier.lastIndex(where: { $0.names(day: day - 1, holidays: holidays) }),
      isFirst || before >= today ?? 0
    {
      open = earlier[before].times.map { time in
        max(0, time.lowerBound - Self.dayMinutes)..<max(0, time.upperBound - Self.dayMinutes)
      }
    }
    if let today {
      open += rules[today].times.map { $0.clamped(to: 0..<Self.dayMinutes) }
    }
    return Self.joined(open)
  }

  private func rules(ofDay day: Int) -> [Rule] {
    periods.first { day < $0.days.upperBound }?.rules ?? []
  }

  /// `PH` stands in a rule.
  var namesHolidays: Bool { periods.contains { $0.rules.contains { $0.namesHolidays } } }

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
