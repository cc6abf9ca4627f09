import Foundation
public import Ingest
import Synchronization

/// Logins at a mosquitto with the dynamic-security plugin.
///
/// Each change has a connection of its own, under a user of its own, that ends with it: the session
/// that presses come by has no such right, and is not disturbed. One change at a time, since a
/// broker may take the user for the name of the session.
public final class DynamicSecurity: BrokerLogins {
  static let topic = "$CONTROL/dynamic-security/v1"
  /// Seconds that one change may take, with connecting.
  static let secondsMax: Double = 10
  /// Changes that wait for their turn: each is a thread.
  static let waitingMax = 16

  private let broker: BrokerAddress
  private let turn = Mutex(())
  private let waiting = Atomic(0)

  /// - Parameter broker: with the user who may publish to `$CONTROL/dynamic-security/v1`.
  public init(_ broker: BrokerAddress) {
    self.broker = broker
  }

  public func set(
    device: String, site: String, password: String
  ) async throws(BrokerLoginFailure) {
    try await send(
      Self.removal(of: device) + [
        DynamicCommand(
          command: "createRole", rolename: Self.role(device), acls: Self.rights(site, device)),
        DynamicCommand(
          command: "createClient", username: device, password: password,
          roles: [.init(rolename: Self.role(device))]),
      ])
  }

  public func remove(device: String) async throws(BrokerLoginFailure) {
    try await send(Self.removal(of: device))
  }

  private static func role(_ device: String) -> String { "device-\(device)" }

  private static func removal(of device: String) -> [DynamicCommand] {
    [
      DynamicCommand(command: "deleteClient", username: device),
      DynamicCommand(command: "deleteRole", rolename: role(device)),
    ]
  }

  /// The device's own four topics.
  private static func rights(_ site: String, _ device: String) -> [DynamicCommand.Right] {
    func rights(_ message: String, _ types: String...) -> [DynamicCommand.Right] {
      types.map { .init(acltype: $0, topic: "pikapalaute/v1/\(site)/\(device)/\(message)") }
    }
    return rights("press", "publishClientSend") + rights("status", "publishClientSend")
      + rights("ack", "publishClientReceive", "subscribeLiteral", "unsubscribeLiteral")
      + rights("config", "publishClientReceive", "subscribeLiteral", "unsubscribeLiteral")
  }

  private func send(_ commands: [DynamicCommand]) async throws(BrokerLoginFailure) {
    if waiting.add(1, ordering: .relaxed).oldValue >= Self.waitingMax {
      waiting.subtract(1, ordering: .relaxed)
      throw BrokerLoginFailure("\(Self.waitingMax) changes wait for the broker already")
    }
    defer { waiting.subtract(1, ordering: .relaxed) }
    let failure: String? = await withCheckedContinuation { continuation in
      let thread = Thread { [self] in
        let failure = turn.withLock { _ in
          DynamicExchange(commands).run(broker, secondsMax: Self.secondsMax)
        }
        continuation.resume(returning: failure)
      }
      thread.name = "mqtt-enrol"
      thread.start()
    }
    if let failure { throw BrokerLoginFailure(failure) }
  }
}

/// One command of the plugin's, as it reads it.
struct DynamicCommand: Encodable {
  struct Right: Encodable {
    var acltype: String
    var topic: String
    var allow = true
  }

  struct Role: Encodable {
    var rolename: String
  }

  var command: String
  var username: String?
  var password: String?
  var rolename: String?
  var acls: [Right]?
  var roles: [Role]?
  /// Comes back with the answer.
  var correlationData: String?

  /// What is removed may have been removed before.
  var mayBeMissing: Bool { command.hasPrefix("delete") }
}
