import CivilTime
import Publishing
import Queries
import Registry
import Reporting

/// What was published, in the words of one language.
struct PublishedWords {
  /// Periods that a picture shows.
  static let periodsMax = 24

  let site: Site
  let language: Language

  func name(_ node: Node) -> String { language.name(node.name, or: node.id) }

  func question(_ series: PublishedSeries) -> String {
    language.question(series.question, in: site.registry)
  }

  func name(_ period: PublishedSeries.Period) -> String {
    language.period(period.hours, by: granularity, site.calendar)
  }

  /// A whole number; a dash where it is hidden.
  func index(_ period: PublishedSeries.Period?) -> String {
    period?.last.shown?.index.map { language.decimal($0, places: 0) } ?? "–"
  }

  func sentence(_ period: PublishedSeries.Period?) -> String {
    guard let period else { return language.text(.nothingPublished) }
    guard let shown = period.last.shown, let interval = shown.interval else {
      return "\(name(period)): \(language.text(.suppressed))."
    }
    return "\(name(period)): \(language.responses(shown.responses)), \(language.word(.interval)) "
      + "\(language.interval(interval.low, interval.high))."
  }

  func moment(_ milliseconds: Int64) -> String {
    language.moment(milliseconds: milliseconds, site.calendar)
  }

  /// The day of a UTC time by the site's clock.
  func date(_ milliseconds: Int64) -> String {
    let date = site.calendar.date(of: UTC.hour(ofMilliseconds: milliseconds))
    return language.date(year: date.year, month: date.month, day: date.day)
  }

  /// The last periods of a series.
  func chart(_ series: PublishedSeries, of node: Node) -> TrendChart {
    TrendChart(
      title: "\(name(node)): \(question(series))", sentence: sentence(series.periods.last),
      points: series.periods.suffix(Self.periodsMax).map(point))
  }

  private func point(_ period: PublishedSeries.Period) -> TrendChart.Point {
    let shown = period.last.shown
    return TrendChart.Point(
      period: name(period),
      label: language.shortPeriod(period.hours, by: granularity, site.calendar),
      responses: shown?.responses ?? 0, index: shown?.index,
      interval: shown?.interval.map { $0.low...max($0.low, $0.high) },
      absence: shown == nil ? .suppressed : .noResponses)
  }

  private var granularity: Granularity {
    Granularity(rawValue: site.registry.publicRules.period.rawValue) ?? .month
  }
}
