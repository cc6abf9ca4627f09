/// Dates, weeks and hours. The calendar is the caller's: these write what they are given.
extension Language {
  /// `12.9.2018`, in English `12 September 2018`.
  ///
  /// - Parameter month: 1…12, as everywhere here.
  public func date(year: Int, month: Int, day: Int) -> String {
    switch self {
    case .fi, .sv: "\(day).\(month).\(year)"
    case .en: "\(day) \(monthName(month)) \(year)"
    }
  }

  /// `12.9.`, in English `12 Sep`: for an axis, which says the year elsewhere.
  public func dayAndMonth(month: Int, day: Int) -> String {
    switch self {
    case .fi, .sv: "\(day).\(month)."
    case .en: "\(day) \(monthShort(month))"
    }
  }

  /// From a first to a last day: `10.–16.9.2018`, in English `10–16 September 2018`.
  public func dates(
    from first: (year: Int, month: Int, day: Int), through last: (year: Int, month: Int, day: Int)
  ) -> String {
    let end = date(year: last.year, month: last.month, day: last.day)
    if first == last { return end }
    guard first.year == last.year else {
      let dash = self == .en ? " – " : "–"
      return date(year: first.year, month: first.month, day: first.day) + dash + end
    }
    let isOneMonth = first.month == last.month
    switch self {
    case .fi, .sv: return "\(first.day).\(isOneMonth ? "" : "\(first.month).")–\(end)"
    case .en:
      return isOneMonth ? "\(first.day)–\(end)" : "\(first.day) \(monthName(first.month)) – \(end)"
    }
  }

  /// `syyskuu`, `september`, `September`.
  public func monthName(_ month: Int) -> String {
    Language.monthNames[self]?[month - 1] ?? ""
  }

  /// `syys`, `sep`, `Sep`: for an axis.
  public func monthShort(_ month: Int) -> String {
    Language.monthShorts[self]?[month - 1] ?? ""
  }

  /// `syyskuu 2018`.
  public func monthAndYear(year: Int, month: Int) -> String {
    "\(monthName(month)) \(year)"
  }

  /// `keskiviikko`, `onsdag`, `Wednesday`.
  ///
  /// - Parameter weekday: 1 = Monday … 7 = Sunday, as everywhere here.
  public func weekdayName(_ weekday: Int) -> String {
    Language.weekdayNames[self]?[weekday - 1] ?? ""
  }

  /// `ke`, `on`, `We`.
  public func weekdayShort(_ weekday: Int) -> String {
    String(weekdayName(weekday).prefix(2))
  }

  /// An ISO week: `viikko 37`, `vecka 37`, `week 37`.
  public func week(_ number: Int) -> String {
    switch self {
    case .fi: "viikko \(number)"
    case .sv: "vecka \(number)"
    case .en: "week \(number)"
    }
  }

  /// An ISO week for an axis or a tile: `vko 37`, `v. 37`, `wk 37`.
  public func weekShort(_ number: Int) -> String {
    switch self {
    case .fi: "vko \(number)"
    case .sv: "v. \(number)"
    case .en: "wk \(number)"
    }
  }

  /// From one full hour to another: `klo 14–15`, `kl. 14–15`, `14:00–15:00`.
  ///
  /// - Parameters: 0…24.
  public func hours(from start: Int, to end: Int) -> String {
    switch self {
    case .fi: "klo \(start)–\(end)"
    case .sv: "kl. \(start)–\(end)"
    case .en: "\(Language.padded(start)):00–\(Language.padded(end)):00"
    }
  }

  /// A time of day: `klo 14.05`, `kl. 14.05`, `14:05`.
  public func time(hour: Int, minute: Int) -> String {
    switch self {
    case .fi: "klo \(hour).\(Language.padded(minute))"
    case .sv: "kl. \(hour).\(Language.padded(minute))"
    case .en: "\(Language.padded(hour)):\(Language.padded(minute))"
    }
  }

  private static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
  }
}
