import CivilTime
import Queries
import Registry
import Reporting
public import Store
import Synchronization

/// Publishes the closed periods of a site: reads them once, decides what is shown, and keeps that.
public final class Publisher: Sendable {
  /// What a period was compared at.
  private struct Looked: Equatable {
    var version: Int
    var revision: DataRevision
  }

  private let reader: StoreReader
  private let publications: PublicationStore
  private let actor: String
  private let compared = Mutex<[Range<Int>: Looked]>([:])

  /// - Parameter actor: who publishes, for the audit log.
  public init(reader: StoreReader, publications: PublicationStore, actor: String) {
    self.reader = reader
    self.publications = publications
    self.actor = actor
  }

  /// Publishes every period that is closed and was not published yet.
  ///
  /// A period is closed when the registry's delay has passed after its end. One that overlaps a
  /// published period of another length is never published.
  ///
  /// - Returns: the starts of the periods, as local times.
  public func publishClosed(site: AppliedSite, nowMilliseconds: Int64) async throws -> [String] {
    guard let site = Site(site), !PublicPeriod.roots(of: site.registry).isEmpty,
      let first = try await reader.read({ try $0.firstHour(site: site.registry.site) })
    else { return [] }
    let rules = site.registry.publicRules
    let calendar = site.calendar
    let taken = try await publications.versions(in: 0..<Registry.hourEnd, nodes: []).map(\.hours)
    let now = UTC.hour(ofMilliseconds: nowMilliseconds)
    var published: [String] = []
    for hours in closed(calendar, rules, first: first, now: now)
    where !taken.contains(where: { $0.overlaps(hours) }) {
      let tables = try await tables(hours, site, nowMilliseconds)
      let answers = tables.map { PublicAnswer(table: $0, minimum: rules.minimum) }
      if try await publications.add(
        publication(hours, 1, answers, rules, nowMilliseconds),
        period: calendar.format(hour: hours.lowerBound), actor: actor)
      {
        published.append(calendar.format(hour: hours.lowerBound))
      }
    }
    return published
  }

  /// Publishes a period again as it is now, and keeps what was published before.
  ///
  /// - Parameters:
  ///   - start: the UTC hour in which the period begins.
  ///   - coarser: the length of a coarser period, made of several that were published; nil = the period
  ///     that was published.
  /// - Returns: the new version's number; nil when nothing has changed.
  /// - Throws: `PublicationError` when there is no such period; `PublicRevisionError` when
  ///   the difference would tell what is hidden. What was published stays as it was then.
  public func publishAgain(
    start: Int, by coarser: CoarserPeriod? = nil, site: AppliedSite, nowMilliseconds: Int64
  ) async throws -> Int? {
    guard let site = Site(site) else { throw PublicationError.noRegistry }
    let all = try await publications.versions(in: 0..<Registry.hourEnd, nodes: nil)
    let calendar = site.calendar
    let hours: Range<UTCHour>
    if let coarser {
      hours = try self.hours(of: coarser, start: start, all, calendar)
    } else {
      guard let found = all.first(where: { !$0.isCoarser && $0.hours.lowerBound == start }) else {
        throw PublicationError.neverPublished
      }
      hours = found.hours
      if all.contains(where: { $0.isCoarser && $0.hours.overlaps(hours) }) {
        throw PublicationError.insideCoarser
      }
    }
    let versions = all.filter { $0.isCoarser == (coarser != nil) && $0.hours == hours }
    let tables = try await tables(hours, site, nowMilliseconds)
    let rules = site.registry.publicRules
    let minimum = rules.minimum
    let answers: [PublicAnswer]
    if coarser == nil {
      answers = try PublicAnswer.revised(
        tables, versions: versions.map(\.answers), minimum: minimum)
    } else {
      let parts = Dictionary(
        grouping: all.filter { !$0.isCoarser && hours.overlaps($0.hours) }, by: \.hours)
      answers = try PublicAnswer.coarser(
        tables,
        parts: parts.sorted { $0.key.lowerBound < $1.key.lowerBound }.map {
          $0.value.map(\.answers)
        },
        versions: versions.map(\.answers), minimum: minimum)
    }
    var next = publication(
      hours, (versions.last?.version ?? 0) + 1, answers, rules, nowMilliseconds)
    next.isCoarser = coarser != nil
    if next.rows == versions.last?.rows { return nil }
    let period = calendar.format(hour: hours.lowerBound)
    guard try await publications.add(next, period: period, actor: actor) else {
      throw PublicationError.publishedMeanwhile
    }
    return next.version
  }

