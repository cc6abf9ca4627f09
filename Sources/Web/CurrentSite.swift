import Foundation
import HTTPTypes
import Registry
public import Reporting
public import Store
import Synchronization

/// The site that requests are answered for: set when the registry was applied.
public final class CurrentSite: Sendable {
  public struct Site: Sendable {
    public var applied: AppliedSite
    public var calendar: SiteCalendar
    /// nil without a registry.
    public var index: SiteIndex?
  }

  private let site = Mutex<Site?>(nil)

  public init() {}

  public func set(_ applied: AppliedSite) {
    let calendar = SiteCalendar(timeZone: applied.registry?.timeZone ?? .gmt)
    let index = applied.registry.map {
      SiteIndex(registry: $0, timelines: applied.devices.map(\.timeline))
    }
    site.withLock { $0 = Site(applied: applied, calendar: calendar, index: index) }
  }

  /// The site as it was applied last; nil before.
  var current: Site? {
    site.withLock { $0 }
  }

  /// The site with its registry.
  ///
  /// - Throws: 404 when no registry was ever applied.
  func require() throws -> (site: Site, registry: Registry) {
    guard let site = current, let registry = site.applied.registry else {
      throw Problem(.notFound, "no registry was applied yet; set PIKAPALAUTE_REGISTRY")
    }
    return (site, registry)
  }
}
