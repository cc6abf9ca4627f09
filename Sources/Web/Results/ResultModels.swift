import Queries
import Reporting
import Store

/// A row of results; times as texts, since each begins where the one before ends.
struct ResultRow {
  var start: String
  var end: String
  var tally: Tally
  /// nil unless asked for.
  var coverage: Coverage?
}

/// A series without its rows.
struct ResultSeries {
  var series: SeriesPlan.Series
  var number: Int
  /// nil unless asked for.
  var coverage: CoveragePlan?
}

/// Results leave chunk by chunk: the lists at the end of a model are written by ``ResultsEncoder``.
extension Models {
  static let results = Model<Results>("Results") {
    Field.node { $0.asked.node }
    Field.timeZone
    Field.value("by", .named("Period")) { $0.asked.by.rawValue }
    Field.revision(of: { $0.asked.node }) { $0.revision }
    Field.chunked("series", series, "The node's own first, then its children's.")
  }

  static let series = Model<ResultSeries>("Series", text: "One node's answers to one question.") {
    Field.node { $0.series.node }
    Field.value("question", .named("QuestionID")) { $0.series.question }
    Field.value("buttons", .named("Buttons")) { $0.series.buttons }
    Field.extra("opening_hours", .named("OpeningHours", "With `coverage=true` only.")) { value in
      value.coverage.map { $0.openingHours(series: value.number) }
    }
    Field.extra(
      "touchpoints",
      .count("Touchpoints that ask the question. With `coverage=true` only.")
    ) { value in value.coverage.map { $0.touchpointCount(series: value.number) } }
    Field.extra(
      "touchpoints_without_opening_hours",
      .count("Of them, those whose every hour counts as open. With `coverage=true` only.")
    ) { value in
      value.coverage.map { $0.touchpointsWithoutOpeningHours(series: value.number) }
    }
    Field.chunked("rows", row, "In order of time, without gaps.", more: #""minItems":1,"#)
  }

  static let row = Model<ResultRow>(
    "Row",
    direct: { row, site, json in
      json.members(row)
      guard let found = row.coverage else { return }
      json.member("state", found.state(responses: row.tally.responses).rawValue)
      json.member("coverage") { coverage.write(found, site, &$0) }
    }
  ) {
    Field.value("start", .time("Inclusive, with the site's offset then.")) { $0.start }
    Field.value("end", .time("Exclusive.")) { $0.end }
    Field.tally { $0.tally }
    Field.extra(
      "state",
      .words(
        RowState.self,
        """
        With `coverage=true` only. Without responses, why: open and alive, not open, no sign of \
        the device in open hours, no device that asks the question, not begun yet.
        """)
    ) { row in row.coverage?.state(responses: row.tally.responses).rawValue }
    Field(
      name: "coverage", schema: .named("Coverage", "With `coverage=true` only."),
      isRequired: false
    ) { row, site, json in
      guard let found = row.coverage else { return }
      json.member("coverage") { coverage.write(found, site, &$0) }
    }
  }

  static let coverage = Model<Coverage>(
    "Coverage", text: "Up to now; the hours of all touchpoints added up."
  ) {
    Field.value("open_hours", .number(in: 0...Int.max)) { Double($0.openSeconds) / 3600 }
    Field.value(
      "device_hours",
      .number(in: 0...Int.max, "Open hours with a device assigned that asks the question.")
    ) { Double($0.deviceSeconds) / 3600 }
    Field.value(
      "alive_hours",
      .number(
        in: 0...Int.max,
        """
        Of these, those in which it was known to be alive: it was pressed within the hour, or had \
        a session at the broker.
        """)
    ) { Double($0.aliveSeconds) / 3600 }
    Field.value(
      "share",
      .number(in: 0...1, orNull: true, "alive_hours / open_hours; null without open hours.")
    ) { $0.share }
    Field.value(
      "touchpoints_silent",
      .count("Touchpoints with a device of which no sign came in open hours.")
    ) { $0.touchpointsSilent }
    Field.value(
      "touchpoints_without_device",
      .count("Touchpoints that were open without a device.")
    ) { $0.touchpointsWithoutDevice }
  }

  /// What a table has of coverage: the state and the hours.
  static let coverageColumns: [Column<ResultRow>] =
    [
      Column(name: "state") { row, _ in
        row.coverage.map { .text($0.state(responses: row.tally.responses).rawValue) }
      }
    ] + .of(coverage.columns.filter { $0.name.hasSuffix("_hours") }) { $0.coverage }

  static let change = Model<RevisionChange>("RevisionChange") {
    Field.value("cause", .words(ChangeCause.self)) { $0.cause.rawValue }
    Field.hour(
      "start",
      .time(orNull: true, "Of what may have changed, a day of UTC or several; null = any.")
    ) { $0.days.map { $0.lowerBound * 24 } }
    Field.hour("end", .time(orNull: true, "Exclusive.")) {
      $0.days.map { ($0.upperBound + 1) * 24 }
    }
    Field.moment(
      "first_at", .time(orNull: true, "When the first of them came; null where nobody said.")
    ) { $0.firstAtMilliseconds }
    Field.moment("last_at", .time(orNull: true)) { $0.lastAtMilliseconds }
    Field.value(
      "first_revision",
      .integer("The first revision that it made; not each one up to the last is its own.")
    ) { Int($0.revisions.lowerBound) }
    Field.value("last_revision", .integer()) { Int($0.revisions.upperBound) }
    Field.value("import", .integer(orNull: true, "Number of the import.")) {
      $0.importID.map(Int.init)
    }
  }

  static let changesTable = Table(change.columns)

  static let changes = Model<Changes>("Revisions") {
    Field.object("revision", revision, .named("Revision", "Of the range, as in the results.")) {
      AnswerRevision(numbers: $0.revision, node: nil)
    }
    Field.value(
      "complete_after",
      .count(
        "Every change after this revision is known; of those before, the oldest are not kept.")
    ) { Int($0.completeAfter) }
    Field.list("changes", change) { $0.changes }
    Field.value("more", .flag("There are older ones than `limit` lets in.")) { $0.hasMore }
  }
}

extension Field {
  /// A list that is opened here and ends in a later chunk.
  fileprivate static func chunked<Part>(
    _ name: String, _ model: Model<Part>, _ text: String, more: String = ""
  ) -> Field {
    Field(name: name, schema: .list(of: model.name, text, more: more)) { _, _, json in
      json.openList(name)
    }
  }
}
