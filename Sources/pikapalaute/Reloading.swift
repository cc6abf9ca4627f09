import Logging
import Store
import UnixSignals

/// Reads the service's registry file again at each SIGHUP.
struct Reloading {
  private let path: String?
  private let registries: RegistryQueue
  private let logger: Logger
  private let signals: UnixSignalsSequence

  /// Signals are waited for from now on.
  ///
  /// - Parameter path: nil = there is no such file.
  init(path: String?, registries: RegistryQueue, logger: Logger) async {
    self.path = path
    self.registries = registries
    self.logger = logger
    signals = await UnixSignalsSequence(trapping: .sighup)
  }

  /// Waits for signals until the task is cancelled.
  func run() async {
    for await _ in signals { await reload() }
  }

  private func reload() async {
    guard let path else {
      logger.warning("SIGHUP: there is no registry file to read again; set PIKAPALAUTE_REGISTRY")
      return
    }
    let request: RegistryQueue.Request
    do {
      request = RegistryQueue.Request(
        yaml: try readText(path, setting: .registry), name: path, origin: .file,
        actor: Actor.name)
    } catch {
      logger.error("registry: \(error); the one that holds stays")
      return
    }
    switch await registries.apply(request) {
    case .applied(let site):
      // What changed was told when it was applied.
      if !site.isNewRevision { logger.notice("registry: \(path) says what holds already") }
    case .outdated(let outdated): logger.error("registry: \(outdated)")
    case .refused(let reason): logger.error("registry: \(reason); the one that holds stays")
    case .unavailable:
      logger.error(
        "registry: \(path) was not applied, nothing can be stored now; send SIGHUP again")
    }
  }
}
