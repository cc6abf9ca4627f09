public import CivilTime
public import Reporting

/// What was published of a node's answers to one question, period by period.
public struct PublishedSeries: Sendable {
  /// One period, in the version that holds and those before it.
  public struct Period: Sendable {
    public struct Version: Sendable {
      /// UTC since 1970.
      public var publishedAtMilliseconds: Int64
      public var isShown: Bool
      /// As it was counted then, whether it was shown or not.
      var counted: Tally

      /// What everybody may see; nil where it is hidden.
      public var shown: Tally? { isShown ? counted : nil }
    }

    public var hours: Range<UTCHour>
    /// Made of periods that were published before.
    public var isCoarser: Bool
    /// The oldest first, at least one.
    public var versions: [Version]
    /// Something that the period shows, here or elsewhere, is counted otherwise by now.
    public var laterCountsDiffer: Bool

    /// The version that holds.
    public var last: Version { versions[versions.count - 1] }
  }

  public var node: String
  public var question: String
  /// 2…5.
  public var buttons: Int
  public var periods: [Period] = []

  /// Series in the order of the nodes, each node's by question.
  static func all(
    _ publications: [Publication], nodes: [String], question: String?
  ) -> [PublishedSeries] {
    var series: [PublishedSeries] = []
    for node in nodes {
      var found: [PublishedSeries] = []
      for publication in publications {
        for row in publication.rows where row.node == node && row.isPublic {
          if let question, row.question != question { continue }
          let place = found.firstIndex {
            $0.question == row.question && $0.buttons == row.counts.count
          }
          if place == nil {
            found.append(
              PublishedSeries(node: node, question: row.question, buttons: row.counts.count))
          }
          found[place ?? found.count - 1].add(
            Period.Version(
              publishedAtMilliseconds: publication.publishedAtMilliseconds,
              isShown: row.isShown, counted: Tally(counts: row.counts)),
            publication)
        }
      }
      series += found.sorted { ($0.question, $0.buttons) < ($1.question, $1.buttons) }
    }
    return series
  }

  /// Versions come in their order.
  private mutating func add(_ version: Period.Version, _ publication: Publication) {
    if let last = periods.last, last.hours == publication.hours {
      periods[periods.count - 1].versions.append(version)
      periods[periods.count - 1].laterCountsDiffer = publication.laterCountsDiffer
    } else {
      periods.append(
        Period(
          hours: publication.hours, isCoarser: publication.isCoarser, versions: [version],
          laterCountsDiffer: publication.laterCountsDiffer))
    }
  }
}
