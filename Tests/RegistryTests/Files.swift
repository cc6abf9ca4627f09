import Registry
import Testing

/// Registry files for tests, with the line on which a snippet begins.
enum Files {
  /// The example of the contract, §5.
  static let contract = """
    site: helsinki
    time_zone: Europe/Helsinki
    questions:
      - {id: palvelu, buttons: 4, text: {fi: Kuinka tyytyväinen olit saamaasi palveluun?}}
    nodes:
      - id: terveysasemat
        kind: service
        name: {fi: Terveysasemat, sv: Hälsostationer, en: Health stations}
        nodes:
          - id: kallio-aula
            kind: touchpoint
            name: {fi: Kallion terveysasema, aula}
            question: palvelu
            repeat_interval_s: 2
            devices:
              - {id: hn-0001, from: 2016-01-01, to: 2019-05-13}
              - {id: rd-0042, from: 2019-05-13}
    """

  /// A file whose questions are the snippet, which begins in line 4.
  static func questions(_ snippet: String) -> String {
    "site: helsinki\ntime_zone: Europe/Helsinki\nquestions:\n\(snippet)\nnodes: []\n"
  }

  /// A file whose nodes are the snippet, which begins in line 7; questions `palvelu`, `viisi`, and
  /// `autettuna`, which is `viisi` with help.
  static func nodes(_ snippet: String) -> String {
    """
    site: helsinki
    time_zone: Europe/Helsinki
    questions: [
      {id: palvelu, buttons: 4}, {id: viisi, buttons: 5},
      {id: autettuna, buttons: 5, with_help_of: viisi}]
    nodes:
    \(snippet)
    """
  }

  /// A file with the touchpoint `aula` in line 7; its further members begin in line 8.
  static func touchpoint(_ members: String) -> String {
    nodes("- {id: aula, kind: touchpoint,\n\(members)}")
  }

  /// A file with the touchpoint `aula` whose device entries are the lines from 8 on.
  static func devices(_ entries: String) -> String {
    nodes("- {id: aula, kind: touchpoint, question: palvelu, devices: [\n\(entries)]}")
  }

  static func read(_ yaml: String) throws -> Registry {
    try Registry(yaml: yaml, name: "registry.yaml")
  }
}
