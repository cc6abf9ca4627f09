import Foundation
import Ingest
import Registry
import Reporting

/// The public part of the tree, `GET /public/v1/nodes`: no devices, nothing that is not public.
struct PublicPlacesText {
  let registry: Registry

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("site", registry.site)
      json.member("time_zone", registry.timeZone.identifier)
      json.member("by", registry.publicRules.period.rawValue)
      json.member("cell_min", registry.publicRules.cellMin)
      json.member("total_min", registry.publicRules.totalMin)
      json.member("delay_days", registry.publicRules.delayDays)
      json.list("questions", registry.questions) { question, json in
        json.member("id", question.id)
        json.member("buttons", question.buttons)
        json.member("text", question.text)
      }
      json.list("nodes", PublicPeriod.roots(of: registry), write)
    }
    return json.bytes
  }

  private func write(_ node: Node, _ json: inout JSONText) {
    json.member("id", node.id)
    json.member("kind", node.kind)
    json.member("name", node.name)
    json.list("nodes", node.children.filter(\.isPublic), write)
  }
}

/// What was published, `GET /public/v1/results`: a row is there whole, or hidden whole.
struct PublicResultsText {
  let node: String
  let registry: Registry
  let calendar: SiteCalendar
  let series: [PublishedSeries]

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", node)
      json.member("time_zone", registry.timeZone.identifier)
      json.list("series", series) { series, json in
        json.member("node", series.node)
        json.member("question", series.question)
        json.member("buttons", series.buttons)
        json.list("rows", series.periods, row)
      }
    }
    return json.bytes
  }

  private func row(_ period: PublishedSeries.Period, _ json: inout JSONText) {
    json.period(period.hours, calendar)
    let last = period.versions[period.versions.count - 1]
    numbers(last, &json)
    json.member("interval", last.isShown ? last.tally.interval : nil)
    json.member("shares", last.isShown ? last.tally.shares : nil)
    json.member("published_at", time(period.versions[0]))
    json.member("revised_at", period.versions.count > 1 ? time(last) : nil)
    json.list("before", period.versions.dropLast()) { version, json in
      json.member("published_at", time(version))
      numbers(version, &json)
    }
    json.member("later_counts_differ", period.laterCountsDiffer)
  }

  private func numbers(_ version: PublishedSeries.Period.Version, _ json: inout JSONText) {
    json.member("suppressed", !version.isShown)
    json.member("responses", version.isShown ? version.tally.responses : nil)
    if version.isShown {
      json.member("counts", version.tally.counts)
    } else {
      json.member("counts", json: nil)
    }
    json.member("index", version.isShown ? version.tally.index : nil)
  }

  private func time(_ version: PublishedSeries.Period.Version) -> String {
    RFC3339.format(milliseconds: version.publishedAtMilliseconds)
  }

  /// RFC 4180; former versions stand in JSON only. No cell needs quotes.
  func csv() -> [UInt8] {
    let buttons = series.map(\.buttons).max() ?? 0
    let head =
      ["node", "question", "start", "end", "suppressed", "responses"]
      + (0..<buttons).map { "count_\($0)" }
      + [
        "index", "interval_low", "interval_high", "published_at", "revised_at",
        "later_counts_differ",
      ]
    var lines = [head]
    for series in series {
      for period in series.periods {
        let last = period.versions[period.versions.count - 1]
        let shown = last.isShown ? last.tally : nil
        let counts = (0..<buttons).map { button in
          guard let shown, button < shown.counts.count else { return "" }
          return "\(shown.counts[button])"
        }
        lines.append(
          [
            series.node, series.question, calendar.format(hour: period.hours.lowerBound),
            calendar.format(hour: period.hours.upperBound), last.isShown ? "false" : "true",
            shown.map { "\($0.responses)" } ?? "",
          ] + counts + [
            cell(shown?.index), cell(shown?.interval?.low), cell(shown?.interval?.high),
            time(period.versions[0]), period.versions.count > 1 ? time(last) : "",
            "\(period.laterCountsDiffer)",
          ])
      }
    }
    return Array(lines.map { $0.joined(separator: ",") + "\r\n" }.joined().utf8)
  }

  private func cell(_ value: Double?) -> String {
    value?.description ?? ""
  }
}

/// What was published and what is counted now, `GET /api/v1/publications`.
struct PublicationsText {
  let node: String
  let calendar: SiteCalendar
  let timeZone: String
  let series: [PublishedSeries]
  /// By period.
  let now: [Range<Int>: SeriesSums]

  func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", node)
      json.member("time_zone", timeZone)
      json.list("series", series) { series, json in
        json.member("question", series.question)
        json.member("buttons", series.buttons)
        json.list("periods", series.periods) { period, json in
          write(period, counted(series, period.hours), &json)
        }
      }
    }
    return json.bytes
  }

  private func write(
    _ period: PublishedSeries.Period, _ counted: Tally, _ json: inout JSONText
  ) {
    json.period(period.hours, calendar)
    let last = period.versions[period.versions.count - 1]
    json.list("versions", period.versions) { version, json in
      json.member(
        "published_at", RFC3339.format(milliseconds: version.publishedAtMilliseconds))
      json.member("suppressed", !version.isShown)
      numbers(version.tally, &json)
    }
    json.member("now") { numbers(counted, &$0) }
    json.member("differs", counted.counts != last.tally.counts)
    json.member("coarser", period.isCoarser)
  }

  private func numbers(_ tally: Tally, _ json: inout JSONText) {
    json.member("responses", tally.responses)
    json.member("counts", tally.counts)
    json.member("index", tally.index)
  }

  /// Nothing where the question is not asked any more.
  private func counted(_ series: PublishedSeries, _ hours: Range<Int>) -> Tally {
    guard let sums = now[hours],
      let number = sums.plan.series.firstIndex(where: {
        $0.question == series.question && $0.buttons == series.buttons
      })
    else { return Tally(buttons: series.buttons) }
    let tally = sums.tally(series: number, bin: 0)
    return Tally(counts: tally.counts)
  }
}
