import Reporting

/// The hours of the local week, `GET /api/v1/hour-of-week`.
struct HourOfWeekText: Sendable {
  let query: StatisticsQuery
  /// By hour.
  let sums: SeriesSums

  func json() -> [UInt8] {
    let places = sums.bins.map { query.calendar.hourOfWeek($0.lowerBound) }
    var json = JSONText()
    json.object { json in
      json.member("node", query.node)
      json.member("time_zone", query.timeZone)
      json.period(query.hours, query.calendar)
      json.list("series", Array(sums.plan.series.enumerated())) { series, json in
        var week = HourOfWeek(buttons: series.element.buttons)
        for (bin, place) in places.enumerated() {
          week.add(sums.tally(series: series.offset, bin: bin), at: place)
        }
        json.member("question", series.element.question)
        json.member("buttons", series.element.buttons)
        json.list("cells", week.cells) { cell, json in
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
