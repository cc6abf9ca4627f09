import Queries
import Reporting

// MARK: Comparison

extension Models {
  static let difference = Model<Tally.Interval>("DifferenceInterval") {
    Field.value("low", .number(in: -100...100)) { $0.low }
    Field.value("high", .number(in: -100...100)) { $0.high }
    Field.value(
      "level",
      .number(
        more: #","minimum":0.95,"exclusiveMaximum":1"#,
        "Probability of this one interval: 0.95, of siblings 1 − 0.05/comparisons.")
    ) { $0.level }
  }

  static let comparedChange = Model<Comparison.Change>("Change") {
    Field.value(
      "verdict",
      .words(
        IndexChange.Verdict.self,
        """
        Higher or lower when the interval does not hold 0. Not enough responses: a side has fewer \
        than \(IndexChange.responsesMin); not enough days: fewer than \(IndexChange.daysMin) days \
        with responses. Then there is no interval.
        """)
    ) { $0.index.verdict.rawValue }
    Field.value(
      "difference",
      .number(
        in: -100...100, orNull: true,
        """
        Index less index, the middle of the interval before it was clipped; null when a side has \
        no responses.
        """)
    ) { $0.index.difference }
    Field.maybe("interval", difference) { $0.index.interval }
    Field.value(
      "days",
      .named(
        "Count",
        """
        Local days with responses of `now`, or of the unit. Where siblings times days pass \
        \(QueryLimits.cellsMax): stretches of days.
        """)
    ) { $0.days }
    Field.value("other_days", .named("Count", "The same of the other side.")) { $0.otherDays }
    Field.value(
      "dispersion",
      .number(
        in: 1...Int.max, orNull: true,
        """
        By how much days widen the variance over that of independent responses; 1 = not at all. \
        null without an interval.
        """)
    ) { $0.index.evidence?.dispersion }
    Field.value(
      "degrees_of_freedom",
      .number(
        orNull: true, more: #","exclusiveMinimum":0"#,
        "Of Student's t, whose quantile makes the interval. null without one.")
    ) { $0.index.evidence?.freedom }
  }

  private static let siblingUnit = Model<Comparison.Unit>("SiblingUnit") {
    Field.node { $0.node }
    Field.short { $0.tally }
    Field.object("rest", rest, .named("Rest", "All other units together.")) { $0.rest }
    Field.object("change", comparedChange, .named("Change", "From the rest to the unit.")) {
      $0.change
    }
  }

  private static let rest = Model<Tally>("Rest") {
    Field.value("responses", .count) { $0.responses }
    Field.value("index", .named("Index")) { $0.index }
  }

