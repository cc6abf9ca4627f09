import CivilTime
import Foundation
public import Registry
public import Reporting
public import Store
import Synchronization

/// The site that questions are answered for.
public struct Site: Sendable {
  public let registry: Registry
  /// In the order of their numbers.
  public let devices: [StoredDevice]
  public let calendar: SiteCalendar
  public let index: SiteIndex
  /// The version of the registry.
  public let revision: Int64
  /// Touchpoints of visits whose numbers are held back (``VisitReading``).
  let guardedVisits: [String]

  /// - Returns: nil when no registry was ever applied.
  public init?(_ applied: AppliedSite) {
    guard let registry = applied.registry else { return nil }
    self.registry = registry
    revision = applied.revision
    devices = applied.devices
    calendar = SiteCalendar(timeZone: registry.timeZone)
    index = SiteIndex(registry: registry, timelines: devices.map(\.timeline))
    guardedVisits =
      registry.visitRules.isGuarded
      ? registry.allNodes.filter { $0.touchpoint?.channel == .visit }.map(\.id) : []
  }

  /// IANA name.
  public var timeZone: String { registry.timeZone.identifier }

  /// The touchpoints at and below a node, with what stands under none, where it belongs to it.
  ///
  /// - Throws: `.unknownNode`.
  func touchpoints(below node: String) throws(QueryError) -> [String] {
    guard index.isPlace(node) else { throw .unknownNode(node) }
    let hasUnassigned = node == registry.site || node == Registry.unassigned
    return index.touchpoints(of: node) + (hasUnassigned ? [Registry.unassigned] : [])
  }

  /// Whether numbers at a node, or at one below it, are held back.
  public func holdsBack(at node: String) -> Bool {
    guardedVisits.contains { index.isPlace($0, within: node) }
  }

  /// The local day since 1970 with which answers change that hold numbers back; nil where none are.
  public func day(holdingBackAt nowMilliseconds: Int64) -> Int? {
    guardedVisits.isEmpty
      ? nil : calendar.date(of: UTC.hour(ofMilliseconds: nowMilliseconds)).daysSince1970
  }

  /// The rules that keep repeated presses back at and below a node; those of terminals where nothing
  /// stands.
  public func rules(below node: String) -> [CountingRuleName] {
    let found = Set(
      index.touchpoints(of: node).compactMap { registry.node($0)?.touchpoint?.channel.rule })
    return found.isEmpty ? [.lockout] : CountingRuleName.allCases.filter(found.contains)
  }

  /// - Throws: `.unknownQuestion` for one that the site never asks.
  package func check(question: String?) throws(QueryError) {
    guard let question, registry.question(question) == nil else { return }
    throw .unknownQuestion(question)
  }

  /// The series of a node and, if wanted, of its children.
  ///
  /// - Throws: `.unknownNode`.
  func plan(
    of node: String, in hours: Range<UTCHour>, withChildren: Bool = false, question: String? = nil
  ) throws(QueryError) -> SeriesPlan {
    let plan = SeriesPlan(
      index: index, node: node, hours: hours, withChildren: withChildren, question: question)
    guard let plan else { throw .unknownNode(node) }
    return plan
  }
}

/// The site that holds now: set when a registry was applied.
public final class CurrentSite: Sendable {
  private let site = Mutex<(applied: AppliedSite?, site: Site?)>((nil, nil))

  public init() {}

  public func set(_ applied: AppliedSite) {
    let made = Site(applied)
    site.withLock { $0 = (applied, made) }
  }

  /// Adds devices of the next numbers, unless a registry that was applied meanwhile knows them.
  public func add(_ devices: [StoredDevice]) {
    guard let first = devices.first?.number else { return }
    while let known = applied, known.devices.count == first {
      var next = known
      next.devices += devices
      let made = Site(next)
      let isSet = site.withLock { current in
        guard let now = current.applied, now.revision == known.revision, now.devices.count == first
        else { return false }
        current = (next, made)
        return true
      }
      if isSet { return }
    }
  }

  /// The site as it was applied last; nil before.
  public var current: Site? {
    site.withLock { $0.site }
  }

  /// The same as the store told it.
  public var applied: AppliedSite? {
    site.withLock { $0.applied }
  }

  /// - Throws: `.noRegistry` when no registry was ever applied.
  public func require() throws(QueryError) -> Site {
    guard let site = current else { throw .noRegistry }
    return site
  }
}
