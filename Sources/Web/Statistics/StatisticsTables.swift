import Queries
import Reporting

/// A row and the question of its series.
struct AskedRow<Row> {
  var question: AskedQuestion
  var row: Row

  static func all<Series>(
    of series: [Series], _ question: (Series) -> AskedQuestion, _ rows: (Series) -> [Row]
  ) -> [AskedRow] {
    series.flatMap { one in
      rows(one).map { AskedRow(question: question(one), row: $0) }
    }
  }

  fileprivate static func columns(_ model: Model<Row>) -> [Column<AskedRow>] {
    .of(Models.askedQuestion.columns) { $0.question } + .of(model.columns) { $0.row }
  }
}

/// A period of a comparison, or a sibling, and what it is compared with.
struct ComparedRow {
  /// What the change goes from; none for the period itself.
  enum Other: String {
    case before, yearAgo = "year_ago", siblings
  }

  var other: Other?
  var node: String
  var hours: Range<Int>
  var tally: Tally
  var change: Comparison.Change?

  /// The period, the two before it, then the siblings beside their rests.
  static func rows(_ series: Comparison.Series, of node: String) -> [ComparedRow] {
    func earlier(_ other: Other, _ period: Comparison.Earlier?) -> [ComparedRow] {
      period.map {
        [
          ComparedRow(
            other: other, node: node, hours: $0.hours, tally: $0.tally, change: $0.change)
        ]
      } ?? []
    }
    return [ComparedRow(node: node, hours: series.hours, tally: series.now)]
      + earlier(.before, series.before) + earlier(.yearAgo, series.yearAgo)
      + series.siblings.units.map {
        ComparedRow(
          other: .siblings, node: $0.node, hours: series.hours, tally: $0.tally, change: $0.change)
      }
  }
}

/// The statistics as tables.
extension Models {
  fileprivate static let askedQuestion = Model<AskedQuestion>("") { Field.asked { $0 } }

  private static let comparedRow = Model<ComparedRow>("") {
    Field.value("other", .text()) { $0.other?.rawValue }
    Field.node { $0.node }
    Field.period { $0.hours }
    Field.short { $0.tally }
    Field.maybe("change", comparedChange) { $0.change }
  }

  static let comparisonTable = Table(AskedRow.columns(comparedRow))
  static let controlChartTable = Table(AskedRow.columns(point))
  static let rankingTable = Table(AskedRow.columns(rankedUnit))
  static let hourOfWeekTable = Table(AskedRow.columns(hourCell))
}
