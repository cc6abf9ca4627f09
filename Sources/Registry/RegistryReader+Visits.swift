extension RegistryReader {
  /// What the site says about results of visits; the defaults when it says nothing.
  mutating func visitRules(
    _ member: (line: Int, value: YAMLNode)?
  ) throws(RegistryError) -> VisitRules {
    guard let member else { return VisitRules() }
    let members = try source.members(
      of: member.value, line: member.line, "visits", known: ["minimum", "delay_days"])
    return VisitRules(
      minimum: try number(
        members, "minimum", of: "visits", 0, RegistryLimits.publicMinimumMax,
        default: VisitRules.minimumDefault),
      delayDays: try number(
        members, "delay_days", of: "visits", 0, RegistryLimits.publicDelayDaysMax,
        default: VisitRules.delayDaysDefault))
  }
}
