import CivilTime

/// Why opening hours were not understood: nothing is guessed.
public struct OpeningHoursError: Error, Equatable, CustomStringConvertible {
  /// What is wrong and what is allowed, for one line.
  public let description: String
}

extension OpeningHours {
  /// Reads `Mo-Fr 08:00-16:00; Sa,PH 10:00-14:00; Dec 24 off` and the like.
  ///
  /// - Throws: ``OpeningHoursError`` for anything outside the subset that `docs/coverage.md` lists.
  public init(parsing text: String) throws(OpeningHoursError) {
    guard text.utf8.count <= RegistryLimits.openingHoursBytesMax else {
      throw OpeningHoursError(
        description: "\(text.utf8.count) bytes; allowed are \(RegistryLimits.openingHoursBytesMax)")
    }
    var rules: [Rule] = []
    for part in text.split(separator: ";", omittingEmptySubsequences: false) {
      var reader = OpeningHoursReader(part)
      rules.append(try reader.rule())
    }
    self.init(text: text, periods: [Period(days: Self.allDays, text: text, rules: rules)])
  }
}

/// Reads one rule from left to right.
struct OpeningHoursReader {
  private enum Token: Equatable {
    case word(String)
    case number(Int, digits: Int)
    case mark(Character)
  }

  private struct Point {
    var year: Int?
    var month: Int
    var day: Int?
  }

  private static let weekdays = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
  private static let monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  private static let words = weekdays + months + ["PH", "off", "closed"]

  private let text: Substring
  private var tokens: [Token] = []
  private var place = 0

  init(_ text: Substring) {
    self.text = text
    var rest = text[...]
    while let first = rest.first {
      let isLetter = first.isASCII && first.isLetter
      let isDigit = first.isASCII && first.isNumber
      let run =
        isLetter
        ? rest.prefix { $0.isASCII && $0.isLetter }
        : isDigit ? rest.prefix { $0.isASCII && $0.isNumber } : rest.prefix(1)
      rest = rest[run.endIndex...]
      if first == " " { continue }
      if isLetter {
        tokens.append(.word(String(run)))
      } else if isDigit {
        tokens.append(.number(Int(run) ?? .max, digits: run.count))
      } else {
        tokens.append(.mark(first))
      }
    }
  }

  private var token: Token? { place < tokens.count ? tokens[place] : nil }
  private var following: Token? { place + 1 < tokens.count ? tokens[place + 1] : nil }

  private func failure(_ reason: String) -> OpeningHoursError {
    OpeningHoursError(description: "\(quoted(text.trimmed)): \(reason)")
  }

  private mutating func take(_ mark: Character) -> Bool {
    guard token == .mark(mark) else { return false }
    place += 1
    return true
  }

  mutating func rule() throws(OpeningHoursError) -> OpeningHours.Rule {
    var rule = OpeningHours.Rule()
    if tokens.isEmpty { throw failure("a rule is empty; remove the semicolon") }
    if tokens == [.number(24, digits: 2), .mark("/"), .number(7, digits: 1)] {
      rule.times = [0..<OpeningHours.dayMinutes]
      return rule
    }
    try readDates(&rule)
    try readDays(&rule)
    switch token {
    case .word("off"), .word("closed"):
      place += 1
    case .number:
      try readTimes(&rule)
    case nil:
      throw failure("has no times; write 00:00-24:00, or off")
    case .word(let word):
      throw failure(
        "\(quoted(word)) is not understood here" + Spelling.hint(for: word, among: Self.words)
          + "; allowed are dates, weekdays, PH, times HH:MM-HH:MM, off and 24/7, in this order")
    case .mark(let mark):
      throw failure(
        "'\(mark)' is not understood here; allowed are dates, weekdays, PH, times HH:MM-HH:MM, "
          + "off and 24/7, in this order")
    }
    guard token == nil else {
      throw failure("goes on after its end; separate rules with a semicolon")
    }
    return rule
  }

  // MARK: Dates

  private func month(_ token: Token?) -> Int? {
    guard case .word(let word) = token else { return nil }
    return Self.months.firstIndex(of: word).map { $0 + 1 }
  }

  private var beginsDate: Bool {
    if case .number(_, digits: 4) = token { return true }
    return month(token) != nil
  }

  private mutating func readDates(_ rule: inout OpeningHours.Rule) throws(OpeningHoursError) {
    guard beginsDate else { return }
    repeat {
      guard beginsDate else {
        throw failure("name the month in every part of a list of dates, as in Dec 24,Dec 31")
      }
      rule.dates.append(try dateRange())
    } while take(",")
  }

