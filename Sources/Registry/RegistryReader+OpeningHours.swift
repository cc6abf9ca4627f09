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
    let text = try source.text(of: member.value, "opening_hours of \(what)")
    if let inherited, inherited.text == text.string { return inherited }
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
}
