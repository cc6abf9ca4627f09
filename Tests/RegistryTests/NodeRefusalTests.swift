import Registry
import Testing

@Suite struct NodeRefusalTests {
  static let nodes: [Refusal] = [
    Refusal("not a mapping", Files.nodes("- aula"), line: 7, "a node is 'aula'"),
    Refusal("no id", Files.nodes("- {kind: area}"), line: 7, "a node has no 'id'"),
    Refusal("no kind", Files.nodes("- {id: a}"), line: 7, "a node has no 'kind'"),
    Refusal(
      "unknown member", Files.nodes("- id: a\n  kind: area\n  naem: {fi: A}"), line: 9,
      "unknown member 'naem' in a node", "did you mean 'name'?"),
    Refusal("bad id", Files.nodes("- {id: Aula, kind: area}"), line: 7, "node id is 'Aula'"),
    Refusal(
      "reserved id", Files.nodes("- {id: unassigned, kind: area}"), line: 7,
      "'unassigned' is reserved"),
    Refusal(
      "the site's id",
      Files.nodes("- {id: a, kind: area, nodes: [\n{id: helsinki, kind: unit}]}"), line: 8,
      "node id 'helsinki' is the site's own"),
    Refusal(
      "id taken elsewhere in the tree",
      Files.nodes("- {id: a, kind: area, nodes: [\n{id: b, kind: unit}]}\n- {id: b, kind: area}"),
      line: 9, "node id 'b' is taken by line 8"),
    Refusal(
      "kind capital", Files.nodes("- {id: a, kind: Area}"), line: 7, "is 'Area'", "a-z and -"),
    Refusal(
      "name without language", Files.nodes("- {id: a, kind: area,\n name: A}"), line: 8,
      "name of node 'a' is 'A'"),
    Refusal(
      "device on an area", Files.nodes("- {id: a, kind: area,\n devices: []}"), line: 8,
      "'devices' on node 'a' of kind 'area'", "only kind 'touchpoint'"),
    Refusal("question on an area", area("question: palvelu"), line: 8, "'question' on node 'a'"),
    Refusal("questions on an area", area("questions: [palvelu]"), line: 8, "'questions' on node"),
    Refusal("interval on an area", area("repeat_interval_s: 2"), line: 8, "'repeat_interval_s' on"),
    Refusal("channel on an area", area("channel: visit"), line: 8, "'channel' on node"),
    Refusal(
      "nodes below a touchpoint", Files.touchpoint("question: palvelu,\nnodes: []"), line: 9,
      "touchpoint 'aula' has 'nodes'"),
  ]

  static func area(_ member: String) -> String {
    Files.nodes("- {id: a, kind: area,\n \(member)}")
  }

  @Test("a node that has no place is refused, with its line", arguments: nodes)
  func nodeRefused(_ refusal: Refusal) { refusal.check() }

  static let touchpoints: [Refusal] = [
    Refusal("no question", Files.touchpoint("devices: []"), line: 7, "'aula' has no 'question'"),
    Refusal(
      "unknown question", Files.touchpoint("question: palvleu"), line: 8, "question 'palvleu'",
      "did you mean 'palvelu'?"),
    Refusal(
      "both", Files.touchpoint("question: palvelu,\nquestions: [viisi]"), line: 9,
      "both 'question' and 'questions'"),
    Refusal(
      "help at a terminal", Files.touchpoint("questions: [viisi, autettuna]"), line: 7,
      "touchpoint 'aula' asks 'autettuna'", "'viisi' answered with help", "'channel: visit'"),
    Refusal(
      "help without the question",
      Files.touchpoint("channel: visit, questions: [palvelu, autettuna]"), line: 7,
      "touchpoint 'aula' asks 'autettuna' without 'viisi'"),
    Refusal(
      "help without the question on one phone",
      Files.touchpoint(
        "channel: visit, question: viisi, devices: [{id: a, question: autettuna}]"), line: 7,
      "device 'a' of touchpoint 'aula' asks 'autettuna' without 'viisi'"),
    Refusal("none", Files.touchpoint("questions: []"), line: 8, "are 0", "1 to 16"),
    Refusal(
      "seventeen",
      Files.touchpoint(
        "questions: [\(Array(repeating: "viisi", count: 17).joined(separator: ","))]"),
      line: 8, "are 17", "1 to 16"),
    Refusal(
      "the same twice", Files.touchpoint("questions: [palvelu, viisi,\npalvelu]"), line: 9,
      "'palvelu' is asked twice"),
    Refusal("interval -1", interval("-1"), line: 8, "is '-1'", "0 to 3600"),
    Refusal("interval 3601", interval("3601"), line: 8, "is '3601'"),
    Refusal("interval 3600.001", interval("3600.001"), line: 8, "is '3600.001'"),
    Refusal("interval of microseconds", interval("0.0005"), line: 8, "three decimals"),
    Refusal("interval 1e3", interval("1e3"), line: 8, "is '1e3'"),
    Refusal("interval '2.'", interval("2."), line: 8, "is '2.'"),
    Refusal("interval '.5'", interval(".5"), line: 8, "is '.5'"),
    Refusal("interval a list", interval("[2]"), line: 8, "is a list"),
    Refusal(
      "visit interval at a terminal", Files.touchpoint("question: viisi,\nvisit_interval_s: 9"),
      line: 9, "without 'channel: visit'"),
    Refusal(
      "both intervals",
      Files.touchpoint(
        "question: viisi, channel: visit, repeat_interval_s: 9,\nvisit_interval_s: 9"),
      line: 9, "keep one"),
    Refusal("interval beyond Int", interval("99999999999999999999"), line: 8, "0 to 3600"),
    Refusal(
      "channel", Files.touchpoint("question: viisi,\nchannel: phone"), line: 9, "is 'phone'",
      "terminal and visit"),
    Refusal(
      "devices a mapping", Files.touchpoint("question: viisi,\ndevices: {id: a}"), line: 9,
      "devices of touchpoint 'aula' is a mapping", "must be a list"),
  ]

