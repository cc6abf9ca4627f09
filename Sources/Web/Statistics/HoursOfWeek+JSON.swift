import Queries
import Reporting

extension HoursOfWeek {
  func json(_ site: Site) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", node)
      json.member("time_zone", site.timeZone)
      json.period(hours, site.calendar)
      json.list("series", series) { series, json in
        json.members(series.question)
        json.list("cells", series.week.cells) { cell, json in
          json.member("weekday", cell.weekday)
          json.member("hour", cell.hour)
          json.member("hours", cell.hours)
          json.member("responses", cell.tally.responses)
          json.member("index", cell.tally.index)
          json.member("interval", cell.tally.interval)
        }
      }
    }
    return json.bytes
  }
}
