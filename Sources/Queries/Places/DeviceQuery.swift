import CivilTime
import Registry
import Reporting
public import Store

/// One device: where it stands and stood, how it fares and fared.
public struct DeviceQuery: Query {
  private let stored: StoredDevice
  private let site: Site
  private let scope: Scope
  private let showsQuarantine: Bool
  private let nowMilliseconds: Int64

  /// - Parameters:
  ///   - showsQuarantine: the bearer is an administrator.
  ///   - nowMilliseconds: UTC since 1970.
  /// - Throws: `.unknownDevice`, of one that is not there as of one that stands elsewhere.
  public init(
    device name: String, site: Site, scope: Scope, showsQuarantine: Bool, nowMilliseconds: Int64
  ) throws(QueryError) {
    guard let stored = site.devices.first(where: { $0.name == name && !$0.isImport }),
      scope.sees(stored.touchpoint(atMilliseconds: nowMilliseconds))
    else { throw .unknownDevice(name) }
    self.stored = stored
    self.site = site
    self.scope = scope
    self.showsQuarantine = showsQuarantine
    self.nowMilliseconds = nowMilliseconds
  }

  public var registryRevision: Int64? { site.revision }

  public var cost: QueryCost {
    QueryCost(bytes: 0, rows: HealthDay.daysMax + 24 * QueryLimits.deviceCountsDays)
  }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> DeviceReport {
    let number = stored.number
    guard let health = try snapshot.deviceHealth(device: number).first,
      let device = Devices.Device(
        stored, health, site: site, scope: scope, nowMilliseconds: nowMilliseconds)
    else { throw QueryError.unknownDevice(stored.name) }
    let calendar = site.calendar
    let today = calendar.date(of: UTC.hour(ofMilliseconds: nowMilliseconds)).daysSince1970
    let hours =
      calendar.startOfDay(today - QueryLimits.deviceCountsDays + 1)..<calendar.startOfDay(today + 1)
    return DeviceReport(
      device: device, placements: placements, counts: try counts(snapshot, hours),
      countedHours: hours,
      days: site.holdsBack(at: device.touchpoint) ? [] : try snapshot.healthDays(device: number),
      quarantine: showsQuarantine
        ? try snapshot.quarantine(limit: QueryLimits.deviceQuarantineMax, topics: topics) : nil)
  }

  /// What came of its presses where the bearer sees them; nothing of visits.
  private func counts(
    _ snapshot: StoreReader.Snapshot, _ hours: Range<UTCHour>
  ) throws -> CountNumbers {
    var sum = CountNumbers(repeating: 0)
    for interval in stored.timeline.intervals
    where scope.sees(interval.touchpoint) && !site.holdsBack(at: interval.touchpoint) {
      let part = interval.hours.clamped(to: hours)
      if part.isEmpty { continue }
      try snapshot.buckets(device: stored.number, hours: part, bins: [part]) { _, slot, numbers in
        guard interval.storedSlots.contains(slot) else { return }
        for number in numbers.indices { sum[number] += numbers[number] }
      }
    }
    return sum
  }

  private var placements: [DeviceReport.Placement] {
    var found: [DeviceReport.Placement] = []
    for interval in stored.timeline.intervals
    where interval.touchpoint != Registry.unassigned && scope.sees(interval.touchpoint) {
      if let last = found.last, last.touchpoint == interval.touchpoint,
        last.minutes.upperBound == interval.minutes.lowerBound
      {
        found.removeLast()
        found.append(
          DeviceReport.Placement(
            touchpoint: last.touchpoint,
            minutes: last.minutes.lowerBound..<interval.minutes.upperBound))
      } else {
        found.append(
          DeviceReport.Placement(touchpoint: interval.touchpoint, minutes: interval.minutes))
      }
    }
    return found
  }

  /// Under which its messages are quarantined.
  private var topics: [String] {
    let root = "pikapalaute/v1/\(site.registry.site)/\(stored.name)"
    return ["\(root)/press", "\(root)/status", "/ingest/v1/\(stored.name)/press"]
  }
}
