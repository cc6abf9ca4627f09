extension RegistryReader {
  /// What the site says about results of visits; the defaults when it says nothing.
  mutating func visitRules(
    _ member: (line: Int, value: YAMLNode)?
  ) throws(RegistryError) -> VisitRules {
    guard let member else { return VisitRules() }
    let members = try source.members(
      of: member.value, line: member.line, "visits", known: ["minimum", "delay_days", "keep_days"])
    let keepDays = try number(
      members, "keep_days", of: "visits", 0, RegistryLimits.keepDaysMax,
      default: VisitRules.keepDaysDefault)
    if (1..<VisitRules.keepDaysMin).contains(keepDays) {
      throw source.error(
        members.line,
        "keep_days of visits is '\(keepDays)'; allowed are 0 (for ever) and "
          + "\(VisitRules.keepDaysMin) to \(RegistryLimits.keepDaysMax): what comes late must still be "
          + "told from what came before")
    }
    return VisitRules(
      minimum: try number(
        members, "minimum", of: "visits", 0, RegistryLimits.publicMinimumMax,
        default: VisitRules.minimumDefault),
      delayDays: try number(
        members, "delay_days", of: "visits", 0, RegistryLimits.publicDelayDaysMax,
        default: VisitRules.delayDaysDefault),
      keepDays: keepDays)
  }

  /// Refuses public periods from which fewer visits could be told than are told together: weeks are
  /// parts of months, and what comes between a publication and the day's own telling is their difference.
  func refuseToTellVisits(
    _ line: Int, _ rules: PublicRules, _ visits: VisitRules, _ nodes: [Node]
  ) throws(RegistryError) {
    guard visits.isGuarded, let visit = publicVisit(nodes, isPublic: false) else { return }
    if rules.period == .week {
      throw source.error(
        line,
        "by of public is 'week', and '\(visit)' counts visits in what is public: weeks taken from a "
          + "month would tell a few visits; allowed there are month, quarter and year")
    }
    if rules.delayDays < visits.delayDays {
      throw source.error(
        line,
        "delay_days of public is \(rules.delayDays), and '\(visit)' counts visits in what is public, "
          + "which are told after \(visits.delayDays) days: what comes between would be told alone; "
          + "allowed there is \(visits.delayDays) or more")
    }
  }

  /// The first touchpoint of visits at or below a public node.
  private func publicVisit(_ nodes: [Node], isPublic: Bool) -> String? {
    for node in nodes {
      let isPublic = isPublic || node.isPublic
      if isPublic && node.touchpoint?.channel == .visit { return node.id }
      if let found = publicVisit(node.children, isPublic: isPublic) { return found }
    }
    return nil
  }
}
