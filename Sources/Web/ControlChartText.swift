import Reporting

/// A series with its limits and signals, `GET /api/v1/control-chart`.
struct ControlChartText: Sendable {
  /// The length of a point; hours have too few responses.
  enum Period: String, CaseIterable {
    case day, week, month, quarter

    var granularity: Granularity {
      switch self {
      case .day: .day
      case .week: .week
      case .month: .month
      case .quarter: .quarter
      }
    }
  }

  let query: StatisticsQuery
  let by: Period
  let measure: ControlChart.Measure
  let baseline: Int?
  let sums: SeriesSums

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", query.node)
      json.member("time_zone", query.timeZone)
      json.member("by", by.rawValue)
      json.member("measure", measure.rawValue)
      json.member("baseline", baseline)
      json.list("series", Array(sums.plan.series.enumerated())) { series, json in
        json.member("question", series.element.question)
        json.member("buttons", series.element.buttons)
        chart(sums.bins.indices.map { sums.tally(series: series.offset, bin: $0) }, &json)
      }
    }
    return json.bytes
  }

  private func chart(_ tallies: [Tally], _ json: inout JSONText) {
    let chart = ControlChart(tallies, measure: measure, baseline: baseline)
    json.member("center", chart.center)
    json.member("sigma_z", chart.sigmaZ)
    json.member("baseline_points", chart.baselinePoints)
    json.member("trial", chart.isTrial)
    json.list("points", Array(zip(sums.bins, zip(tallies, chart.points)))) { row, json in
      let (tally, point) = row.1
      json.period(row.0, query.calendar)
      json.member("responses", tally.responses)
      json.member("value", point.value)
      if let limits = point.limits {
        json.member("limits") { json in
          json.member("lower", limits.lower)
          json.member("upper", limits.upper)
        }
      } else {
        json.member("limits", json: nil)
      }
      json.member("signals", point.signals.map(\.rawValue))
    }
  }
}
