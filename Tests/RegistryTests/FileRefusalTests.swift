import Registry
import Testing

@Suite struct FileRefusalTests {
  static let files: [Refusal] = [
    Refusal("empty", "", line: 1, "the file is empty", "'site'"),
    Refusal("comments only", "# nothing\n", line: 1, "the file is empty"),
    Refusal("not YAML", "site: helsinki\nnodes: [a\nquestions: {", line: 3, "not YAML"),
    Refusal("a tab for indentation", "site: a\nnodes:\n\t- id: x", line: 3, "not YAML"),
    Refusal("control character", "site: a\nnodes: \u{1}", line: 2, "not YAML", "character 1"),
    Refusal("undefined alias", "site: a\nnodes: *x", line: 2, "undefined alias"),
    Refusal("two documents", "site: a\n---\nsite: b", line: 2, "another document"),
    Refusal("a list", "- site", line: 1, "the registry is a list", "must be a mapping of site"),
    Refusal("a text", "helsinki", line: 1, "the registry is 'helsinki'"),
    Refusal("no site", "time_zone: UTC\nquestions: []\nnodes: []", line: 1, "has no 'site'"),
    Refusal("no time_zone", "site: a\nquestions: []\nnodes: []", line: 1, "no 'time_zone'"),
    Refusal("no questions", "site: a\ntime_zone: UTC\nnodes: []", line: 1, "no 'questions'"),
    Refusal("no nodes", "site: a\ntime_zone: UTC\nquestions: []", line: 1, "no 'nodes'"),
    Refusal(
      "nodes without elements", "site: a\ntime_zone: UTC\nquestions: []\nnodes:", line: 4,
      "nodes is empty", "must be a list"),
    Refusal(
      "unknown member", "site: a\ntimezone: UTC", line: 2, "unknown member 'timezone'",
      "did you mean 'time_zone'?",
      "allowed are site, time_zone, rule, holidays, opening_hours, questions, public, visits, nodes"
    ),
    Refusal(
      "rule of another version",
      "site: a\ntime_zone: UTC\nrule: lockout/2\nquestions: []\nnodes: []", line: 3,
      "rule is 'lockout/2'", "allowed is lockout/1"),
    Refusal(
      "unknown member like none", "site: a\nowner: b", line: 2, "unknown member 'owner'",
      "registry; allowed are"),
    Refusal("merge key", "<<: {site: a}", line: 1, "unknown member '<<'"),
    Refusal("member named by a list", "[site]: a", line: 1, "a member's name", "a list"),
    Refusal("duplicate key", "site: a\nsite: b", line: 1, "'site' is given twice", "keep one"),
    Refusal("site with capitals", site("Helsinki"), line: 1, "site is 'Helsinki'", "1 to 31"),
    Refusal("site empty", site("''"), line: 1, "site is ''"),
    Refusal("site null", site("~"), line: 1, "site is empty"),
    Refusal("site with hyphen first", site("-a"), line: 1, "the first not -"),
    Refusal("site not ASCII", site("jyväskylä"), line: 1, "site is 'jyväskylä'"),
    Refusal("site too long", site(String(repeating: "a", count: 32)), line: 1, "1 to 31"),
    Refusal(
      "value of a thousand characters", site(String(repeating: "x", count: 1000)), line: 1, "x…'"),
    Refusal("value over two lines", site("\"a\\nb\""), line: 1, "'a\u{FFFD}b'"),
    Refusal("time zone unknown", zone("Mars/Olympus"), line: 2, "'Mars/Olympus' is unknown"),
    Refusal(
      "time zone misspelt", zone("Europe/Helsinky"), line: 2, "did you mean 'Europe/Helsinki'?"),
    Refusal("time zone of half hours", zone("Asia/Kolkata"), line: 2, "+5 h 30 min", "whole hours"),
    Refusal("time zone of quarter hours", zone("Asia/Kathmandu"), line: 2, "+5 h 45 min"),
    Refusal(
      "half hours until 2016", zone("America/Caracas"), line: 2, "-4 h 30 min", "on 2007-12-09"),
    Refusal("half hours from 2015 to 2018", zone("Asia/Pyongyang"), line: 2, "+8 h 30 min"),
    Refusal("half an hour of summer time", zone("Australia/Lord_Howe"), line: 2, "+10 h 30 min"),
  ]

  static func site(_ value: String) -> String {
    "site: \(value)\ntime_zone: Europe/Helsinki\nquestions: []\nnodes: []"
  }

  static func zone(_ value: String) -> String {
    "site: helsinki\ntime_zone: \(value)\nquestions: []\nnodes: []"
  }

  @Test("a file that cannot be used is refused, with the line", arguments: files)
  func refused(_ refusal: Refusal) { refusal.check() }

