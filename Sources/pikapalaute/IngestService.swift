import CGlibc
import Foundation
import Ingest
import Logging
import MQTT
import Queries
import Registry
import ServiceLifecycle
import Store

/// Runs the ingest loop on a thread of its own, for as long as the service lives.
struct IngestService: Service {
  let settings: Settings
  let queue: SubmissionQueue
  let status: IngestStatus
  let logger: Logger
  let opening: StoreOpening
  let first: StoreOpening.Opened
  let audit: AuditDelivery
  /// What is served; set anew when a registry was applied.
  let site: CurrentSite
  let registries: RegistryQueue
  let slices: SliceQueue
  let told: ToldConfigurations
  let firmware: ToldFirmware

  func run() async throws {
    // Cancelled when another service fails, shut down on a signal: both end the loop cleanly.
    await withTaskCancellationOrGracefulShutdownHandler {
      await withCheckedContinuation { continuation in
        let thread = Thread {
          work()
          registries.close()
          slices.close()
          audit.end()
          continuation.resume()
        }
        thread.name = "ingest"
        thread.start()
      }
    } onCancelOrGracefulShutdown: {
      queue.stop()
    }
  }

  /// Opens the store after a failure, with the registry that it holds: the file may be older.
  private func reopen() throws -> StoreOpening.Opened {
    let opened = try opening.open(applying: nil)
    audit.begin(opened.store)
    // A commit that failed may stand in the file all the same.
    if site.applied?.revision != opened.applied.revision { site.set(opened.applied) }
    return opened
  }

  /// Applies what somebody asked for, while the store stays open.
  private func renew(_ store: Store) throws -> StoreOpening.Opened? {
    let applied = try registries.applyNext(to: store, nowMilliseconds: Clocks.wallMilliseconds()) {
      request, applied in
      site.set(applied)
      logger.notice(
        "registry: version \(applied.revision) from \(request.name), by \(request.actor)")
      for change in applied.changes { logger.notice("registry: \(change)") }
    }
    guard let applied else { return nil }
    audit.begin(store)
    return StoreOpening.Opened(store: store, applied: applied)
  }

  private func work() {
    let report: (Severity, String) -> Void = { logger.log(level: $0.level, "\($1)") }
    let session = MQTTSession(
      broker: settings.broker, clientID: settings.clientID,
      subscriptions: Topic.subscriptions, report: report)
    var waiting: StoreOpening.Opened? = first
    let loop = IngestLoop<Store, MQTTSession>(
      link: session, queue: queue, status: status,
      nowMilliseconds: Clocks.wallMilliseconds,
      monotonicMilliseconds: Clocks.monotonicMilliseconds,
      clockWatch: ClockWatch(isTrusting: settings.isTrustingClock),
      isClockSynchronised: Clocks.areSynchronised, report: report,
      renewed: { try renew($0).map(begin) }, sliced: slices.runNext
    ) {
      let opened = try waiting ?? reopen()
      waiting = nil
      return try begin(opened)
    }
    loop.run()
  }

  private func begin(
    _ opened: StoreOpening.Opened
  ) throws -> IngestLoop<Store, MQTTSession>.Opened {
    // Reading a registry takes twice the memory that keeping it does; the heap gives back what
    // it no longer needs when it is asked to.
    defer { malloc_trim(0) }
    opened.store.afterErasing(audit.begin)
    let configurations = DeviceConfigurations(
      opened.applied, store: opened.store, firmware: firmware)
    let names = opened.applied.devices.map(\.name)
    return IngestLoop.Opened(
      site: opened.applied.registry?.site ?? "",
      devices: opened.applied.devices.map(\.engineDevice),
      configurations: { [told] now in
        let current = try configurations.current(nowMilliseconds: now)
        told.set(
          Dictionary(uniqueKeysWithValues: current.messages.map { (names[$0.key], $0.value) }))
        return current
      },
      store: opened.store,
      lastReceivedMilliseconds: try opened.store.lastReceivedMilliseconds())
  }
}

extension Severity {
  var level: Logger.Level {
    switch self {
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    }
  }
}
