import CivilTime
import Registry
public import Store

/// How the registered devices fare now, as far as it concerns a rollout.
public struct RolloutQuery: Query {
  private let site: Site
  private let nowMilliseconds: Int64

  /// - Parameter nowMilliseconds: UTC since 1970.
  public init(site: Site, nowMilliseconds: Int64) {
    self.site = site
    self.nowMilliseconds = nowMilliseconds
  }

  public var registryRevision: Int64? { site.revision }

  public var cost: QueryCost { QueryCost(bytes: 0, rows: 2 * site.devices.count) }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> [RolloutDevice] {
    let troubles = try snapshot.troubles(day: Int(nowMilliseconds / 86_400_000))
    let health = try snapshot.deviceHealth()
    return zip(site.devices, zip(health, troubles)).compactMap { stored, found in
      let device = Devices.Device(
        stored, found.0, site: site, scope: .everything, nowMilliseconds: nowMilliseconds)
      guard let device, device.isRegistered else { return nil }
      return RolloutDevice(
        name: device.name, model: found.0.model, firmware: found.0.firmware,
        isSilent: device.isSilent == true,
        isTroubled: device.isSilent == true
          || found.1.restarts >= QueryLimits.troubledRestartsMin || found.1.lost > 0)
    }
  }
}

/// A registered device, as a rollout sees it.
public struct RolloutDevice: Sendable, Equatable {
  public let name: String
  /// As it said last.
  public let model: String?
  public let firmware: String?
  /// It should be heard and is not.
  public let isSilent: Bool
  /// It is silent, or it restarted too often or lost presses today, UTC.
  public let isTroubled: Bool

  public init(
    name: String, model: String?, firmware: String?, isSilent: Bool, isTroubled: Bool
  ) {
    self.name = name
    self.model = model
    self.firmware = firmware
    self.isSilent = isSilent
    self.isTroubled = isTroubled
  }
}
