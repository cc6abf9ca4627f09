public import Store

/// What one look at the devices makes of an offer that is told.
public struct RolloutStep: Sendable {
  /// Of the offer's devices, those that differ from what was known.
  public private(set) var changed: [OfferedDevice] = []
  /// What becomes of the offer; nil = it goes on as it is.
  public private(set) var next: FirmwareOffer?
  /// Devices that are to be told of it, unless it stops.
  public private(set) var told: [String] = []
  /// How those fare that were told, beside those that were not.
  public private(set) var health = RolloutHealth()

  /// - Parameters:
  ///   - offer: rolling or complete.
  ///   - known: what is known of its devices.
  ///   - devices: all that are registered, as they fare now.
  ///   - nowMilliseconds: UTC since 1970.
  public init(
    _ offer: FirmwareOffer, known: [OfferedDevice], devices: [RolloutDevice], nowMilliseconds: Int64
  ) {
    let known = Dictionary(uniqueKeysWithValues: known.map { ($0.device, $0) })
    var found: [OfferedDevice] = []
    for device in devices where device.model == offer.manifest.model {
      var row =
        known[device.name]
        ?? OfferedDevice(
          device: device.name, toldAtMilliseconds: nil, tookAtMilliseconds: nil,
          wasTroubled: device.isTroubled)
      if row.toldAtMilliseconds == nil, offer.reaches(device.name) {
        row.toldAtMilliseconds = nowMilliseconds
        row.wasTroubled = device.isTroubled
      }
      if row.toldAtMilliseconds != nil, row.tookAtMilliseconds == nil,
        device.firmware == offer.manifest.version
      {
        row.tookAtMilliseconds = nowMilliseconds
      }
      if row.toldAtMilliseconds != nil { told.append(device.name) }
      if !row.wasTroubled { count(row, device) }
      found.append(row)
    }
    if offer.state == .rolling {
      // When more than half of all devices are silent it is the network, or ours.
      let isNetwork = 2 * devices.count(where: \.isSilent) > devices.count
      if !isNetwork { next = judged(offer, found, nowMilliseconds) }
    }
    if let next, next.state == .rolling {
      // Who is not told yet is compared from the new stage on.
      let troubled = Set(devices.lazy.filter(\.isTroubled).map(\.name))
      for place in found.indices where found[place].toldAtMilliseconds == nil {
        found[place].wasTroubled = troubled.contains(found[place].device)
      }
    }
    changed = found.filter { known[$0.device] != $0 }
  }

  private mutating func count(_ row: OfferedDevice, _ device: RolloutDevice) {
    if row.toldAtMilliseconds != nil {
      health.told += 1
      health.troubled += device.isTroubled ? 1 : 0
    } else {
      health.others += 1
      health.othersTroubled += device.isTroubled ? 1 : 0
    }
  }

  /// Stops it, or lets it go on to the next stage once its time is over and half of those that were told
  /// took it.
  private func judged(
    _ offer: FirmwareOffer, _ found: [OfferedDevice], _ nowMilliseconds: Int64
  ) -> FirmwareOffer? {
    var next = offer
    if health.hasFallen {
      next.state = .stopped
      next.reason =
        "in trouble: \(health.troubled) of \(health.told) that were told, "
        + "\(health.othersTroubled) of \(health.others) others"
      return next
    }
    let took = found.count { $0.tookAtMilliseconds != nil }
    guard nowMilliseconds - offer.stageSinceMilliseconds >= offer.stageMilliseconds,
      2 * took >= told.count
    else { return nil }
    next.reason = "\(took) of \(told.count) that were told took it"
    if offer.isLastStage {
      next.state = .complete
    } else {
      next.stage += 1
      next.stageSinceMilliseconds = nowMilliseconds
    }
    return next
  }
}
