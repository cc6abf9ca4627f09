import CMalloc
import Foundation
import Ingest
import Logging
import MQTT
import Registry
import ServiceLifecycle
import Store

/// Runs the ingest loop on a thread of its own, for as long as the service lives.
///
/// Describes itself in a word: the service group puts every service's description into its log,
/// and reflecting a registry of 10 000 devices for that took two seconds of every start.
struct IngestService: Service, CustomStringConvertible {
  var description: String { "ingest" }

  let settings: Settings
  let queue: SubmissionQueue
  let status: IngestStatus
  let logger: Logger
  let opening: StoreOpening
  let first: StoreOpening.Opened

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

  private func work() {
    let report: (String) -> Void = { logger.notice("\($0)") }
    let session = MQTTSession(
      broker: settings.broker, clientID: settings.clientID,
      subscriptions: Topic.subscriptions, report: report)
    var waiting: StoreOpening.Opened? = first
    let loop = IngestLoop<Store, MQTTSession>(
      link: session, queue: queue, status: status,
      nowMilliseconds: Clocks.wallMilliseconds,
      monotonicMilliseconds: Clocks.monotonicMilliseconds, report: report
    ) {
      let opened = try waiting ?? opening.open()
      waiting = nil
      // Reading a registry takes twice the memory that keeping it does; the heap gives back what
      // it no longer needs when it is asked to.
      defer { malloc_trim(0) }
      return IngestLoop.Opened(
        site: opened.applied.registry?.site ?? "",
        devices: opened.applied.devices.map(\.engineDevice),
        configurations: try DeviceConfiguration.all(
          opened.applied, hour: Int(Clocks.wallMilliseconds() / 3_600_000)),
        store: opened.store)
    }
    loop.run()
  }
}