  private mutating func dateRange() throws(OpeningHoursError) -> OpeningHours.DateRange {
    let first = try point(inMonthOf: nil)
    let last = take("-") ? try point(inMonthOf: first) : first
    guard (first.day == nil) == (last.day == nil) else {
      throw failure("a range of dates goes from month to month or from day to day")
    }
    guard let firstYear = first.year else {
      guard last.year == nil else { throw failure("name the year at both ends") }
      return .yearly(
        first: 32 * first.month + (first.day ?? 1), last: 32 * last.month + (last.day ?? 31))
    }
    guard let lastYear = last.year else { throw failure("name the year at both ends") }
    let end =
      last.day.flatMap { CivilDate(year: lastYear, month: last.month, day: $0)?.daysSince1970 }
      ?? CivilDate(year: lastYear, carryingMonth: last.month + 1).daysSince1970 - 1
    guard let start = CivilDate(year: firstYear, month: first.month, day: first.day ?? 1),
      last.day == nil || CivilDate(year: lastYear, month: last.month, day: last.day ?? 1) != nil,
      start.daysSince1970 <= end
    else { throw failure("no such dates in that year, or the last before the first") }
    return .once(start.daysSince1970...end)
  }

  /// A month, or a day; after `first -` perhaps its day alone.
  private mutating func point(inMonthOf first: Point?) throws(OpeningHoursError) -> Point {
    if let first, first.day != nil, let day = try dayOfMonth(first.month) {
      return Point(year: first.year, month: first.month, day: day)
    }
    var point = Point(year: nil, month: 0, day: nil)
    if case .number(let year, digits: 4) = token {
      guard (1970...2199).contains(year) else { throw failure("years are 1970 to 2199") }
      point.year = year
      place += 1
    }
    guard let month = month(token) else {
      throw failure("a month is missing; allowed are \(Self.months.joined(separator: ", "))")
    }
    place += 1
    point.month = month
    point.day = try dayOfMonth(month)
    // 2018 Jun-Aug, but not 2018 Dec 24-Jan 6.
    if let first, first.day == nil, point.year == nil { point.year = first.year }
    return point
  }

  /// Takes a day; nil when a time follows, or nothing.
  private mutating func dayOfMonth(_ month: Int) throws(OpeningHoursError) -> Int? {
    guard case .number(let day, let digits) = token, digits <= 2, following != .mark(":") else {
      return nil
    }
    guard (1...Self.monthDays[month - 1]).contains(day) else {
      throw failure("\(Self.months[month - 1]) has no day \(day)")
    }
    place += 1
    return day
  }

  // MARK: Weekdays

  private mutating func readDays(_ rule: inout OpeningHours.Rule) throws(OpeningHoursError) {
    guard case .word(let word) = token, word != "off", word != "closed" else { return }
    repeat {
      if token == .word("PH") {
        place += 1
        rule.namesHolidays = true
        continue
      }
      let first = try weekday()
      let last = take("-") ? try weekday() : first
      var day = first
      rule.weekdays |= 1 << UInt8(day)
      while day != last {
        day = (day + 1) % 7
        rule.weekdays |= 1 << UInt8(day)
      }
    } while take(",")
  }

  private mutating func weekday() throws(OpeningHoursError) -> Int {
    guard case .word(let word) = token else {
      throw failure(
        "a weekday is missing; allowed are \(Self.weekdays.joined(separator: ", ")) and PH")
    }
    guard let day = Self.weekdays.firstIndex(of: word) else {
      throw failure(
        "\(quoted(word)) is no weekday" + Spelling.hint(for: word, among: Self.words)
          + "; allowed are \(Self.weekdays.joined(separator: ", ")) and PH")
    }
    place += 1
    return day
  }

  // MARK: Times

  private mutating func readTimes(_ rule: inout OpeningHours.Rule) throws(OpeningHoursError) {
    repeat {
      let start = try minute()
      guard start < OpeningHours.dayMinutes, take("-") else {
        throw failure("times are HH:MM-HH:MM from 00:00 on, such as 08:00-16:00 or 22:00-02:00")
      }
      var end = try minute()
      if end < start && end <= OpeningHours.dayMinutes { end += OpeningHours.dayMinutes }
      guard start < end, end - start <= OpeningHours.dayMinutes else {
        throw failure("a time lasts up to 24 hours; write 00:00-24:00 for all day")
      }
      rule.times.append(start..<end)
    } while take(",")
  }

  private mutating func minute() throws(OpeningHoursError) -> Int {
    guard case .number(let hour, digits: 2) = token, following == .mark(":"),
      place + 2 < tokens.count, case .number(let minute, digits: 2) = tokens[place + 2],
      minute < 60, 60 * hour + minute <= 2 * OpeningHours.dayMinutes
    else {
      throw failure(
        "times are HH:MM-HH:MM, 00:00 to 24:00, such as 08:00-16:00 or 22:00-02:00; "
          + "separate rules with a semicolon")
    }
    place += 3
    return 60 * hour + minute
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
