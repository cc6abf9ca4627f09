import Glibc
import Logging
import ServiceLifecycle
import UnixSignals
import Web

/// How the service ends: what a signal begins, what a deadline and a second signal cut short.
///
///     signal ─▶ HTTP takes no more, requests end ─▶ publishing ends ─▶ MQTT: commit, answer, end
///                └ after graceSeconds, or at the second signal: their connections are closed
struct Stopping {
  /// Seconds that requests have to end: ten times what a year of a city takes.
  static let graceSeconds = 10
  /// Seconds from the second signal until a disk that takes nothing is not waited for any more.
  static let committingSeconds = 5
  /// sysexits' EX_TEMPFAIL.
  static let notCommittedStatus: Int32 = 75

  private let group: ServiceGroup
  private let web: WebServer
  private let systemd: Systemd
  private let logger: Logger
  private let signals: UnixSignalsSequence

  /// Signals are waited for from now on.
  init(group: ServiceGroup, web: WebServer, systemd: Systemd, logger: Logger) async {
    self.group = group
    self.web = web
    self.systemd = systemd
    self.logger = logger
    signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
  }

  /// Waits for signals until the task is cancelled, which it is when everything has ended.
  func run() async {
    var signals = signals.makeAsyncIterator()
    guard await signals.next() != nil else { return }
    logger.notice("stopping; requests have \(Self.graceSeconds) s")
    systemd.tell(.stopping)
    await group.triggerGracefulShutdown()
    let deadline = Task {
      try await Task.sleep(for: .seconds(Self.graceSeconds))
      logger.warning("requests that did not end in \(Self.graceSeconds) s are cut short")
      web.endAll()
    }
    defer { deadline.cancel() }
    guard await signals.next() != nil else { return }
    logger.warning("a second signal: requests are cut short")
    web.endAll()
    do {
      try await Task.sleep(for: .seconds(Self.committingSeconds))
    } catch {
      return
    }
    logger.error("what was read last cannot be committed, and was not acknowledged")
    exit(Self.notCommittedStatus)
  }
}
