import Ingest
import Logging
import ServiceLifecycle

/// Looks whether the ingest thread goes on, and tells systemd as long as it does.
///
/// It runs where HTTP's requests run, so that systemd hears nothing either when these are stuck.
struct WatchService: Service {
  /// Between two looks, unless systemd wants to hear more often.
  static let intervalMax: Duration = .seconds(1)

  let status: IngestStatus
  let systemd: Systemd
  let logger: Logger

  func run() async throws {
    let interval = min(Self.intervalMax, systemd.watchdog.map { $0 / 2 } ?? Self.intervalMax)
    await cancelWhenGracefulShutdown {
      var delay: IngestDelay?
      while !Task.isCancelled {
        let former = delay
        delay = status.delay(nowMilliseconds: Clocks.monotonicMilliseconds())
        if let delay, former == nil {
          logger.error("\(delay); GET /healthz answers 503 until it goes on")
        } else if let former, delay == nil {
          logger.notice(
            "the ingest thread goes on; it was \(former.phase.rawValue) for \(former.seconds) s")
        }
        if delay == nil && systemd.watchdog != nil { systemd.tell(.watchdog) }
        try? await Task.sleep(for: interval)
      }
    }
  }
}
