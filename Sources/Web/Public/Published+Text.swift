import Foundation
import Ingest
import Queries
import Registry
import Reporting

/// The public part of the tree: no devices, nothing that is not public.
enum PublicPlaces {
  static func json(_ registry: Registry) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("site", registry.site)
      json.member("time_zone", registry.timeZone.identifier)
      json.member("by", registry.publicRules.period.rawValue)
      json.member("cell_min", registry.publicRules.cellMin)
      json.member("total_min", registry.publicRules.totalMin)
      json.member("delay_days", registry.publicRules.delayDays)
      json.member("questions", registry.questions)
      json.list("nodes", PublicPeriod.roots(of: registry), write)
    }
    return json.bytes
  }

  private static func write(_ node: Node, _ json: inout JSONText) {
    json.member("id", node.id)
    json.member("kind", node.kind)
    json.member("name", node.name)
    json.list("nodes", node.children.filter(\.isPublic), write)
  }
}

/// What was published: a row is there whole, or hidden whole.
extension [PublishedSeries] {
  func json(node: String, _ site: Site) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", node)
      json.member("time_zone", site.timeZone)
      json.list("series", self) { series, json in
        json.member("node", series.node)
        json.member("question", series.question)
        json.member("buttons", series.buttons)
        json.list("rows", series.periods) { $1.period($0, site.calendar) }
      }
    }
    return json.bytes
  }

  /// Former versions stand in JSON only.
  func csv(_ calendar: SiteCalendar) -> [UInt8] {
    let buttons = lazy.map(\.buttons).max() ?? 0
    let measures = Measure.published(buttons: buttons)
    var csv = CSVText()
    csv.line(
      ["node", "question", "start", "end", "suppressed"] + measures.map(\.name)
        + ["published_at", "revised_at", "later_counts_differ"])
    for series in self {
      for period in series.periods {
        let last = period.last
        csv.line(
          [
            series.node, series.question, calendar.format(hour: period.hours.lowerBound),
            calendar.format(hour: period.hours.upperBound), "\(!last.isShown)",
          ] + measures.map { measure in last.shown.flatMap(measure.value)?.description } + [
            period.versions[0].publishedAt, period.versions.count > 1 ? last.publishedAt : nil,
            "\(period.laterCountsDiffer)",
          ])
      }
    }
    return csv.bytes
  }
}

extension PublicationHistory {
  func json(_ site: Site) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", node)
      json.member("time_zone", site.timeZone)
      json.list("series", series) { series, json in
        json.members(series.question)
        json.list("periods", series.periods) { period, json in
          json.period(period.published.hours, site.calendar)
          json.list("versions", period.published.versions) { version, json in
            json.member("published_at", version.publishedAt)
            json.member("suppressed", !version.isShown)
            json.numbers(period.counted(version))
          }
          json.member("now") { $0.numbers(period.now) }
          json.member("differs", period.differs)
          json.member("coarser", period.published.isCoarser)
        }
      }
    }
    return json.bytes
  }
}

extension Measure {
  /// What a published row tells: the responses and what follows from them.
  fileprivate static func published(buttons: Int) -> [Measure] {
    let counts = (0..<buttons).map { "count_\($0)" }
    let names = ["responses"] + counts + ["index", "interval_low", "interval_high"]
    return all.filter { names.contains($0.name) }
  }
}

extension PublishedSeries.Period.Version {
  fileprivate var publishedAt: String {
    RFC3339.format(milliseconds: publishedAtMilliseconds)
  }
}

extension JSONText {
  fileprivate mutating func period(_ period: PublishedSeries.Period, _ calendar: SiteCalendar) {
    self.period(period.hours, calendar)
    members(period.last)
    member("interval", period.last.shown?.interval)
    member("shares", period.last.shown?.shares)
    member("published_at", period.versions[0].publishedAt)
    member("revised_at", period.versions.count > 1 ? period.last.publishedAt : nil)
    list("before", period.versions.dropLast()) { version, json in
      json.member("published_at", version.publishedAt)
      json.members(version)
    }
    member("later_counts_differ", period.laterCountsDiffer)
  }

  private mutating func members(_ version: PublishedSeries.Period.Version) {
    member("suppressed", !version.isShown)
    member("responses", version.shown?.responses)
    if let counts = version.shown?.counts {
      member("counts", counts)
    } else {
      memberNull("counts")
    }
    member("index", version.shown?.index)
  }

  fileprivate mutating func numbers(_ tally: Tally) {
    member("responses", tally.responses)
    member("counts", tally.counts)
    member("index", tally.index)
  }
}