  static func interval(_ value: String) -> String {
    Files.touchpoint("repeat_interval_s: \(value),\nquestion: palvelu")
  }

  @Test("a touchpoint that cannot ask is refused, with its line", arguments: touchpoints)
  func touchpointRefused(_ refusal: Refusal) { refusal.check() }

  static let devices: [Refusal] = [
    Refusal("no id", Files.devices("{from: 2016-01-01}"), line: 8, "a device has no 'id'"),
    Refusal("bad id", Files.devices("{id: HN-1}"), line: 8, "device id is 'HN-1'", "1 to 31"),
    Refusal(
      "the address of strangers", Files.devices("{id: unregistered}"), line: 8,
      "device id 'unregistered' is reserved", "choose another"),
    Refusal(
      "unknown member", Files.devices("{id: a,\nuntil: 2016-01-01}"), line: 9,
      "unknown member 'until' in a device", "allowed are id, from, to, question, questions"),
    Refusal(
      "a word", date("tomorrow"), line: 8, "'from' of device 'a' is 'tomorrow'", "YYYY-MM-DD"),
    Refusal("30 February", date("2016-02-30"), line: 8, "is '2016-02-30'", "dates that exist"),
    Refusal("29 February 2019", date("2019-02-29"), line: 8, "is '2019-02-29'"),
    Refusal("month 13", date("2016-13-01"), line: 8, "is '2016-13-01'"),
    Refusal("short year", date("16-01-01"), line: 8, "is '16-01-01'"),
    Refusal(
      "seconds", date("2016-01-01T00:00:01Z"), line: 8, "is '2016-01-01T00:00:01Z'", "minute"),
    Refusal("before 1970", date("1969-12-31"), line: 8, "1970-01-01 to 2198-02-27"),
    Refusal("after the end", date("2198-02-28"), line: 8, "1970-01-01 to 2198-02-27"),
    Refusal("null", date("~"), line: 8, "'from' of device 'a' is empty"),
    Refusal(
      "from = to", Files.devices("{id: a, from: 2016-01-01, to: 2016-01-01}"), line: 8,
      "2016-01-01…2016-01-01", "'from' must be before 'to'"),
    Refusal(
      "from > to", Files.devices("{id: a, from: 2017-01-01, to: 2016-01-01}"), line: 8,
      "'from' must be before 'to'"),
    Refusal(
      "unknown question", Files.devices("{id: a, question: x}"), line: 8, "question 'x' of a device"
    ),
    Refusal(
      "both", Files.devices("{id: a, question: viisi,\nquestions: [viisi]}"), line: 9, "has both"),
    Refusal(
      "one touchpoint twice at once",
      Files.devices("{id: a, to: 2017-01-02},\n{id: a, from: 2017-01-01}"),
      line: 9, "device 'a' serves 'aula' 2017-01-01…open and 'aula' open…2017-01-02 (line 8)"),
    Refusal(
      "two touchpoints at once",
      Files.devices("{id: a, from: 2016-01-01},\n{id: b}")
        + "\n- {id: ovi, kind: touchpoint, question: viisi, devices: [{id: a, to: 2016-02-01}]}",
      line: 10,
      "device 'a' serves 'ovi' open…2016-02-01 and 'aula' 2016-01-01…open (line 8) at once"),
    Refusal(
      "the first of several overlaps",
      Files.devices("{id: b},\n{id: b},\n{id: a},\n{id: a}"), line: 9, "device 'b'"),
  ]

  static func date(_ value: String) -> String {
    Files.devices("{id: a, from: \(value)}")
  }

  @Test("a device entry that cannot be is refused, with its line", arguments: devices)
  func deviceRefused(_ refusal: Refusal) { refusal.check() }
}