  static let questions: [Refusal] = [
    Refusal(
      "help with what is not there",
      Files.questions("- {id: a, buttons: 4}\n- {id: b, buttons: 4,\n  with_help_of: aa}"), line: 6,
      "with_help_of of question 'b' is 'aa'", "did you mean 'a'?"),
    Refusal(
      "help with itself", Files.questions("- {id: a, buttons: 4, with_help_of: a}"), line: 4,
      "answered with help itself"),
    Refusal(
      "help with help",
      Files.questions(
        "- {id: a, buttons: 4}\n- {id: b, buttons: 4, with_help_of: a}\n"
          + "- {id: c, buttons: 4, with_help_of: b}"), line: 6,
      "is 'b', which is answered with help"),
    Refusal(
      "help with other buttons",
      Files.questions("- {id: b, buttons: 5, with_help_of: a}\n- {id: a, buttons: 4}"), line: 4,
      "is 'a' of 4 buttons, and it has 5"),
    Refusal(
      "help twice",
      Files.questions(
        "- {id: a, buttons: 4}\n- {id: b, buttons: 4, with_help_of: a}\n"
          + "- {id: c, buttons: 4, with_help_of: a}"), line: 6, "as that of question 'b' is"),
    Refusal(
      "help with words of its own",
      Files.questions(
        "- {id: a, buttons: 4}\n- {id: b, text: {fi: B}, buttons: 4, with_help_of: a}"),
      line: 5, "'text' beside 'with_help_of'", "leave 'text' out"),
    Refusal("not a mapping", Files.questions("- palvelu"), line: 4, "a question is 'palvelu'"),
    Refusal("no id", Files.questions("- {buttons: 4}"), line: 4, "a question has no 'id'"),
    Refusal("no buttons", Files.questions("- {id: a}"), line: 4, "no 'buttons'"),
    Refusal(
      "unknown member", Files.questions("- {id: a, buttons: 4,\n   txt: {}}"), line: 5,
      "unknown member 'txt' in a question", "did you mean 'text'?"),
    Refusal(
      "bad id", Files.questions("- {id: a_b, buttons: 4}"), line: 4, "id is 'a_b'", "1 to 63"),
    Refusal(
      "id of 64", Files.questions("- {id: \(String(repeating: "a", count: 64)), buttons: 4}"),
      line: 4, "1 to 63"),
    Refusal(
      "duplicate id", Files.questions("- {id: a, buttons: 4}\n- {id: a, buttons: 5}"), line: 5,
      "question id 'a' is taken by line 4"),
    Refusal(
      "1 button", Files.questions("- {id: a, buttons: 1}"), line: 4, "is '1'", "2, 3, 4 and 5"),
    Refusal("6 buttons", Files.questions("- {id: a, buttons: 6}"), line: 4, "is '6'"),
    Refusal("-4 buttons", Files.questions("- {id: a, buttons: -4}"), line: 4, "is '-4'"),
    Refusal("many buttons", Files.questions("- {id: a, buttons: four}"), line: 4, "is 'four'"),
    Refusal(
      "text without languages", Files.questions("- {id: a, buttons: 4, text: Hei}"), line: 4,
      "text of question 'a' is 'Hei'", "{fi: Aula}"),
    Refusal(
      "no text at all", Files.questions("- {id: a, buttons: 4, text: {}}"), line: 4,
      "text of question 'a' is an empty mapping", "or be left out"),
    Refusal(
      "empty text", Files.questions("- {id: a, buttons: 4, text: {fi: ' '}}"), line: 4,
      "language 'fi' is ' '", "not empty"),
    Refusal(
      "text null", Files.questions("- {id: a, buttons: 4, text: {fi: }}"), line: 4,
      "language 'fi' is empty"),
    Refusal(
      "three letters", Files.questions("- {id: a, buttons: 4, text: {fin: Hei}}"), line: 4,
      "language 'fin'", "two lower-case letters"),
    Refusal(
      "a word after a quoted text", Files.questions("- {id: a, buttons: 4, text: {fi: 'A', oho}}"),
      line: 4, "language 'oho'", "quote a text with a comma"),
    Refusal(
      "a word and no text", Files.questions("- {id: a, buttons: 4, text: {oho}}"), line: 4,
      "language 'oho'"),
    Refusal(
      "a member of its own line without a value",
      Files.questions("- id: a\n  buttons: 4\n  text:\n    fi: A\n    oho:"), line: 8,
      "language 'oho'"),
    Refusal(
      "a comma, then two letters", Files.questions("- {id: a, buttons: 4, text: {fi: A, ja}}"),
      line: 4, "language 'ja' is empty"),
    Refusal(
      "a language twice", Files.questions("- {id: a, buttons: 4, text: {fi: A,\n fi: B}}"), line: 4,
      "'fi' is given twice"),
  ]

  @Test("a question that cannot be asked is refused, with its line", arguments: questions)
  func questionRefused(_ refusal: Refusal) { refusal.check() }

  @Test("a refusal can be made for a file that could not even be read")
  func fileWithoutLine() {
    let error = RegistryError(file: "a.yaml", line: nil, reason: "cannot be read")
    #expect(error.description == "a.yaml: cannot be read")
  }
}