  private static let siblings = Model<Comparison.Siblings>("Siblings") {
    Field.value(
      "comparisons",
      .named("Count", "How many intervals there are; each is adjusted for all of them.")
    ) { $0.comparisons }
    Field.value(
      "family_level",
      .json(
        #"""
        {"type":"number","const":0.95,
        "description":"Probability that all intervals hold together (Bonferroni)."}
        """#)
    ) { _ in SiblingComparison.familyLevel }
    Field.list(
      "rows", siblingUnit,
      "The node and its siblings that ask the question, in the registry's order."
    ) { $0.units }
    Field.value(
      "left_out", .named("NodeIDs", "Touchpoints of visits, which are not compared.")
    ) { $0.leftOut }
    Field.value("reason", .text(orNull: true, "Why there are no rows.")) { $0.reason }
  }

  private static let now = Model<Comparison.Series>("PeriodNow") {
    Field.period { $0.hours }
    Field.tally { $0.now }
  }

  private static let earlier = Model<Comparison.Earlier>("PeriodCompared") {
    Field.period { $0.hours }
    Field.tally { $0.tally }
    Field.object("change", comparedChange, .named("Change", "From this period to `now`.")) {
      $0.change
    }
  }

  private static let comparedSeries = Model<Comparison.Series>("ComparedSeries") {
    Field.asked { $0.question }
    Field.object("now", now, .named("PeriodNow")) { $0 }
    Field.maybe("before", earlier, "null when the period began before 1970.") { $0.before }
    Field.maybe("year_ago", earlier, "null when the period began before 1970.") { $0.yearAgo }
    Field.object("siblings", siblings, .named("Siblings")) { $0.siblings }
  }

  static let comparison = Model<Comparison>("Comparison") {
    Field.node { $0.node }
    Field.timeZone
    Field.revision(of: { $0.node }) { $0.revision }
    Field.list("series", comparedSeries) { $0.series }
  }

  static let ofComparison: [any DescribedModel] = [
    comparison, comparedSeries, now, earlier, comparedChange, difference, siblings, siblingUnit,
    rest,
  ]
}

// MARK: Control charts

extension Models {
  private static let limits = Model<ControlChart.Limits>("Limits") {
    Field.value("low", .number(in: 0...100)) { $0.low }
    Field.value("high", .number(in: 0...100)) { $0.high }
  }

  static let point = Model<ControlCharts.Point>("ChartPoint") {
    Field.period { $0.hours }
    Field.value("responses", .count) { $0.responses }
    Field.value(
      "value",
      .number(
        in: 0...100, orNull: true, "null without responses: a gap, which belongs to no run.")
    ) { $0.point.value }
    Field.maybe(
      "limits", limits,
      """
      Three deviations from the center; of a point after the baseline more, by how few points \
      made it. null at a gap, without sigma_z, or with a baseline of fewer than \
      \(ControlChart.limitPointsMin).
      """
    ) { $0.point.limits }
    Field.value(
      "signals",
      .json(
        #"""
        {"type":"array","uniqueItems":true,
        "items":{"type":"string","enum":["beyond_limits","run","trend","two_of_three"]},
        "description":"Rules that the point is part of; empty = common variation."}
        """#)
    ) { $0.point.signals.map(\.rawValue) }
  }

  private static let chart = Model<ControlCharts.Series>("ControlChart") {
    Field.asked { $0.question }
    Field.value(
      "center",
      .number(
        in: 0...100, orNull: true, "Value of all responses of the baseline; null without any.")
    ) { $0.chart.center }
    Field.value(
      "sigma_z",
      .number(
        orNull: true, more: #","exclusiveMinimum":0"#,
        """
        By how much neighbours vary more than chance alone; null with fewer than two points or \
        without variation.
        """)
    ) { $0.chart.sigmaZ }
    Field.value(
      "baseline_points",
      .named("Count", "Points with responses from which center and limits come.")
    ) { $0.chart.baselinePoints }
    Field.value(
      "trial",
      .flag(
        """
        Fewer than \(ControlChart.settledPointsMin) of them: limits will move. Fewer than \
        \(ControlChart.limitPointsMin) make none.
        """)
    ) { $0.chart.isTrial }
    Field.list("rows", point, more: #""minItems":1,"#) { $0.points }
  }

  static let controlCharts = Model<ControlCharts>("ControlCharts") {
    Field.node { $0.node }
    Field.timeZone
    Field.revision(of: { $0.node }) { $0.revision }
    Field.value("by", .words(ControlChartQuery.Period.self)) { $0.by.rawValue }
    Field.value("measure", .words(ControlChart.Measure.self)) { $0.measure.rawValue }
    Field.value("baseline", .integer(in: 2...Int.max, orNull: true, "As asked.")) { $0.baseline }
    Field.list("series", chart) { $0.series }
  }

  static let ofControlCharts: [any DescribedModel] = [controlCharts, chart, point, limits]
}

// MARK: Rankings and hours of the week

extension Models {
  static let rankedUnit = Model<Rankings.Unit>("RankedUnit") {
    Field.node { $0.node }
    Field.short { $0.tally }
    Field.value("shrunk", .named("Index")) { $0.ranked?.shrunk }
    Field.maybe("shrunk_interval", interval, "null without responses.") { $0.ranked?.interval }
    Field.value("rank", .named("Rank")) { $0.ranked?.rank }
    Field.value("rank_low", .named("Rank")) { $0.ranked?.ranks.lowerBound }
    Field.value("rank_high", .named("Rank")) { $0.ranked?.ranks.upperBound }
  }

  private static let ranking = Model<Rankings.Series>("Ranking") {
    Field.asked { $0.question }
    Field.value("mean", .named("Index")) { $0.ranking.mean }
    Field.value(
      "between_variance",
      .number(
        in: 0...Int.max, orNull: true,
        "How much the places truly differ, squared points; 0 = they cannot be told apart.")
    ) { $0.ranking.betweenVariance }
    Field.value(
      "within_variance",
      .number(
        orNull: true, more: #","exclusiveMinimum":0"#,
        "How much single responses differ within a place, squared points.")
    ) { $0.ranking.withinVariance }
    Field.list("rows", rankedUnit, "By rank; without responses last.") { $0.units }
  }

  static let rankings = Model<Rankings>("Rankings") {
    Field.node { $0.node }
    Field.timeZone
    Field.revision(of: { $0.node }) { $0.revision }
    Field.period { $0.hours }
    Field.value("left_out", .named("NodeIDs", "Touchpoints of visits, which are not ranked.")) {
      $0.leftOut
    }
    Field.list("series", ranking) { $0.series }
  }

  static let hourCell = Model<HourOfWeek.Cell>("HourCell") {
    Field.value("weekday", .integer(in: 1...7, "1 = Monday.")) { $0.weekday }
    Field.value("hour", .integer(in: 0...23, "Local.")) { $0.hour }
    Field.value(
      "hours",
      .named(
        "Count",
        """
        How often the range holds it: skipped by clocks not at all, passed twice twice.
        """)
    ) { $0.hours }
    Field.short { $0.tally }
  }

  private static let hourOfWeek = Model<HoursOfWeek.Series>("HourOfWeek") {
    Field.asked { $0.question }
    Field.list(
      "rows", hourCell, "Monday's first, by hour.", more: #""minItems":168,"maxItems":168,"#
    ) { $0.week.cells }
  }

  static let hoursOfWeek = Model<HoursOfWeek>("HoursOfWeek") {
    Field.node { $0.node }
    Field.timeZone
    Field.revision(of: { $0.node }) { $0.revision }
    Field.period { $0.hours }
    Field.list("series", hourOfWeek) { $0.series }
  }

  static let ofRankings: [any DescribedModel] = [
    rankings, ranking, rankedUnit, hoursOfWeek, hourOfWeek, hourCell,
  ]
}
