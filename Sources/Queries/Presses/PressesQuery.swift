public import CivilTime
import Registry
import Reporting
public import Store

/// A page of a node's single presses; none of visits, where those are held back.
public struct PressesQuery: Query {
  private let limit: Int
  private let after: PressesCursor?
  private let assignments: [SiteIndex.AssignmentInterval]
  private let site: Site

  /// - Parameters:
  ///   - limit: 1…``QueryLimits/pressesMax``.
  ///   - after: where the page before ended; nil for the first.
  /// - Throws: `.outside`, `.unknownNode`.
  public init(
    node: String, hours: Range<UTCHour>, limit: Int, after: PressesCursor?, site: Site, scope: Scope
  ) throws(QueryError) {
    try scope.covers(node)
    self.limit = min(limit, QueryLimits.pressesPerPageMax)
    self.after = after
    self.site = site
    let heldBack = Set(site.guardedVisits)
    let touchpoints = try site.touchpoints(below: node).filter { !heldBack.contains($0) }
    assignments = touchpoints.flatMap { touchpoint in
      touchpoint == Registry.unassigned
        ? SiteIndex.assignments(unassignedOf: site.devices.lazy.map(\.timeline), in: hours)
        : site.index.assignments(at: touchpoint, in: hours)
    }
  }

  public var registryRevision: Int64? { site.revision }

  public var cost: QueryCost { QueryCost(bytes: limit * QueryLimits.pressBytes, rows: .max) }

  /// Fills a page until it is full, the presses end or the time is over.
  ///
  /// - Throws: `.parameter` for a cursor that does not hold any more; `.unavailable`.
  public func answer(_ snapshot: StoreReader.Snapshot) throws -> PressesPage {
    let changed = QueryError.parameter(
      "after", "does not hold any more: what was counted before counts anew; begin without it")
    do {
      let end = try after?.end ?? snapshot.archiveEnd()
      guard try snapshot.holds(end) else { throw changed }
      var page = PressCollector(
        limit: limit, after: after, assignments: assignments, registry: site.registry,
        devices: site.devices)
      let clock = ContinuousClock()
      let began = clock.now
      let told = try snapshot.presses(
        hours: wanted, upTo: end,
        isOver: { clock.now > began + .seconds(QueryLimits.pressReadSecondsMax) },
        goesOn: { hour in
          clock.now < began + .seconds(QueryLimits.pressReadSeconds) && !page.isFull(before: hour)
        }
      ) { page.add($0) }
      return page.finish(end, missingFrom: told.missingFrom)
    } catch is PressesChanged {
      throw after == nil
        ? QueryError.unavailable("what was counted counts anew at this moment; try again shortly")
        : changed
    } catch is PressesTakeTooLong {
      throw QueryError.unavailable(
        "reading takes too long: the archive is being indexed, or an hour holds too many presses; "
          + "try again, or ask for fewer places")
    }
  }

  /// The hours of each device that are still to be read.
  private var wanted: [Int: [Range<UTCHour>]] {
    let from = UTC.hour(ofMilliseconds: after?.key.atMilliseconds ?? 0)
    return Dictionary(grouping: assignments, by: \.device).compactMapValues { assignments in
      let left = assignments.map { $0.hours.clamped(to: from..<Int.max) }.filter { !$0.isEmpty }
      return left.isEmpty ? nil : left
    }
  }
}
