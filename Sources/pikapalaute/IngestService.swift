import CGlibc
import Foundation
import Ingest
import Logging
import MQTT
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
  let tokens: TokenStore

  func run() async throws {
    // Cancelled when another service fails, shut down on a signal: both end the loop cleanly.
    await withTaskCancellationOrGracefulShutdownHandler {
      await withCheckedContinuation { continuation in
        let thread = Thread {
          work()
          continuation.resume()
        }
        thread.name = "ingest"
        thread.start()
      }
    } onCancelOrGracefulShutdown: {
      queue.stop()
    }
  }

  /// Opens the store after a failure. Presses do not wait for the audit log: lines that cannot be
  /// moved there now stay where they are.
  private func reopen() throws -> StoreOpening.Opened {
    let opened = try opening.open()
    do {
      try opened.store.deliverAudit(to: tokens)
    } catch {
      logger.error("the audit log was not written, its lines wait: \(error)")
    }
    return opened
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
      isClockSynchronised: Clocks.areSynchronised, report: report
    ) {
      let opened = try waiting ?? reopen()
      waiting = nil
      // Reading a registry takes twice the memory that keeping it does; the heap gives back what
      // it no longer needs when it is asked to.
      defer { malloc_trim(0) }
      return IngestLoop.Opened(
        site: opened.applied.registry?.site ?? "",
        devices: opened.applied.devices.map(\.engineDevice),
        configurations: DeviceConfigurations(opened.applied, store: opened.store).current,
        store: opened.store,
        lastReceivedMilliseconds: try opened.store.lastReceivedMilliseconds())
    }
    loop.run()
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
