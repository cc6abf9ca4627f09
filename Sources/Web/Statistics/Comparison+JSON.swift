import Queries
import Reporting

extension Comparison {
  func json(_ site: Site) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("node", node)
      json.member("time_zone", site.timeZone)
      json.list("series", series) { series, json in
        json.members(series.question)
        json.member("now") { json in
          json.period(series.hours, site.calendar)
          json.members(series.now)
        }
        json.member("before", series.before, site)
        json.member("year_ago", series.yearAgo, site)
        json.member("siblings") { $0.members(series.siblings) }
      }
    }
    return json.bytes
  }
}

extension JSONText {
  fileprivate mutating func member(_ name: String, _ earlier: Comparison.Earlier?, _ site: Site) {
    guard let earlier else { return memberNull(name) }
    member(name) { json in
      json.period(earlier.hours, site.calendar)
      json.members(earlier.tally)
      json.member("change", earlier.change)
    }
  }

  fileprivate mutating func members(_ siblings: Comparison.Siblings) {
    member("comparisons", siblings.comparisons)
    member("family_level", SiblingComparison.familyLevel)
    list("units", siblings.units) { unit, json in
      json.member("node", unit.node)
      json.member("responses", unit.tally.responses)
      json.member("index", unit.tally.index)
      json.member("interval", unit.tally.interval)
      json.member("rest") { json in
        json.member("responses", unit.rest.responses)
        json.member("index", unit.rest.index)
      }
      json.member("change", unit.change)
    }
    member("left_out", siblings.leftOut)
    member("reason", siblings.reason)
  }

  fileprivate mutating func member(_ name: String, _ change: Comparison.Change) {
    member(name) { json in
      json.member("word", change.index.word.rawValue)
      json.member("difference", change.index.difference)
      // Once drawn to 50, when the prior had a say; the member is kept.
      json.member("estimate", change.index.difference)
      json.member("interval", change.index.interval)
      json.member("days", change.days)
      json.member("other_days", change.otherDays)
      json.member("dispersion", change.index.evidence?.dispersion)
      json.member("degrees_of_freedom", change.index.evidence?.freedom)
    }
  }
}
