import Ingest
import Logging
import Queries
import ServiceLifecycle
import Store

/// Brings offers of firmware forward: looks at the devices, lets stages follow one another, stops what does
/// harm. It writes beside the database alone; what devices are told changes on the ingest thread.
struct FirmwareService: Service {
  /// How often offers are looked for: commands write them from other processes.
  static let interval: Duration = .seconds(1)
  /// Devices are looked at so often at most, and twenty times a stage at least.
  static let lookMillisecondsMax: Int64 = 600_000

  let offers: FirmwareOffers
  let told: ToldFirmware
  let site: CurrentSite
  let reader: StoreReader
  let queue: SubmissionQueue
  let logger: Logger

  /// Tells devices what they were told before, so that a start changes no configuration.
  static func begin(_ offers: FirmwareOffers, _ told: ToldFirmware) async throws {
    var manifests: [String: FirmwareManifest] = [:]
    for (offer, devices) in try await offers.all() where offer.isTold {
      for device in devices where device.toldAtMilliseconds != nil {
        manifests[device.device] = offer.manifest
      }
    }
    _ = told.set(manifests)
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var known: [FirmwareOffer] = []
      var dueAtMilliseconds: Int64 = 0
      var lastFailure = ""
      while !Task.isCancelled {
        do {
          let now = Clocks.monotonicMilliseconds()
          let found = try offers.list()
          if found != known || now >= dueAtMilliseconds {
            try await look()
            known = try offers.list()
            dueAtMilliseconds = now + Self.lookMilliseconds(known)
          }
          lastFailure = ""
        } catch {
          if lastFailure != "\(error)" { logger.error("offers of firmware wait: \(error)") }
          lastFailure = "\(error)"
        }
        try? await Task.sleep(for: Self.interval)
      }
    }
  }

  /// Looks at all devices, where an offer is told.
  private func look() async throws {
    let now = Clocks.wallMilliseconds()
    let found = try await offers.all().filter { $0.offer.isTold }
    var manifests: [String: FirmwareManifest] = [:]
    if !found.isEmpty, let current = site.current {
      let devices = try await reader.answer(
        RolloutQuery(site: current, nowMilliseconds: now))
      for (offer, known) in found {
        let step = RolloutStep(offer, known: known, devices: devices, nowMilliseconds: now)
        let isNoted = try await offers.note(
          offer, changed: step.changed, next: step.next, nowMilliseconds: now)
        // Somebody changed it in this moment: the next look sees it.
        if !isNoted { continue }
        if let next = step.next { say(next) }
        if step.next?.state == .stopped { continue }
        for device in step.told { manifests[device] = offer.manifest }
      }
    }
    if told.set(manifests) { queue.askRenewal() }
  }

  private func say(_ offer: FirmwareOffer) {
    let name = "firmware offer \(offer.id) (\(offer.manifest.model) \(offer.manifest.version))"
    if offer.state == .stopped {
      logger.error("\(name) stopped by itself: \(offer.reason)")
    } else {
      logger.notice("\(name): \(offer.state.rawValue), \(offer.percent) %, \(offer.reason)")
    }
  }

  private static func lookMilliseconds(_ offers: [FirmwareOffer]) -> Int64 {
    let shortest = offers.filter { $0.state == .rolling }.map(\.stageMilliseconds).min()
    return max(1000, min(lookMillisecondsMax, (shortest ?? .max) / 20))
  }
}
