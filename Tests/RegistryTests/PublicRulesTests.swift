import Registry
import Testing

@Suite struct PublicRulesTests {
  static func file(_ site: String, _ nodes: String) -> String {
    """
    site: helsinki
    time_zone: Europe/Helsinki
    questions: [{id: palvelu, buttons: 4}]
    \(site)
    nodes:
    \(nodes)
    """
  }

  static let tree = """
    - id: a
      kind: area
      public: true
      nodes:
        - {id: b, kind: touchpoint, question: palvelu}
        - {id: c, kind: area, public: false, nodes: [{id: d, kind: area}]}
    - id: e
      kind: area
      nodes: [{id: f, kind: area, public: true}]
    """

  @Test("a node is public when it says so, or the one above; else not")
  func inherited() throws {
    let registry = try Registry(yaml: Self.file("", Self.tree), name: "registry.yaml")
    #expect(registry.allNodes.filter(\.isPublic).map(\.id) == ["a", "b", "f"])
    #expect(registry.publicRules.period == .month && registry.publicRules.delayDays == 3)
    #expect(registry.publicRules.cellMin == 5 && registry.publicRules.totalMin == 10)
  }

  @Test("a site may ask for more, and wait for as long as it likes")
  func rules() throws {
    let line = "public: {by: quarter, cell_min: 6, total_min: 20, delay_days: 0}"
    let rules = try Registry(yaml: Self.file(line, Self.tree), name: "r").publicRules
    #expect(rules.period == .quarter && rules.cellMin == 6)
    #expect(rules.totalMin == 20 && rules.delayDays == 0)
  }

  static let refusals: [Refusal] = [
    Refusal(
      "smaller cells", file("public: {cell_min: 4}", tree), line: 4, "cell_min of public is '4'",
      "from 5"),
    Refusal("smaller totals", file("public: {total_min: 9}", tree), line: 4, "'9'", "from 10"),
    Refusal("days", file("public: {by: day}", tree), line: 4, "week, month, quarter, year"),
    Refusal("for ever", file("public: {delay_days: 367}", tree), line: 4, "0 to 366"),
    Refusal("another member", file("public: {cells: 5}", tree), line: 4, "unknown member 'cells'"),
    Refusal(
      "neither", file("", "- {id: a, kind: area, public: yes}"), line: 6, "'yes'", "true and false"),
    Refusal(
      "public below what was taken out",
      file(
        "",
        "- {id: a, kind: area, public: true, nodes: [{id: b, kind: area, public: false, nodes: ["
          + "{id: c, kind: area, public: true}]}]}"), line: 6, "node 'c' is public below"),
  ]

  static let visits = """
    - id: a
      kind: area
      public: true
      nodes: [{id: hc, kind: touchpoint, channel: visit, question: palvelu, public: false}]
    """

  static let visitRefusals: [Refusal] = [
    Refusal(
      "weeks, which are taken from months", file("public: {by: week}", visits), line: 4,
      "'week'", "'hc' counts visits", "month, quarter and year"),
    Refusal(
      "before visits are told", file("public: {delay_days: 2}", visits), line: 4,
      "delay_days of public is 2", "3 or more"),
    Refusal(
      "before visits are told later",
      file("visits: {delay_days: 9}", visits), line: 4, "delay_days of public is 3", "9 or more"),
  ]

  @Test(
    "public periods from which a few visits could be told are refused", arguments: visitRefusals)
  func visitsRefused(_ refusal: Refusal) { refusal.check() }

  @Test(
    "where visits are not public, or told as they come, public periods are free",
    arguments: [
      file("public: {by: week}\nvisits: {minimum: 0}", visits),
      file("public: {by: week}", visits.replacing("public: true", with: "public: false")),
      file("public: {by: month}", visits),
    ])
  func visitsAllowed(_ yaml: String) throws {
    _ = try Registry(yaml: yaml, name: "registry.yaml")
  }

  @Test("what would tell single answers is refused", arguments: refusals)
  func refused(_ refusal: Refusal) { refusal.check() }
}
