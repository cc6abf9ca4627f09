import Queries
import Reporting

extension Rankings {
  func json(_ site: Site) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", node)
      json.member("time_zone", site.timeZone)
      json.period(hours, site.calendar)
      json.member("left_out", leftOut)
      json.list("series", series) { series, json in
        json.members(series.question)
        json.member("mean", series.ranking.mean)
        json.member("between_variance", series.ranking.betweenVariance)
        json.member("within_variance", series.ranking.withinVariance)
        json.list("units", series.units) { unit, json in
          json.member("node", unit.node)
          json.member("responses", unit.tally.responses)
          json.member("index", unit.tally.index)
          json.member("interval", unit.tally.interval)
          json.member("shrunk", unit.ranked?.shrunk)
          json.member("shrunk_interval", unit.ranked?.interval)
          json.member("rank", unit.ranked?.rank)
          json.member("rank_low", unit.ranked?.ranks.lowerBound)
          json.member("rank_high", unit.ranked?.ranks.upperBound)
        }
      }
    }
    return json.bytes
  }
}
