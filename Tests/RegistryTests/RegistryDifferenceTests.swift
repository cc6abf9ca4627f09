import CivilTime
import Foundation
import Registry
import Testing

@Suite struct RegistryDifferenceTests {
  typealias Difference = RegistryDifference

  /// 2026-11-22, midnight in Helsinki.
  static let november22 = UTC.hour(
    ofMilliseconds: RFC3339.milliseconds(parsing: "2026-11-21T22:00:00Z") ?? 0)

  /// What one change of the file is told as.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var before = aula()
    var after = aula()
    var lines: [String]
    var difference: Difference?
  }

  /// Two touchpoints below a unit, `a` and `b` at the first.
  static func aula(
    questions: String = "{id: palvelu, buttons: 4}, {id: viisi, buttons: 5}",
    aula: String = "question: palvelu", devices: String = "{id: a}, {id: b}",
    ovi: String = "{id: ovi, kind: touchpoint, question: palvelu, devices: []}",
    unit: String = "name: {fi: Kallio}"
  ) -> String {
    """
    site: helsinki
    time_zone: Europe/Helsinki
    questions: [\(questions)]
    nodes:
      - id: kallio
        kind: unit
        \(unit)
        nodes:
          - {id: aula, kind: touchpoint, \(aula), devices: [\(devices)]}
          - \(ovi)
      - {id: vallila, kind: unit, nodes: []}
    """
  }

  static func with(_ change: (inout Difference) -> Void) -> Difference {
    var difference = Difference()
    change(&difference)
    return difference
  }

  static let cases = [
    Case(testDescription: "the same file", lines: [], difference: Difference()),
    Case(
      testDescription: "a text",
      after: aula(
        questions: "{id: palvelu, buttons: 4, text: {fi: Mitä?}}, {id: viisi, buttons: 5}"),
      lines: [], difference: Difference()),
    Case(
      testDescription: "a device is added", after: aula(devices: "{id: a}, {id: b}, {id: c}"),
      lines: ["device c added at aula"],
      difference: with { $0.addedDevices = [.init(device: "c", touchpoints: ["aula"])] }),
    Case(
      testDescription: "a device is removed", after: aula(devices: "{id: b}"),
      lines: ["device a removed, its presses stand under unassigned"],
      difference: with { $0.removedDevices = ["a"] }),
    Case(
      testDescription: "a device moves at a midnight",
      after: aula(
        devices: "{id: a, to: 2026-11-22}, {id: b}",
        ovi: "{id: ovi, kind: touchpoint, question: palvelu, devices: [{id: a, from: 2026-11-22}]}"),
      lines: ["device a moved from aula to ovi from 2026-11-22"],
      difference: with {
        $0.movedDevices = [
          .init(device: "a", minutes: november22 * 60..<Registry.minuteEnd, from: "aula", to: "ovi")
        ]
      }),
    Case(
      testDescription: "a device begins later",
      after: aula(devices: "{id: a, from: 2026-11-22}, {id: b}"),
      lines: ["device a moved from aula to unassigned until 2026-11-22"]),
    Case(
      testDescription: "a device moves for a while, and asks otherwise in the middle of it",
      after: aula(
        devices: "{id: a, to: 2026-11-20}, {id: b}, {id: a, from: 2026-11-24}",
        ovi: """
          {id: ovi, kind: touchpoint, question: palvelu, devices: [
              {id: a, from: 2026-11-20, to: 2026-11-22}, {id: a, from: 2026-11-22, to: 2026-11-24, question: viisi}]}
          """),
      lines: [
        "device a moved from aula to ovi from 2026-11-20 until 2026-11-24",
        "device a asks other questions",
      ]),
    Case(
      testDescription: "a device asks another question",
      after: aula(devices: "{id: a, question: viisi}, {id: b}"),
      lines: ["device a asks other questions"],
      difference: with {
        $0.askingDevices = ["a"]
        $0.recountedDevices = ["a"]
      }),
    Case(
      testDescription: "a question has another button",
      after: aula(questions: "{id: palvelu, buttons: 5}, {id: viisi, buttons: 5}"),
      lines: ["question palvelu: 4 buttons become 5, its presses are counted again"],
      difference: with {
        $0.changedButtons = [.init("palvelu", from: 4, to: 5)]
        $0.recountedDevices = ["a", "b"]
      }),
    Case(
      testDescription: "answers with help are counted apart",
      after: aula(
        questions: """
          {id: palvelu, buttons: 4}, {id: viisi, buttons: 5}, {id: b, buttons: 5, with_help_of: viisi}
          """),
      lines: ["question b counts the answers to viisi that are given with help"],
      difference: with { $0.changedHelp = [.init("b", from: nil, to: "viisi")] }),
    Case(
      testDescription: "and no longer",
      before: aula(
        questions: "{id: palvelu, buttons: 4}, {id: viisi, buttons: 4, with_help_of: palvelu}"),
      after: aula(questions: "{id: palvelu, buttons: 4}, {id: viisi, buttons: 4}"),
      lines: ["question viisi is asked by itself, no longer palvelu with help"]),
    Case(
      testDescription: "a repeat interval",
      after: aula(aula: "question: palvelu, repeat_interval_s: 0.5"),
      lines: [
        "place aula: a repeat interval of 2 s becomes 0.500 s, its presses are counted again"
      ],
      difference: with {
        $0.changedIntervals = [.init("aula", from: 2000, to: 500)]
        $0.recountedDevices = ["a", "b"]
      }),
    Case(
      testDescription: "places are added, removed, renamed",
      after: aula(
        ovi: "{id: portti, kind: touchpoint, question: palvelu, devices: []}",
        unit: "name: {fi: Kallio, sv: \"Berg\\nhäll\"}"),
      lines: [
        "place portti added", "place ovi removed",
        "place kallio renamed from fi 'Kallio' to fi 'Kallio', sv 'Berg\u{FFFD}häll'",
      ]),
  ]

  @Test("each kind of change is found and told in a line of its own", arguments: cases)
  func found(_ example: Case) throws {
    let (before, after) = (try Files.read(example.before), try Files.read(example.after))
    let difference = Difference(from: before, to: after)
    #expect(difference.lines(ZoneOffsets(after.timeZone)) == example.lines)
    if let expected = example.difference { #expect(difference == expected) }
    #expect(difference.isEmpty == example.lines.isEmpty)
  }

  @Test("what is added one way is removed the other way, and what moved moves back")
  func reverse() throws {
    for example in Self.cases {
      let (before, after) = (try Files.read(example.before), try Files.read(example.after))
      let there = Difference(from: before, to: after)
      let back = Difference(from: after, to: before)
      #expect(there.addedDevices.map(\.device) == back.removedDevices)
      #expect(there.addedPlaces == back.removedPlaces)
      #expect(there.movedDevices.map(\.from) == back.movedDevices.map(\.to))
      #expect(there.recountedDevices == back.recountedDevices)
    }
  }

  @Test("a place below another node has moved")
  func movedPlace() throws {
    func file(_ inside: String, _ outside: String) throws -> Registry {
      try Files.read(
        Files.nodes(
          """
            - {id: kallio, kind: unit, nodes: [\(inside)]}
            - {id: vallila, kind: unit, nodes: [\(outside)]}
          """))
    }
    let aula = "{id: aula, kind: touchpoint, question: palvelu, devices: [{id: a}]}"
    let difference = Difference(from: try file(aula, ""), to: try file("", aula))
    #expect(
      difference == Self.with { $0.movedPlaces = [.init("aula", from: "kallio", to: "vallila")] })
  }

  @Test("the first registry adds everything; its line is bounded and says how many more")
  func bounded() throws {
    let devices = (100..<220).map { "{id: d\($0)}" }.joined(separator: ", ")
    let registry = try Files.read(Self.aula(devices: devices))
    let difference = Difference(from: nil, to: registry)
    #expect(difference.addedDevices.count == 120)
    let zone = ZoneOffsets(registry.timeZone)
    let summary = difference.summary(zone)
    #expect(summary.hasPrefix("device d100 added at aula; device d101 added at aula; "))
    #expect(summary.hasSuffix("; device d149 added at aula; and 74 more"))
    #expect(difference.told(zone).count == 51)
    #expect(Difference().summary(zone) == "no device, place or rule changed")
  }
}
