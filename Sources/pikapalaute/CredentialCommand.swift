import ArgumentParser
import CivilTime
import Foundation
import Store

/// `pikapalaute credential`: what devices show that they are themselves.
struct CredentialCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "credential", abstract: "List, renew and withdraw the credentials of devices.",
    discussion: "See docs/enrolment.md. Every change stands in the audit log.",
    subcommands: [List.self, Renew.self, Withdraw.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the devices that have a credential.",
      discussion: """
        A line each, cells between tabs: device, numbers of its tokens, its login at the broker.
        """)

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
      try await reportingFailure {
        let credentials = CredentialStore(try TokenStore(await options.existingFile()))
        print("device\ttokens\tlogin at the broker")
        for credential in try credentials.list() {
          let tokens = credential.tokens.map(String.init).joined(separator: " ")
          print("\(credential.device)\t\(tokens)\t\(credential.login.text)")
        }
      }
    }
  }

  struct Renew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a code by which a device gets a new credential.",
      discussion: "What it has goes on until the code is used, and opens nothing from then on.")

    @OptionGroup var make: ClaimCommand.Make

    func run() async throws {
      try await make.run()
    }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Withdraw all that a device has: tokens, login at the broker, a code that waits.",
      discussion: """
        Tokens open nothing from this moment. The running service takes the login away from the \
        broker, which ends its connection; this waits up to \(CredentialStore.brokerSecondsMax) s for it, and ends with 1 \
        while it still stands: the service goes on trying.
        """)
    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The device.")
    var device: String

    func run() async throws {
      try await reportingFailure {
        let credentials = CredentialStore(try TokenStore(await options.existingFile()))
        guard try await credentials.withdraw(device: device, by: Actor.stamp()) else {
          throw OptionError("'\(device)' has no credential; see: pikapalaute credential list")
        }
        try await credentials.waitForBroker(device)
      }
    }
  }
}

extension Credential.Login {
  fileprivate var text: String {
    switch self {
    case .none: "none"
    case .made(let milliseconds): "made \(RFC3339.format(milliseconds: milliseconds))"
    case .withdrawn: "withdrawn, still at the broker"
    }
  }
}

extension CredentialStore {
  static let brokerSecondsMax = 15

  /// Waits until the running service has taken a withdrawn login away from the broker.
  func waitForBroker(_ device: String) async throws {
    for _ in 0..<(10 * Self.brokerSecondsMax) {
      guard try await isLoginWithdrawn(of: device) else { return }
      // The service is another process: what they share is the file.
      try await Task.sleep(for: .milliseconds(100))
    }
    throw OptionError(
      "its tokens are withdrawn, but its login still stands at the broker: the service takes it "
        + "away as soon as it runs with PIKAPALAUTE_MQTT_ENROL=dynamic-security and reaches the "
        + "broker")
  }
}
