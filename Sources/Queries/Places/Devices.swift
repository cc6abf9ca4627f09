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
    let hour = UTC.hour(ofMilliseconds: nowMilliseconds)
    var devices: [Devices.Device] = []
    for (device, health) in zip(site.devices, try snapshot.deviceHealth()) where !device.isImport {
      let touchpoint =
        device.timeline.intervals.last { $0.hours.lowerBound <= hour }?.touchpoint
        ?? Registry.unassigned
      guard scope.sees(touchpoint) else { continue }
      let heard = max(
        health.statusHeardAtMilliseconds ?? -1, health.lastCountedMilliseconds ?? -1)
      devices.append(
        Devices.Device(
          name: device.name, isRegistered: device.isRegistered, touchpoint: touchpoint,
          health: health, lastHeardMilliseconds: heard < 0 ? nil : heard,
          isSilent: isSilent(device, health, at: touchpoint, heard: heard)))
    }
    return Devices(devices: devices)
  }

  /// Whether nothing is known of a device that should be heard now; nil where none is expected:
  /// it stands nowhere, or its touchpoint is closed.
  private func isSilent(
    _ device: StoredDevice, _ health: DeviceHealth, at touchpoint: String, heard: Int64
  ) -> Bool? {
    guard device.isRegistered, touchpoint != Registry.unassigned,
      site.calendar.isOpen(
        site.registry.node(touchpoint)?.openingHours, holidays: site.registry.holidays,
        atSeconds: Int(nowMilliseconds / 1000))
    else { return nil }
    return !health.isPresent && nowMilliseconds - heard > QueryLimits.silentAfterMilliseconds
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
  }

  public let devices: [Device]

  /// Devices that should be heard now and are not.
  public var silentCount: Int { devices.count { $0.isSilent == true } }
}
