import Reporting

/// Results as JSON and as CSV; both say the same numbers.
struct ResultsText {
  let query: ResultsQuery
  let sums: SeriesSums
  let calendar: SiteCalendar
  let timeZone: String

  /// The contract's JSON: one object, a series per node and question.
  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", query.node)
      json.member("time_zone", timeZone)
      json.member("by", query.granularity.rawValue)
      json.member("series", array: { json in
        for index in sums.plan.series.indices { series(index, &json) }
      })
    }
    return json.bytes
  }

  private func series(_ index: Int, _ json: inout JSONText) {
    let series = sums.plan.series[index]
    json.element { json in
      json.member("node", series.node)
      json.member("question", series.question)
      json.member("buttons", series.buttons)
      json.member("rows", array: { json in
        for (bin, hours) in sums.bins.enumerated() {
          row(sums.tally(series: index, bin: bin), hours, &json)
        }
      })
    }
  }

  private func row(_ tally: Tally, _ hours: Range<Int>, _ json: inout JSONText) {
    json.element { json in
      json.member("start", calendar.format(hour: hours.lowerBound))
      json.member("end", calendar.format(hour: hours.upperBound))
      json.member("responses", tally.responses)
      json.member("counts", tally.counts)
      json.member("index", tally.index)
      if let interval = tally.interval {
        json.member("interval", object: { json in
          json.member("low", interval.low)
          json.member("high", interval.high)
          json.member("level", interval.level)
        })
      } else {
        json.member("interval", json: nil)
      }
      json.member("excluded", tally.excluded)
      json.member("invalid", tally.invalid)
      json.member("lost", tally.lost)
      json.member("estimated", tally.estimated)
    }
  }

  /// RFC 4180: as many `count_` columns as the largest question has buttons; a question with
  /// fewer leaves the last ones empty.
  func csv() -> [UInt8] {
    let buttons = sums.plan.series.map(\.buttons).max() ?? 0
    let counts = (0..<buttons).map { "count_\($0)" }
    let header =
      ["node", "question", "start", "end", "responses"] + counts + [
        "index", "interval_low", "interval_high", "excluded", "invalid", "lost", "estimated",
      ]
    var bytes: [UInt8] = []
    line(header, &bytes)
    for (index, series) in sums.plan.series.enumerated() {
      for (bin, hours) in sums.bins.enumerated() {
        let tally = sums.tally(series: index, bin: bin)
        let cells = (0..<buttons).map { $0 < tally.counts.count ? "\(tally.counts[$0])" : "" }
        line(
          [
            series.node, series.question, calendar.format(hour: hours.lowerBound),
            calendar.format(hour: hours.upperBound), "\(tally.responses)",
          ] + cells + [
            number(tally.index), number(tally.interval?.low), number(tally.interval?.high),
            "\(tally.excluded)", "\(tally.invalid)", "\(tally.lost)", "\(tally.estimated)",
          ], &bytes)
      }
    }
    return bytes
  }

  private func number(_ value: Double?) -> String {
    value?.description ?? ""
  }

  // No cell needs quotes: ids are letters, digits and hyphens, the rest numbers and times.
  private func line(_ cells: [String], _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: cells.joined(separator: ",").utf8)
    bytes.append(contentsOf: "\r\n".utf8)
  }
}
