public import Store

/// Every offer of firmware, and how far it came.
public struct Rollouts: Sendable {
  public struct Rollout: Sendable {
    public let offer: FirmwareOffer
    /// Devices that were told of it, and those that said that they run it.
    public let told: Int
    public let took: Int
  }

  /// The oldest first.
  public let rollouts: [Rollout]
  /// The version that a device is told of and did not take yet, by its name.
  public let offered: [String: String]

  public init(_ offers: [(offer: FirmwareOffer, devices: [OfferedDevice])]) {
    rollouts = offers.map { offer, devices in
      Rollout(
        offer: offer, told: devices.count { $0.toldAtMilliseconds != nil },
        took: devices.count { $0.tookAtMilliseconds != nil })
    }
    var offered: [String: String] = [:]
    for (offer, devices) in offers where offer.isTold {
      for device in devices
      where device.toldAtMilliseconds != nil && device.tookAtMilliseconds == nil {
        offered[device.device] = offer.manifest.version
      }
    }
    self.offered = offered
  }
}
