import Registry
import Testing

@Suite struct RegistryPhonesTests {
  private static let file = """
    site: helsinki
    time_zone: Europe/Helsinki
    questions:
      - {id: kaynti, buttons: 4}
    nodes:
      - id: etela
        kind: touchpoint
        channel: visit   # the southern team
        question: kaynti
        devices: []
      - {id: ovi, kind: touchpoint, question: kaynti, devices: [{id: rd-1}]}

    """

  private static func adding(
    _ count: Int, at touchpoint: String = "etela"
  ) throws -> (yaml: String, phones: [String]) {
    var random = SystemRandomNumberGenerator()
    return try RegistryEdit(yaml: file, name: "r.yaml")
      .addingPhones(count, at: touchpoint, from: 29_000_000, using: &random)
  }

  @Test("phones come to their team in one text, each by a name of chance")
  func added() throws {
    let (yaml, phones) = try Self.adding(100)
    let registry = try Registry(yaml: yaml, name: "r.yaml")
    let team = try #require(registry.node("etela")?.touchpoint)
    #expect(team.assignments.map(\.device) == phones)
    #expect(team.assignments.allSatisfy { $0.minutes.lowerBound == 29_000_000 })
    #expect(Set(phones).count == 100)
    #expect(phones.allSatisfy { $0.wholeMatch(of: /phone-[a-z2-9]{10}/) != nil })
    #expect(phones != phones.sorted())
    #expect(yaml.contains("# the southern team"))
  }

  @Test(
    "a terminal's place, a place that is none, and wrong numbers are refused",
    arguments: [
      (1, "ovi"), (1, "helsinki"), (1, "etelä"), (0, "etela"), (101, "etela"), (-1, "etela"),
    ])
  func refused(_ count: Int, _ touchpoint: String) {
    #expect(throws: RegistryEditError.self) { try Self.adding(count, at: touchpoint) }
  }
}
