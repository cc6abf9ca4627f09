import CivilTime
import Registry
import Reporting
public import Store

/// The devices of a site and how they fare.
public struct DevicesQuery: Query {
  private let site: Site
  private let scope: Scope
  private let nowMilliseconds: Int64

  /// - Parameter nowMilliseconds: UTC since 1970.
  public init(site: Site, scope: Scope, nowMilliseconds: Int64) {
    self.site = site
    self.scope = scope
    self.nowMilliseconds = nowMilliseconds
  }

  public var registryRevision: Int64? { site.revision }

  public var cost: QueryCost { QueryCost(bytes: 0, rows: site.devices.count) }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> Devices {
    let devices = zip(site.devices, try snapshot.deviceHealth()).compactMap { device, health in
      Devices.Device(
        device, health, site: site, scope: scope, nowMilliseconds: nowMilliseconds)
    }
    return Devices(devices: devices)
  }
}

extension Devices.Device {
  /// nil for what no bearer of the scope sees, and for what only stands for imports.
  init?(
    _ device: StoredDevice, _ health: DeviceHealth, site: Site, scope: Scope,
    nowMilliseconds now: Int64
  ) {
    let touchpoint = device.touchpoint(atMilliseconds: now)
    guard !device.isImport, scope.sees(touchpoint) else { return nil }
    let heard = max(health.statusHeardAtMilliseconds ?? -1, health.lastCountedMilliseconds ?? -1)
    let isExpected =
      device.isRegistered && touchpoint != Registry.unassigned
      && site.calendar.isOpen(
        site.registry.node(touchpoint)?.openingHours, holidays: site.registry.holidays,
        atSeconds: Int(now / 1000))
    // Who sleeps is missed from when it meant to be heard again.
    let last = max(heard, health.dueAtMilliseconds ?? -1)
    // A phone's signs come with its ratings: they are told to the day.
    let isHeldBack = site.holdsBack(at: touchpoint)
    func told(_ milliseconds: Int64) -> Int64 {
      isHeldBack ? site.startOfDay(milliseconds) : milliseconds
    }
    self.init(
      name: device.name, isRegistered: device.isRegistered, touchpoint: touchpoint,
      health: isHeldBack ? health.byDay(site) : health,
      lastHeardMilliseconds: heard < 0 ? nil : told(heard),
      isSilent: isExpected
        ? !health.isPresent && now - last > QueryLimits.silentAfterMilliseconds : nil,
      isAsleep: !isHeldBack && health.dueAtMilliseconds.map { now <= $0 } ?? false)
  }
}

extension DeviceHealth {
  /// What may be told of a phone: what it is, and the days on which it was heard.
  fileprivate func byDay(_ site: Site) -> DeviceHealth {
    var told = self
    told.statusJSON = nil
    told.statusReceivedAtMilliseconds = statusReceivedAtMilliseconds.map(site.startOfDay)
    told.statusHeardAtMilliseconds = statusHeardAtMilliseconds.map(site.startOfDay)
    told.lastCountedMilliseconds = lastCountedMilliseconds.map(site.startOfDay)
    told.presenceEndMilliseconds = nil
    (told.isSleeping, told.isPresent) = (false, false)
    (told.journal, told.rssiDBm, told.clockAheadMilliseconds) = (nil, nil, nil)
    (told.epochs, told.unsequencedPresses) = ([], 0)
    return told
  }
}

extension Site {
  /// When the local day of a moment began, UTC milliseconds since 1970.
  fileprivate func startOfDay(_ milliseconds: Int64) -> Int64 {
    let day = calendar.date(of: UTC.hour(ofMilliseconds: milliseconds)).daysSince1970
    return UTC.milliseconds(ofHour: calendar.startOfDay(day))
  }
}

extension StoredDevice {
  /// Where it stands then, or stood last.
  func touchpoint(atMilliseconds now: Int64) -> String {
    let minute = UTC.minute(ofMilliseconds: now)
    return timeline.intervals.last { $0.minutes.lowerBound <= minute }?.touchpoint
      ?? Registry.unassigned
  }
}

/// Every device ever registered that a bearer sees, in the order of their numbers.
public struct Devices: Sendable {
  public struct Device: Sendable {
    public let name: String
    public let isRegistered: Bool
    /// Where it stands now, or stood last.
    public let touchpoint: String
    public let health: DeviceHealth
    /// The last sign of it, UTC milliseconds since 1970; nil = none.
    public let lastHeardMilliseconds: Int64?
    /// nil where it is not expected to be heard now.
    public let isSilent: Bool?
    /// It said that it sleeps, and is not overdue.
    public let isAsleep: Bool

    /// Its battery wants to be changed.
    public var hasLowBattery: Bool {
      isRegistered && touchpoint != Registry.unassigned
        && health.batteryMillivolts.map { $0 < QueryLimits.lowBatteryMillivolts } ?? false
    }

    /// It says that it has another configuration than it was told.
    public var isBehind: Bool {
      guard isRegistered, let reported = health.reportedRevision else { return false }
      return reported != health.configuredRevision
    }
  }

  public let devices: [Device]

  /// Devices that should be heard now and are not.
  public var silentCount: Int { devices.count { $0.isSilent == true } }
  /// Devices that stand somewhere and whose battery wants to be changed.
  public var lowBatteryCount: Int { devices.count(where: \.hasLowBattery) }
  /// Devices that say that they have another configuration than they were told.
  public var behindCount: Int { devices.count(where: \.isBehind) }
}
