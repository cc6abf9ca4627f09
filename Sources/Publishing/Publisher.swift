import Registry
import Reporting
public import Store

/// Publishes the closed periods of a site: reads them once, decides what is shown, and keeps that.
public struct Publisher: Sendable {
  private let reader: StoreReader
  private let publications: PublicationStore

  public init(reader: StoreReader, publications: PublicationStore) {
    self.reader = reader
    self.publications = publications
  }

  /// Publishes every period that is closed and was not published yet.
  ///
  /// A period is closed when the registry's delay has passed after its end. One that overlaps a
  /// published period of another length is never published.
  ///
  /// - Returns: the starts of the periods, as local times.
  public func publishClosed(site: AppliedSite, nowMilliseconds: Int64) async throws -> [String] {
    guard let registry = site.registry, !PublicPeriod.roots(of: registry).isEmpty,
      let first = try await reader.read({ try $0.firstHour(site: registry.site) })
    else { return [] }
    let calendar = SiteCalendar(timeZone: registry.timeZone)
    let index = SiteIndex(registry: registry, timelines: site.devices.map(\.timeline))
    let taken = try await publications.versions(in: 0..<Registry.hourEnd, nodes: []).map(\.hours)
    let now = Int(nowMilliseconds / 3_600_000)
    var published: [String] = []
    for hours in closed(calendar, registry.publicRules, first: first, now: now)
    where !taken.contains(where: { $0.overlaps(hours) }) {
      let tables = try await tables(PublicPeriod(registry: registry, index: index, hours: hours))
      let answers = tables.map { PublicAnswer(table: $0, minimum: registry.publicRules.minimum) }
      if try publications.add(
        publication(hours, 1, answers, registry.publicRules, nowMilliseconds))
      {
        published.append(calendar.format(hour: hours.lowerBound))
      }
    }
    return published
  }

  /// Publishes a period again as it is now, and keeps what was published before.
  ///
  /// - Parameter start: the UTC hour in which the period begins.
  /// - Returns: the new version's number; nil when nothing has changed.
  /// - Throws: `PublicationError` when the period was never published; `PublicRevisionError` when
  ///   the difference would tell what is hidden. The period stays as it was then.
  public func publishAgain(
    start: Int, site: AppliedSite, nowMilliseconds: Int64
  ) async throws -> Int? {
    guard let registry = site.registry else { throw PublicationError.noRegistry }
    let all = try await publications.versions(in: 0..<Registry.hourEnd, nodes: nil)
    let versions = all.filter { $0.hours.lowerBound == start }
    guard let last = versions.last else { throw PublicationError.neverPublished }
    let index = SiteIndex(registry: registry, timelines: site.devices.map(\.timeline))
    let tables = try await tables(
      PublicPeriod(registry: registry, index: index, hours: last.hours))
    let answers = try PublicAnswer.revised(
      tables, versions: versions.map(\.answers), minimum: registry.publicRules.minimum)
    let next = publication(
      last.hours, last.version + 1, answers, registry.publicRules, nowMilliseconds)
    if next.rows == last.rows { return nil }
    guard try publications.add(next) else { throw PublicationError.publishedMeanwhile }
    return next.version
  }

  private func closed(
    _ calendar: SiteCalendar, _ rules: PublicRules, first: Int, now: Int
  ) -> [Range<Int>] {
    // Bins are cut to what is asked for: a year and more before and after, and none is.
    let margin = 400 * 24
    let by = rules.period.granularity
    let start = calendar.bins(from: max(0, first - margin), to: first + 1, by: by).last
    return calendar.bins(from: start?.lowerBound ?? first, to: now + margin, by: by).filter {
      $0.upperBound + rules.delayDays * 24 <= now
    }
  }

  private func tables(_ period: PublicPeriod) async throws -> [PublicTable] {
    let sums = try await reader.read { snapshot in
      var sums = SeriesSums(plan: period.plan, bins: [period.hours])
      for span in period.plan.spans {
        try snapshot.buckets(device: span.device, hours: span.hours, bins: sums.bins) {
          bin, slot, numbers in
          guard let number = sums.series(of: span, slot: slot) else { return }
          sums.add(series: number, bin: bin, numbers)
        }
      }
      return sums
    }
    return period.tables(sums)
  }

  private func publication(
    _ hours: Range<Int>, _ version: Int, _ answers: [PublicAnswer], _ rules: PublicRules,
    _ nowMilliseconds: Int64
  ) -> Publication {
    Publication(
      hours: hours, version: version, publishedAtMilliseconds: nowMilliseconds,
      cellMin: rules.cellMin, totalMin: rules.totalMin, rows: answers.flatMap(\.rows))
  }
}

/// Why a period was not published again, apart from what it would tell.
public enum PublicationError: Error, CustomStringConvertible {
  case noRegistry
  case neverPublished
  case publishedMeanwhile

  public var description: String {
    switch self {
    case .noRegistry: "no registry was applied yet; run: pikapalaute serve --registry FILE"
    case .neverPublished:
      "no period that begins then was published; 'pikapalaute publish --list' shows those that were"
    case .publishedMeanwhile: "somebody else published it just now; look at it first"
    }
  }
}
