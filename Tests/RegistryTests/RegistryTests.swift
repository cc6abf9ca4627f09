import Foundation
import Registry
import Testing

@Suite struct RegistryTests {
  @Test("the contract's example says what it says")
  func contract() throws {
    let registry = try Files.read(Files.contract)
    #expect(registry.site == "helsinki")
    #expect(registry.timeZone.identifier == "Europe/Helsinki")
    #expect(registry.questions.map(\.id) == ["palvelu"])
    #expect(registry.question("palvelu")?.buttons == 4)
    #expect(
      registry.question("palvelu")?.text == ["fi": "Kuinka tyytyväinen olit saamaasi palveluun?"])
    #expect(registry.question("muu") == nil)
    #expect(registry.allNodes.map(\.id) == ["terveysasemat", "kallio-aula"])
    #expect(registry.nodes.map(\.kind) == ["service"])
    #expect(registry.node("terveysasemat")?.name["sv"] == "Hälsostationer")
    #expect(registry.node("terveysasemat")?.touchpoint == nil)
    #expect(registry.node("kallio-aula")?.name == ["fi": "Kallion terveysasema, aula"])
    let touchpoint = try #require(registry.node("kallio-aula")?.touchpoint)
    #expect(touchpoint.channel == .terminal)
    #expect(touchpoint.questions == ["palvelu"])
    #expect(touchpoint.repeatIntervalMilliseconds == 2000)
    #expect(touchpoint.assignments.map(\.device) == ["hn-0001", "rd-0042"])
    #expect(touchpoint.assignments.map(\.questions) == [["palvelu"], ["palvelu"]])
    // 2016-01-01 00:00 in Helsinki is 22:00Z the day before, 2019-05-13 00:00 is 21:00Z.
    let from = 16_801 * 24 - 2
    let change = 18_029 * 24 - 3
    #expect(
      touchpoint.assignments.map(\.minutes) == [
        from * 60..<change * 60, change * 60..<Registry.minuteEnd,
      ])
    #expect(try Files.read(Files.contract) == registry)
  }

  @Test("a byte order mark, or Windows' ends of lines, are no part of what a file says")
  func editors() throws {
    let registry = try Files.read(Files.contract)
    for text in ["\u{FEFF}" + Files.contract, Files.contract.replacing("\n", with: "\r\n")] {
      let other = try Files.read(text)
      #expect(other.nodes == registry.nodes && other.questions == registry.questions)
    }
  }

  @Test("the node 'unassigned' is always there and belongs to no list")
  func unassigned() throws {
    let registry = try Files.read(Files.contract)
    let node = try #require(registry.node(Registry.unassigned))
    #expect(node.kind == "touchpoint")
    #expect(node.name == ["fi": "Kohdistamaton", "sv": "Ej tilldelad", "en": "Unassigned"])
    #expect(node.touchpoint?.assignments == [])
    #expect(!registry.allNodes.contains { $0.id == Registry.unassigned })
    #expect(registry.node("muu") == nil)
  }

  @Test("nodes come in file order, each before its children")
  func preorder() throws {
    let registry = try Files.read(
      Files.nodes(
        """
        - {id: a, kind: service, nodes: [
            {id: b, kind: area, nodes: [{id: c, kind: unit}]}, {id: d, kind: area}]}
        - {id: e, kind: own-word}
        """))
    #expect(registry.allNodes.map(\.id) == ["a", "b", "c", "d", "e"])
    #expect(registry.nodes.map(\.id) == ["a", "e"])
    #expect(registry.node("a")?.children.map(\.id) == ["b", "d"])
    #expect(registry.node("e")?.name == [:])
  }

  @Test(
    "a repeat interval is read to the millisecond",
    arguments: [
      ("0", 0), ("2", 2000), ("2.5", 2500), ("0.3", 300), ("0.001", 1), ("1.05", 1050),
      ("3600", 3_600_000), ("3600.000", 3_600_000), ("'5'", 5000),
    ])
  func repeatInterval(text: String, milliseconds: Int) throws {
    let registry = try Files.read(
      Files.touchpoint("question: viisi, repeat_interval_s: \(text)"))
    #expect(registry.node("aula")?.touchpoint?.repeatIntervalMilliseconds == milliseconds)
  }

  @Test("ids and languages are what is written, not what YAML makes of them")
  func scalars() throws {
    let registry = try Files.read(
      """
      site: 0042
      time_zone: UTC
      questions: [{id: no, buttons: "3", text: {no: Hei, fi: null-piste}}]
      nodes: [{id: 1970-01-01, kind: "true", name: {no: 'null'}}]
      """)
    #expect(registry.site == "0042")
    #expect(registry.question("no")?.buttons == 3)
    #expect(registry.question("no")?.text == ["no": "Hei", "fi": "null-piste"])
    #expect(registry.node("1970-01-01")?.kind == "true")
    #expect(registry.node("1970-01-01")?.name == ["no": "null"])
  }

  @Test(
    "a comma in an unquoted text is a part of it",
    arguments: [
      ("{fi: Kallion terveysasema, aula}", ["fi": "Kallion terveysasema, aula"]),
      (
        "{fi: Kallio, aula, 2. kerros, sv: Berghäll}",
        ["fi": "Kallio, aula, 2. kerros", "sv": "Berghäll"]
      ),
      (
        "{fi: 'Kallio, aula', sv: Berghäll, vid dörren}",
        ["fi": "Kallio, aula", "sv": "Berghäll, vid dörren"]
      ),
    ])
  func commas(yaml: String, name: [String: String]) throws {
    let registry = try Files.read(Files.nodes("- {id: a, kind: area, name: \(yaml)}"))
    #expect(registry.node("a")?.name == name)
  }

  @Test("several questions, a visit, no devices, and a device with questions of its own")
  func touchpoint() throws {
    let registry = try Files.read(
      Files.touchpoint(
        """
        questions: [viisi, palvelu], channel: visit, devices: [
        {id: a, to: 2019-01-01}, {id: b, question: viisi}, {id: c, questions: [palvelu, viisi]}]
        """))
    let touchpoint = try #require(registry.node("aula")?.touchpoint)
    #expect(touchpoint.channel == .visit)
    #expect(touchpoint.questions == ["viisi", "palvelu"])
    #expect(
      touchpoint.assignments.map(\.questions)
        == [["viisi", "palvelu"], ["viisi"], ["palvelu", "viisi"]])
    let empty = try Files.read(Files.touchpoint("question: viisi, devices: []"))
    #expect(empty.node("aula")?.touchpoint?.assignments == [])
    #expect(empty.timelines == [])
  }

  @Test("answers with help have the other question's words, wherever it stands")
  func help() throws {
    let registry = try Files.read(
      Files.questions(
        "- {id: b, buttons: 4, with_help_of: a}\n- {id: a, buttons: 4, text: {fi: Miten meni?}}"))
    #expect(registry.question("b")?.withHelpOf == "a")
    #expect(registry.question("b")?.text == ["fi": "Miten meni?"])
    #expect(registry.question("a")?.withHelpOf == nil)
    #expect(registry.withHelp("a")?.id == "b")
    #expect(registry.withHelp("b") == nil)
    #expect(registry.foremost(of: ["b", "a"]) == "a")
    #expect(registry.foremost(of: ["b"]) == "b")
  }

  @Test(
    "a visit counts by visit/1: a minute unless the file says otherwise or several questions follow",
    arguments: [
      ("channel: visit, question: viisi", "visit/1", 60_000),
      ("channel: visit, questions: [viisi, palvelu]", "visit/1", 2000),
      (
        "channel: visit, question: viisi, devices: [{id: a, questions: [viisi, palvelu]}]",
        "visit/1", 2000
      ),
      ("channel: visit, questions: [viisi, autettuna]", "visit/1", 60_000),
      ("channel: visit, questions: [autettuna, viisi, palvelu]", "visit/1", 2000),
      (
        "channel: visit, question: viisi, devices: [{id: a, questions: [viisi, autettuna]}]",
        "visit/1", 60_000
      ),
      ("channel: visit, question: viisi, visit_interval_s: 0", "visit/1", 0),
      ("channel: visit, question: viisi, visit_interval_s: 30.5", "visit/1", 30_500),
      ("channel: visit, question: viisi, repeat_interval_s: 5", "visit/1", 5000),
      ("question: viisi", "lockout/1", 2000),
    ])
  func rule(members: String, rule: String, milliseconds: Int) throws {
    let touchpoint = try #require(
      try Files.read(Files.touchpoint(members)).node("aula")?.touchpoint)
    #expect(touchpoint.channel.rule.rawValue == rule)
    #expect(touchpoint.repeatIntervalMilliseconds == milliseconds)
  }

  @Test("visits are held back unless the registry says otherwise; wrong numbers are refused")
  func visits() throws {
    func rules(_ yaml: String) throws -> VisitRules {
      try Files.read("\(yaml)\nsite: a\ntime_zone: UTC\nquestions: []\nnodes: []").visitRules
    }
    #expect(try rules("") == VisitRules(minimum: 5, delayDays: 3))
    #expect(try rules("visits: {minimum: 8}") == VisitRules(minimum: 8, delayDays: 3))
    #expect(try !rules("visits: {minimum: 0}").isGuarded)
    for wrong in ["{minimum: -1}", "{delay_days: 367}", "{least: 5}", "5"] {
      #expect(throws: RegistryError.self) { try rules("visits: \(wrong)") }
    }
  }

  @Test(
    "zones with whole hours from 2000 on are accepted, whatever they were before",
    arguments: [
      "Europe/Helsinki", "UTC", "Europe/London", "America/New_York", "Asia/Singapore",
      "Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Europe/Dublin",
    ])
  func zones(identifier: String) throws {
    let yaml = "site: a\ntime_zone: \(identifier)\nquestions: []\nnodes: []"
    #expect(try Files.read(yaml).timeZone == TimeZone(identifier: identifier))
  }
}
