import CivilTime

extension OpeningHours {
  /// Hours that changed with time.
  ///
  /// - Parameters:
  ///   - own: periods in order, apart, at least one.
  ///   - inherited: what holds on days of none of them; nil = every hour counts as open.
  init(_ own: [Period], inherited: OpeningHours?) {
    let around =
      inherited?.periods ?? [
        Period(days: Self.allDays, text: nil, rules: [Rule(times: [0..<Self.dayMinutes])])
      ]
    var periods: [Period] = []
    func fill(_ days: Range<Int>) {
      for period in around where period.days.overlaps(days) && !days.isEmpty {
        var part = period
        part.days = period.days.clamped(to: days)
        periods.append(part)
      }
    }
    var covered = Self.allDays.lowerBound
    for period in own {
      fill(covered..<period.days.lowerBound)
      periods.append(period)
      covered = period.days.upperBound
    }
    fill(covered..<Self.allDays.upperBound)
    self.init(text: periods.map(\.described).joined(separator: " | "), periods: periods)
  }
}

extension OpeningHours.Period {
  /// Such as `from 2026-06-01 until 2027-01-01: Mo-Fr 08:00-16:00`.
  fileprivate var described: String {
    func date(_ day: Int) -> CivilDate { CivilDate(daysSince1970: day) }
    var words: [String] = []
    if days.lowerBound > OpeningHours.allDays.lowerBound {
      words.append("from \(date(days.lowerBound))")
    }
    if days.upperBound < OpeningHours.allDays.upperBound {
      words.append("until \(date(days.upperBound))")
    }
    return words.joined(separator: " ") + ": \(text ?? "every hour")"
  }
}
