import Ingest
import Logging
import ServiceLifecycle
import Store

/// Takes logins that were withdrawn away from the broker, as soon as it can be told.
struct LoginService: Service {
  static let interval: Duration = .seconds(1)
  /// After the broker could not be told.
  static let pause: Duration = .seconds(5)

  let credentials: CredentialStore
  /// nil = the service makes no logins; it only waits then.
  let logins: (any BrokerLogins)?
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var lastFailure = ""
      while !Task.isCancelled {
        var pause = Self.interval
        do {
          try await takeAway()
          lastFailure = ""
        } catch {
          pause = Self.pause
          if lastFailure != "\(error)" {
            logger.error("logins that were withdrawn still stand at the broker: \(error)")
          }
          lastFailure = "\(error)"
        }
        try? await Task.sleep(for: pause)
      }
    }
  }

  private func takeAway() async throws {
    guard let logins else { return }
    // One by one: who was given a new login meanwhile is not in a list of before.
    while let device = try await credentials.withdrawnLogin() {
      try await logins.remove(device: device)
      try await credentials.forgetLogin(of: device)
      logger.notice("the login of device '\(device)' is gone from the broker")
    }
  }
}