  /// The period of a length that begins then, when what was published before makes it up.
  private func hours(
    of coarser: CoarserPeriod, start: Int, _ all: [Publication], _ calendar: SiteCalendar
  ) throws -> Range<UTCHour> {
    let margin = 400 * 24
    let bins = calendar.bins(
      from: max(0, start - margin), to: start + margin, by: coarser.granularity)
    guard let hours = bins.first(where: { $0.lowerBound == start }) else {
      throw PublicationError.noSuchPeriod(coarser.rawValue)
    }
    if all.contains(where: { $0.isCoarser && $0.hours != hours && $0.hours.overlaps(hours) }) {
      throw PublicationError.insideCoarser
    }
    let parts = Set(all.filter { !$0.isCoarser && $0.hours.overlaps(hours) }.map(\.hours))
      .sorted { $0.lowerBound < $1.lowerBound }
    let isWhole =
      parts.count > 1 && parts[0].lowerBound == hours.lowerBound
      && parts[parts.count - 1].upperBound == hours.upperBound
      && zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }
    guard isWhole else { throw PublicationError.partsMissing }
    return hours
  }

  /// Looks whether what every published period shows is still what is counted, and keeps the word.
  ///
  /// Periods of which nothing was counted since the last look are left out.
  ///
  /// - Returns: the starts of the periods with news, as local times, and whether they differ now.
  public func compareWithNow(
    site: AppliedSite, nowMilliseconds: Int64
  ) async throws -> [(start: String, differs: Bool)] {
    guard let site = Site(site) else { return [] }
    let (registry, calendar) = (site.registry, site.calendar)
    var last: [Publication] = []
    for found in try await publications.versions(in: 0..<Registry.hourEnd, nodes: []) {
      if last.last?.hours == found.hours { last.removeLast() }
      last.append(found)
    }
    var news: [(start: String, differs: Bool)] = []
    for head in last {
      let revision = try await reader.read { try $0.revision(hours: head.hours) }
      let looked = Looked(version: head.version, revision: revision)
      if compared.withLock({ $0[head.hours] }) == looked { continue }
      let tables = try await tables(head.hours, site, nowMilliseconds)
      let shown = try await publications.versions(in: head.hours, nodes: nil)
        .last { $0.hours == head.hours }
      guard let shown else { continue }
      let differs = PublicAnswer.differs(shown.answers, from: tables) {
        registry.node($0)?.isPublic ?? false
      }
      if try await publications.mark(
        shown, laterCountsDiffer: differs, nowMilliseconds: nowMilliseconds)
      {
        news.append((calendar.format(hour: head.hours.lowerBound), differs))
      }
      compared.withLock { $0[head.hours] = looked }
    }
    return news
  }

  private func closed(
    _ calendar: SiteCalendar, _ rules: PublicRules, first: Int, now: Int
  ) -> [Range<UTCHour>] {
    // Bins are cut to what is asked for: a year and more before and after, and none is.
    let margin = 400 * 24
    let by = rules.period.granularity
    let start = calendar.bins(from: max(0, first - margin), to: first + 1, by: by).last
    return calendar.bins(from: start?.lowerBound ?? first, to: now + margin, by: by).filter {
      let end = calendar.date(of: $0.upperBound).daysSince1970
      return calendar.startOfDay(end + rules.delayDays) <= now
    }
  }

  /// What is public of visits is what is told of them: whole months.
  private func tables(
    _ hours: Range<UTCHour>, _ site: Site, _ nowMilliseconds: Int64
  ) async throws -> [PublicTable] {
    let period = PublicPeriod(registry: site.registry, index: site.index, hours: hours)
    return period.tables(
      try await reader.read(under: site.revision) {
        try $0.told(
          of: period.plan, bins: [hours], site: site, nowSeconds: Int(nowMilliseconds / 1000))
      })
  }

  private func publication(
    _ hours: Range<UTCHour>, _ version: Int, _ answers: [PublicAnswer], _ rules: PublicRules,
    _ nowMilliseconds: Int64
  ) -> Publication {
    Publication(
      hours: hours, version: version, publishedAtMilliseconds: nowMilliseconds,
      cellMin: rules.cellMin, totalMin: rules.totalMin, rows: answers.flatMap(\.rows))
  }
}

/// Lengths of periods that several published ones may make up.
public enum CoarserPeriod: String, CaseIterable, Sendable {
  case quarter, year

  var granularity: Granularity { self == .quarter ? .quarter : .year }
}

/// Why a period was not published again, apart from what it would tell.
public enum PublicationError: Error, CustomStringConvertible {
  case noRegistry
  case neverPublished
  case publishedMeanwhile
  case noSuchPeriod(String)
  case partsMissing
  case insideCoarser

  public var description: String {
    switch self {
    case .noRegistry: "no registry was applied yet; run: pikapalaute serve --registry FILE"
    case .neverPublished:
      "no period that begins then was published; 'pikapalaute publish --list' shows those that were"
    case .noSuchPeriod(let name):
      "no \(name) begins then; give the first day of one, and a length that is coarser than what "
        + "was published"
    case .partsMissing:
      "it is not made up of published periods without a gap, two at least; 'pikapalaute publish "
        + "--list' shows those that were"
    case .insideCoarser:
      "it lies in a coarser period that was published since, which tells its sum already; publish "
        + "that one again: --by and its length"
    case .publishedMeanwhile: "somebody else published it just now; look at it first"
    }
  }
}
