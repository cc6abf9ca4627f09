import Queries
import Reporting

extension ControlCharts {
  func json(_ site: Site) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", node)
      json.member("time_zone", site.timeZone)
      json.member("by", by.rawValue)
      json.member("measure", measure.rawValue)
      json.member("baseline", baseline)
      json.list("series", series) { series, json in
        json.members(series.question)
        json.member("center", series.chart.center)
        json.member("sigma_z", series.chart.sigmaZ)
        json.member("baseline_points", series.chart.baselinePoints)
        json.member("trial", series.chart.isTrial)
        json.list("points", series.points) { point, json in
          json.period(point.hours, site.calendar)
          json.member("responses", point.responses)
          json.member("value", point.point.value)
          json.member("limits", point.point.limits)
          json.member("signals", point.point.signals.map(\.rawValue))
        }
      }
    }
    return json.bytes
  }
}

extension JSONText {
  fileprivate mutating func member(_ name: String, _ limits: ControlChart.Limits?) {
    guard let limits else { return memberNull(name) }
    member(name) { json in
      json.member("lower", limits.lower)
      json.member("upper", limits.upper)
    }
  }
}
