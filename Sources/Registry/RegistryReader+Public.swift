extension RegistryReader {
  private static let ruleMembers = ["by", "cell_min", "total_min", "delay_days"]

  /// What the site says about its public results; the defaults when it says nothing.
  mutating func publicRules(_ member: (line: Int, value: YAMLNode)?) throws(RegistryError)
    -> PublicRules
  {
    guard let member else { return PublicRules() }
    let members = try source.members(
      of: member.value, line: member.line, "public", known: RegistryReader.ruleMembers)
    var period = PublicRules.Period.month
    if let by = members.optional("by") {
      let text = try source.text(of: by.value, "by of public")
      guard let known = PublicRules.Period(rawValue: text.string) else {
        let allowed = PublicRules.Period.allCases.map(\.rawValue).joined(separator: ", ")
        throw source.error(
          text.line, "by of public is \(quoted(text.string)); allowed is one of \(allowed)")
      }
      period = known
    }
    return PublicRules(
      period: period,
      cellMin: try number(
        members, "cell_min", PublicRules.cellMinFloor, RegistryLimits.publicMinimumMax),
      totalMin: try number(
        members, "total_min", PublicRules.totalMinFloor, RegistryLimits.publicMinimumMax),
      delayDays: try number(
        members, "delay_days", 0, RegistryLimits.publicDelayDaysMax,
        default: PublicRules.delayDaysDefault))
  }

  /// A whole number from `least` on, which is what holds when the member is absent.
  mutating func number(
    _ members: YAMLSource.Members, _ name: String, of rules: String = "public", _ least: Int,
    _ most: Int, default value: Int? = nil
  ) throws(RegistryError) -> Int {
    guard let member = members.optional(name) else { return value ?? least }
    let text = try source.text(of: member.value, "\(name) of \(rules)")
    guard let number = Digits.number(Array(text.string.utf8)[...]),
      (least...most).contains(number)
    else {
      throw source.error(
        text.line,
        "\(name) of \(rules) is \(quoted(text.string)); allowed is a whole number from "
          + "\(least) to \(most)\(least > 0 ? "; a smaller one would tell single answers" : "")")
    }
    return number
  }

  /// Whether a node is public: as its `public` says, else as the node above.
  ///
  /// What is public below what is not could be subtracted from what is public above it; so that
  /// is refused.
  mutating func isPublic(
    _ members: YAMLSource.Members, id: String, above: PublicState
  ) throws(RegistryError) -> PublicState {
    guard let member = members.optional("public") else { return above }
    let text = try source.text(of: member.value, "public of node '\(id)'")
    switch (text.string, above) {
    case ("true", .withheld):
      throw source.error(
        text.line,
        "node '\(id)' is public below one that is 'public: false' below a public one; "
          + "make the one between public, or this one not")
    case ("true", _): return .open
    case ("false", .open), ("false", .withheld): return .withheld
    case ("false", .silent): return .silent
    default:
      throw source.error(
        text.line, "public of node '\(id)' is \(quoted(text.string)); allowed are true and false")
    }
  }
}

/// Whether a node is public, and if not, whether a public one stands above it.
enum PublicState {
  /// Nothing above it is public.
  case silent
  case open
  /// Taken out of a public tree.
  case withheld
}
