import Foundation
import Publishing
import Queries
import Registry
import Reporting

extension Models {
  /// The public part of the tree: no devices, nothing that is not public.
  static let publicSite = Model<Registry>("PublicSite") {
    Field.value("site", .text()) { $0.site }
    Field.timeZone
    Field.value("by", .words(PublicRules.Period.self, "The one length of public periods.")) {
      $0.publicRules.period.rawValue
    }
    Field.value(
      "cell_min",
      .integer(in: 5...Int.max, "Responses of each button that a row needs to be shown.")
    ) { $0.publicRules.cellMin }
    Field.value("total_min", .integer(in: 10...Int.max, "Responses that a row needs to be shown."))
    {
      $0.publicRules.totalMin
    }
    Field.value("delay_days", .count("Days after its end until a period is published.")) {
      $0.publicRules.delayDays
    }
    Field.list("questions", question) { $0.questions }
    Field.publicNodes { PublicPeriod.roots(of: $0) }
  }

  fileprivate static let publicNode = Model<Node>("PublicNode") {
    Field.value("id", .named("NodeID")) { $0.id }
    Field.value("kind", .text()) { $0.kind }
    Field.value("name", .named("Texts")) { $0.name }
    Field.publicNodes { $0.children.filter(\.isPublic) }
  }

  /// What was published: a row is there whole, or hidden whole.
  static let published = Model<(node: String, series: [PublishedSeries])>("PublicResults") {
    Field.node { $0.node }
    Field.timeZone
    Field.list("series", publicSeries, "One per node and question.") { $0.series }
  }

  private static let publicSeries = Model<PublishedSeries>("PublicSeries") {
    Field.node { $0.node }
    Field.value("question", .named("QuestionID")) { $0.question }
    Field.value("buttons", .named("Buttons")) { $0.buttons }
    Field.list("rows", publicRow) { $0.periods }
  }

  fileprivate static let publicRow = Model<PublishedSeries.Period>("PublicRow") {
    Field.period { $0.hours }
    Field.all(of: publicNumbers(cellMin: 5, totalMin: 10)) { $0.last }
    Field.maybe("interval", interval) { $0.last.shown?.interval }
    Field.maybe("shares", shares) { $0.last.shown?.shares }
    Field.moment("published_at", .time("When the period was published first.")) {
      $0.versions[0].publishedAtMilliseconds
    }
    Field.moment("revised_at", .time(orNull: true, "When it was published again; null = never.")) {
      $0.revisedAtMilliseconds
    }
    Field.list("before", publicVersion, "What the row said before, the oldest first.") {
      $0.versions.dropLast()
    }
    Field.value(
      "later_counts_differ",
      .flag(
        """
        Something that was shown of this period, at this place or another, is counted otherwise by \
        now. One word for the whole site; where and by how much is not told.
        """)
    ) { $0.laterCountsDiffer }
  }

  private static let publicVersion = Model<PublishedSeries.Period.Version>("PublicVersion") {
    Field.moment("published_at", .time()) { $0.publishedAtMilliseconds }
    Field.all(of: publicNumbers(cellMin: 0, totalMin: 0)) { $0 }
  }

