import Foundation
import Ingest
import Pages
import Queries
import Registry
import Reporting
import Store

extension Models {
  static let places = Model<Places>("Site") {
    Field.value(
      "site",
      .text(
        more: #","pattern":"^[a-z0-9][a-z0-9-]{0,30}$""#,
        "Also a node id in results: everything.")
    ) { $0.site.registry.site }
    Field.timeZone
    Field.value(
      "holidays",
      .json(
        #"""
        {"type":["string","null"],"enum":["fi","fi-with-eves",null],
        "description":"What `PH` means in opening hours."}
        """#)
    ) { $0.site.registry.holidays?.calendar.rawValue }
    Field.list("questions", question) { $0.site.registry.questions }
    Field.nodes(below: \.roots)
  }

  static let place = Model<Node>(
    "Node",
    text:
      "A place. Those of kind `touchpoint` have no nodes below, and the members from `channel` on.",
    more: #"""
      "if":{"properties":{"kind":{"const":"touchpoint"}}},
      "then":{"required":["channel","questions","repeat_interval_s","devices"]},
      """#
  ) {
    Field.value("id", .named("NodeID")) { $0.id }
    Field.value(
      "kind",
      .text(
        more: #","pattern":"^[a-z][a-z-]{0,62}$""#,
        """
        A word of the site's own, such as service, area, unit; `touchpoint` is where feedback is \
        given.
        """)
    ) { $0.kind }
    Field.value("name", .named("Texts")) { $0.name }
    Field.value("opening_hours", .named("OpeningHours")) { $0.openingHours?.text }
    Field.extra("channel", .words(Touchpoint.Channel.self, "`visit`: phones of home care.")) {
      $0.touchpoint?.channel.rawValue
    }
    Field.extra(
      "questions",
      .list(
        of: "QuestionID", "By slot; empty for `unassigned`.", more: #""maxItems":16,"#)
    ) { $0.touchpoint?.questions }
    Field.extra(
      "repeat_interval_s",
      .number(
        in: 0...3600,
        """
        Seconds after a press that counted in which the next is excluded; 0 = off. The rule is \
        `lockout/1`, at visits `visit/1`.
        """)
    ) { $0.touchpoint.map { Double($0.repeatIntervalMilliseconds) / 1000 } }
    Field(name: "devices", schema: .list(of: "Assignment"), isRequired: false) {
      node, site, json in
      guard let assignments = node.touchpoint?.assignments else { return }
      json.list("devices", assignments) { assignment.write($0, site, &$1) }
    }
    Field.nodes(below: \.children)
  }

  /// A line of each place: after those above it, as the registry has them.
  static let placeTable = Table<PlaceRow>(
    [Column(name: "parent") { row, _ in row.parent?.cell }]
      + .of(place.columns.filter { $0.name != "name" }) { $0.node }
      + Language.allCases.map { language in
        Column(name: "name_\(language.rawValue)") { row, _ in
          row.node.name[language.rawValue]?.cell
        }
      } + [
        Column(name: "channel") { row, _ in row.node.touchpoint?.channel.rawValue.cell },
        Column(name: "questions") { row, _ in row.node.touchpoint?.questions.cell },
        Column(name: "devices") { row, _ in
          row.node.touchpoint.flatMap { Set($0.assignments.map(\.device)).sorted().cell }
        },
      ])

  static let assignment = Model<Assignment>(
    "Assignment", text: "A device and when it serves the touchpoint."
  ) {
    Field.value("id", .named("DeviceID")) { $0.device }
    Field.minute("from", .time(orNull: true, "Inclusive; null = since ever.")) {
      $0.minutes.lowerBound == 0 ? nil : $0.minutes.lowerBound
    }
    Field.minute("to", .time(orNull: true, "Exclusive; null = open.")) {
      $0.minutes.upperBound == Registry.minuteEnd ? nil : $0.minutes.upperBound
    }
  }

  static let ofPlaces: [any DescribedModel] = [places, question, place, assignment]
}

/// A place, and what it stands below.
struct PlaceRow {
  let node: Node
  /// nil = it is a root.
  let parent: String?
}

extension Places {
  var rows: [PlaceRow] { roots.flatMap { Self.rows($0, below: nil) } }

  private static func rows(_ node: Node, below parent: String?) -> [PlaceRow] {
    [PlaceRow(node: node, parent: parent)] + node.children.flatMap { rows($0, below: node.id) }
  }
}

extension Field {
  /// The places below, with all that is below them.
  fileprivate static func nodes(below: @escaping @Sendable (Value) -> [Node]) -> Field {
    Field(name: "nodes", schema: .list(of: "Node")) { value, site, json in
      json.list("nodes", below(value)) { Models.place.write($0, site, &$1) }
    }
  }
}
