import Hummingbird
import Queries
import Reporting
import Store

extension Endpoint {
  /// A period beside the one before, the same a year ago, and the siblings.
  static let comparison = Endpoint(
    "/api/v1/comparison", id: "getComparison", tag: .results, need: .role(.reader),
    summary: "A period beside the one before, the same a year ago, and the siblings",
    description: """
      Before: as many whole calendar months, else days, else hours. A year ago: whole ISO weeks \
      52 weeks before, else the same dates. A series per question. Of more than 2000 \
      siblings none is compared. Touchpoints of visits are not compared with each other.
      """,
    parameters: [
      Parameters.node, Parameters.from, Parameters.to, Parameters.question,
      Parameters.tableFormat, Parameters.dialect,
    ],
    success: revised(
      "The period and its comparisons.", Models.comparison, Models.comparisonTable,
      example: #"""
        {
          "node": "terveysasemat", "time_zone": "Europe/Helsinki",
          "revision": { "data": 4711, "registry": 3, "rule": "lockout/1" },
          "series": [
            {
              "question": "palvelu", "buttons": 4,
              "now": {
                "start": "2026-10-01T00:00:00+03:00", "end": "2026-11-01T00:00:00+02:00",
                "responses": 219, "counts": [17, 16, 60, 126], "index": 78.23439878234399,
                "interval": { "low": 73.93945849405752, "high": 82.0182291230158, "level": 0.95 },
                "shares": {
                  "very_positive": 0.5753424657534246, "positive": 0.8493150684931506,
                  "negative": 0.1506849315068493
                },
                "excluded": 3, "invalid": 0, "lost": 0, "estimated": 0, "late": 0, "imported": 0,
                "annulled": 0
              },
              "before": {
                "start": "2026-09-01T00:00:00+03:00", "end": "2026-10-01T00:00:00+03:00",
                "responses": 0, "counts": [0, 0, 0, 0], "index": null, "interval": null,
                "shares": null, "excluded": 0, "invalid": 0, "lost": 0, "estimated": 0, "late": 0,
                "imported": 0, "annulled": 0,
                "change": {
                  "verdict": "not_enough_responses", "difference": null, "interval": null, "days": 24, "other_days": 0, "dispersion": null,
                  "degrees_of_freedom": null
                }
              },
              "year_ago": null,
              "siblings": {
                "comparisons": 0, "family_level": 0.95, "rows": [], "left_out": [],
                "reason": "'terveysasemat' has no siblings"
              }
            }
          ]
        }
        """#),
    missing: .noNode,
    hasTag: true
  ) { call in
    let query = try ComparisonQuery(try call.period)
    return try await call.respond(
      query, "comparison", Models.comparison, Models.comparisonTable
    ) { answer in
      AskedRow.all(of: answer.series, \.question) { ComparedRow.rows($0, of: answer.node) }
    }
  }

  /// A series with its limits and signals.
  static let controlChart = Endpoint(
    "/api/v1/control-chart", id: "getControlChart", tag: .results, need: .role(.reader),
    summary: "A series with the limits of its own variation, and its signals",
    description: "Laney's p′ chart; a series per question, at most 5000 points.",
    parameters: [
      Parameters.node, Parameters.from, Parameters.to, Parameters.question, Parameters.chartBy,
      Parameters.measure, Parameters.baseline, Parameters.tableFormat, Parameters.dialect,
    ],
    success: revised("Center, limits and points.", Models.controlCharts, Models.controlChartTable),
    missing: .noNode,
    hasTag: true
  ) { call in
    let query = try ControlChartQuery(
      try call.period, by: try call[Parameters.chartBy], measure: try call[Parameters.measure],
      baseline: try call[Parameters.baseline])
    return try await call.respond(
      query, "control-chart", Models.controlCharts, Models.controlChartTable
    ) { AskedRow.all(of: $0.series, \.question, \.points) }
  }

  /// The places below a node by their shrunk index.
  static let ranking = Endpoint(
    "/api/v1/ranking", id: "getRanking", tag: .results, need: .role(.reader),
    summary: "The places below a node by their index, drawn to the mean of all",
    description: """
      A place with few responses lies near the mean, and its ranks far apart. At most 2000 \
      places. Touchpoints of visits are left out; a node that has no others is 400.
      """,
    parameters: [
      Parameters.node, Parameters.from, Parameters.to, Parameters.question,
      Parameters.tableFormat, Parameters.dialect,
    ],
    success: revised("A ranking per question.", Models.rankings, Models.rankingTable),
    missing: .noNode,
    hasTag: true
  ) { call in
    let query = try RankingQuery(try call.period)
    return try await call.respond(query, "ranking", Models.rankings, Models.rankingTable) {
      AskedRow.all(of: $0.series, \.question, \.units)
    }
  }

  /// The hours of the local week.
  static let hourOfWeek = Endpoint(
    "/api/v1/hour-of-week", id: "getHourOfWeek", tag: .results, need: .role(.reader),
    summary: "The hours of the local week, over all weeks of a range",
    description: """
      168 cells per question, Monday 00 first. At most 300000 hours over all questions.
      """,
    parameters: [
      Parameters.node, Parameters.from, Parameters.to, Parameters.question,
      Parameters.tableFormat, Parameters.dialect,
    ],
    success: revised("The cells of a heat map.", Models.hoursOfWeek, Models.hourOfWeekTable),
    missing: .noNode,
    hasTag: true
  ) { call in
    let query = try HourOfWeekQuery(try call.period)
    return try await call.respond(
      query, "hour-of-week", Models.hoursOfWeek, Models.hourOfWeekTable
    ) { AskedRow.all(of: $0.series, \.question, \.week.cells) }
  }
}

extension Call {
  /// What every statistic is asked with.
  fileprivate var period: NodePeriod {
    get throws {
      try NodePeriod(
        node: try self[Parameters.node], hours: try arguments.hours(),
        question: try self[Parameters.question],
        site: try site, scope: scope, nowSeconds: Int(service.nowMilliseconds() / 1000))
    }
  }
}