  /// What everybody may see of a version.
  private static func publicNumbers(
    cellMin: Int, totalMin: Int
  ) -> Model<PublishedSeries.Period.Version> {
    Model("PublicNumbers") {
      Field.value(
        "suppressed",
        .flag("True: all numbers are null; not even whether there were any is told.")
      ) { !$0.isShown }
      Field.value("responses", .integer(in: totalMin...Int.max, orNull: true)) {
        $0.shown?.responses
      }
      Field.value(
        "counts",
        .json(
          #"{"type":["array","null"],"items":{"type":"integer","minimum":\#(cellMin)},"#
            + #""description":"From the most negative button."}"#)
      ) { $0.shown?.counts }
      Field.value("index", .number(in: 0...100, orNull: true)) { $0.shown?.index }
    }
  }

  // MARK: Beside what is counted now

  static let history = Model<PublicationHistory>("Publications") {
    Field.node { $0.node }
    Field.timeZone
    Field.list("series", historySeries) { $0.series }
  }

  private static let historySeries = Model<PublicationHistory.Series>("PublicationSeries") {
    Field.asked { $0.question }
    Field.list("rows", historyPeriod) { $0.periods }
  }

  private static let historyPeriod = Model<PublicationHistory.Period>("PublicationPeriod") {
    Field.period { $0.published.hours }
    Field.list(
      "versions", countedVersion, "The oldest first; the numbers also of what was hidden.",
      more: #""minItems":1,"#
    ) { period in period.published.versions.map { ($0, period.counted($0)) } }
    Field.object("now", counted, .named("PublicationNow")) { $0.now }
    Field.value("differs", .flag("What is counted now is not what the last version says.")) {
      $0.differs
    }
    Field.value(
      "coarser",
      .flag("It is made of several periods and was published to correct them.")
    ) { $0.published.isCoarser }
  }

  private static let countedVersion = Model<(PublishedSeries.Period.Version, Tally)>(
    "CountedVersion"
  ) {
    Field.moment("published_at", .time()) { $0.0.publishedAtMilliseconds }
    Field.value("suppressed", .flag("The public sees none of it.")) { !$0.0.isShown }
    Field.all(of: counted) { $0.1 }
  }

  private static let counted = Model<Tally>("PublicationNow") {
    Field.value("responses", .integer(in: 0...Int.max)) { $0.responses }
    Field.value(
      "counts", .json(#"{"type":"array","items":{"type":"integer","minimum":0}}"#)
    ) { $0.counts }
    Field.value("index", .number(in: 0...100, orNull: true)) { $0.index }
  }

  /// A line of each version, with what is counted now beside it.
  static let historyTable = Table<PublicationRow>(
    .of(historySeries.columns) { $0.series } + .of(historyPeriod.columns) { $0.period }
      + .of(countedVersion.columns + .of(counted.columns) { $0.1 }) { $0.version }
      + .of(counted.columns, prefix: "now_") { $0.period.now })

  static let ofPublic: [any DescribedModel] = [
    publicSite, publicNode, published, publicSeries, publicRow, publicVersion, history,
    historySeries, historyPeriod, countedVersion, counted,
  ]
}

extension Field {
  fileprivate static func publicNodes(
    _ below: @escaping @Sendable (Value) -> [Node]
  ) -> Field {
    Field(name: "nodes", schema: .list(of: "PublicNode")) { value, site, json in
      json.list("nodes", below(value)) { Models.publicNode.write($0, site, &$1) }
    }
  }
}

extension PublishedSeries.Period {
  /// When it was published again, UTC; nil = never.
  fileprivate var revisedAtMilliseconds: Int64? {
    versions.count > 1 ? last.publishedAtMilliseconds : nil
  }
}

/// A version of a period of a series.
struct PublicationRow {
  let series: PublicationHistory.Series
  let period: PublicationHistory.Period
  let version: (PublishedSeries.Period.Version, Tally)
}

extension PublicationHistory {
  var rows: [PublicationRow] {
    series.flatMap { series in
      series.periods.flatMap { period in
        period.published.versions.map {
          PublicationRow(series: series, period: period, version: ($0, period.counted($0)))
        }
      }
    }
  }
}

extension [PublishedSeries] {
  /// Former versions stand in JSON only.
  func csv(_ site: Site, _ dialect: CSVDialect) -> [UInt8] {
    let calendar = site.calendar
    let buttons = lazy.map(\.buttons).max() ?? 0
    let measures = Measure.published(buttons: buttons)
    let times = Models.publishedTimes
    var csv = CSVWriter(dialect)
    csv.header(
      ["node", "question", "start", "end", "suppressed"] + measures.map(\.name)
        + times.map(\.name))
    for series in self {
      for period in series.periods {
        csv.line(
          [
            .text(series.node), .text(series.question),
            .text(calendar.format(hour: period.hours.lowerBound)),
            .text(calendar.format(hour: period.hours.upperBound)),
            .text("\(!period.last.isShown)"),
          ] + measures.map { period.last.shown.flatMap($0.value) }
            + times.map { $0.cell(period, site) })
      }
    }
    return csv.bytes
  }
}

extension Models {
  fileprivate static let publishedTimes = publicRow.columns.filter {
    ["published_at", "revised_at", "later_counts_differ"].contains($0.name)
  }
}

extension Measure {
  /// What a published row tells: the responses and what follows from them.
  static func published(buttons: Int) -> [Measure] {
    all.filter { measure in !others.contains { $0.name == measure.name } }
      .filter { !$0.isButton || $0.name < "count_\(buttons)" }
  }
}
