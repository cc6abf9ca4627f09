import CivilTime
import Publishing
import Queries
import Registry
import Reporting

/// What was published as one JSON-stat 2.0 dataset: node × question × time × measure.
///
/// Of a hidden row every value is null and its status is `c`, confidential; a period in which a node was
/// not asked the question is null without a status.
struct PublishedJSONStat {
  private let asked: String
  private let series: [PublishedSeries]
  private let site: Site
  private let names: JSONStatNames

  init(_ asked: String, _ series: [PublishedSeries], site: Site, language: String) {
    self.asked = asked
    self.series = series
    self.site = site
    names = JSONStatNames(registry: site.registry, language: language)
  }

  func bytes() -> [UInt8] {
    let keys = JSONStatNames.questionKeys(series.map { ($0.question, $0.buttons) })
    let (nodes, questions) = (distinct(series.map(\.node)), distinct(keys))
    let periods = Set(series.flatMap { $0.periods.map(\.hours) }).sorted {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }
    let measures = Measure.published(buttons: series.map(\.buttons).max() ?? 0)
    var places: [String: [Range<UTCHour>: PublishedSeries.Period]] = [:]
    for (series, key) in zip(series, keys) {
      places["\(series.node) \(key)"] = Dictionary(
        series.periods.map { ($0.hours, $0) }, uniquingKeysWith: { $1 })
    }
    var json = JSONWriter()
    json.object { json in
      json.member("version", "2.0")
      json.member("class", "dataset")
      json.member("label", "Pikapalaute: \(names.node(asked))")
      json.member("source", site.registry.site)
      json.member("id", ["node", "question", "time", "measure"])
      json.member("size", [nodes.count, questions.count, periods.count, measures.count])
      json.member("role") { json in
        json.member("time", ["time"])
        json.member("geo", ["node"])
        json.member("metric", ["measure"])
      }
      json.member("dimension") { json in
        JSONStatNames.dimension("node", nodes, nodes.map(names.node), &json)
        JSONStatNames.dimension("question", questions, questions.map(names.question), &json)
        let times = periods.map(interval)
        JSONStatNames.dimension("time", times, times, &json)
        JSONStatNames.dimension("measure", measures.map(\.name), measures.map(\.name), &json)
      }
      let rows = nodes.flatMap { node in
        questions.flatMap { question in periods.map { places["\(node) \(question)"]?[$0] } }
      }
      json.openList("value")
      for row in rows {
        for measure in measures {
          switch row?.last.shown.flatMap(measure.value) {
          case nil: json.elementNull()
          case .count(let count): json.element(count)
          case .number(let number): json.element(number)
          case .text(let text): json.element(text)
          }
        }
      }
      json.closeList()
      json.member("status") { json in
        for (place, row) in rows.enumerated() where row.map({ !$0.last.isShown }) ?? false {
          for offset in measures.indices {
            json.member("\(place * measures.count + offset)", "c")
          }
        }
      }
    }
    return json.bytes
  }

  /// RFC 3339, from and to: coarser periods may begin where others do.
  private func interval(_ hours: Range<UTCHour>) -> String {
    "\(site.calendar.format(hour: hours.lowerBound))/\(site.calendar.format(hour: hours.upperBound))"
  }

  /// Each once, in the order in which they come.
  private func distinct(_ ids: [String]) -> [String] {
    var seen: Set<String> = []
    return ids.filter { seen.insert($0).inserted }
  }
}
