import CivilTime

extension RegistryReader {
  /// The calendar of holidays that the site follows; nil when it names none.
  mutating func holidays(_ value: YAMLNode?) throws(RegistryError) -> Holidays? {
    guard let value else { return nil }
    let text = try source.text(of: value, "holidays")
    guard let calendar = Holidays.Calendar(rawValue: text.string) else {
      let known = Holidays.Calendar.allCases.map(\.rawValue)
      throw source.error(
        text.line,
        "holidays is \(quoted(text.string)); allowed are \(known.joined(separator: " and "))")
    }
    return Holidays(calendar)
  }

  /// The opening hours that a mapping gives, else the inherited ones.
  mutating func openingHours(
    _ members: YAMLSource.Members, _ what: String, inherited: OpeningHours?
  ) throws(RegistryError) -> OpeningHours? {
    guard let member = members.optional("opening_hours") else { return inherited }
    if source.isList(member.value) {
      return try datedHours(member.value, what, inherited: inherited)
    }
    let text = try source.text(of: member.value, "opening_hours of \(what)")
    if let inherited, inherited.text == text.string { return inherited }
    return try hours(text, what)
  }

  private func hours(
    _ text: YAMLSource.Text, _ what: String
  ) throws(RegistryError) -> OpeningHours {
    do throws(OpeningHoursError) {
      let hours = try OpeningHours(parsing: text.string)
      guard holidays != nil || !hours.namesHolidays else {
        throw OpeningHoursError(
          description: "PH needs a calendar; add 'holidays: fi' to the registry")
      }
      return hours
    } catch {
      throw source.error(text.line, "opening_hours of \(what): \(error.description)")
    }
  }

  // MARK: Hours that changed

  /// A list of hours, each with the dates between which they hold.
  private mutating func datedHours(
    _ list: YAMLNode, _ what: String, inherited: OpeningHours?
  ) throws(RegistryError) -> OpeningHours {
    var periods: [(period: OpeningHours.Period, line: Int)] = []
    for element in try source.list(of: list, "opening_hours of \(what)") {
      let members = try source.members(
        of: element, "an entry of opening_hours of \(what)", known: ["from", "to", "hours"])
      let from = try day(members.optional("from")?.value, "from", what)
      let to = try day(members.optional("to")?.value, "to", what)
      let days = (from ?? OpeningHours.allDays.lowerBound, to ?? OpeningHours.allDays.upperBound)
      guard days.0 < days.1 else {
        throw source.error(
          members.line,
          "opening_hours of \(what): an entry that ends where it begins or before; "
            + "'from' must be before 'to'")
      }
      let text = try source.text(
        of: source.required("hours", of: members), "hours of \(what)")
      let rules = try hours(text, what).periods[0].rules
      periods.append(
        (OpeningHours.Period(days: days.0..<days.1, text: text.string, rules: rules), members.line))
    }
    periods.sort { $0.period.days.lowerBound < $1.period.days.lowerBound }
    for (one, next) in zip(periods, periods.dropFirst())
    where one.period.days.overlaps(next.period.days) {
      throw source.error(
        max(one.line, next.line),
        "opening_hours of \(what): two entries (line \(min(one.line, next.line)) too) hold on the "
          + "same days; end one 'to' where the other begins 'from'")
    }
    guard !periods.isEmpty else {
      throw source.error(
        source.line(of: list),
        "opening_hours of \(what) is an empty list; give entries such as "
          + "{from: 2026-06-01, hours: Mo-Fr 08:00-16:00}, or leave it out")
    }
    let hours = OpeningHours(periods.map(\.period), inherited: inherited)
    guard hours.periods.count <= RegistryLimits.openingPeriodsMax else {
      throw source.error(
        source.line(of: list),
        "opening_hours of \(what) are \(hours.periods.count) periods with the inherited ones; "
          + "allowed are \(RegistryLimits.openingPeriodsMax)")
    }
    return hours
  }

  private mutating func day(
    _ value: YAMLNode?, _ member: String, _ what: String
  ) throws(RegistryError) -> Int? {
    guard let value else { return nil }
    let text = try source.text(of: value, "'\(member)' of opening_hours of \(what)")
    guard let date = CivilDate(parsing: text.string) else {
      throw source.error(
        text.line,
        "'\(member)' of opening_hours of \(what) is \(quoted(text.string)); allowed are dates that "
          + "exist, YYYY-MM-DD, or no '\(member)' for an open end")
    }
    return date.daysSince1970
  }
}
