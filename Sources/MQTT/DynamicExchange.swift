import CMosquitto
import Foundation

/// One connection to the broker that sends commands to its dynamic-security plugin and waits for what it
/// says; on the thread that runs it.
@safe
final class DynamicExchange {
  private struct Answers: Decodable {
    struct Answer: Decodable {
      var command: String
      var error: String?
      var correlationData: String?
    }

    var responses: [Answer]
  }

  private let commands: [DynamicCommand]
  private let mark: String
  private var client: OpaquePointer?
  private var isDone = false
  private var failure: String?

  init(_ commands: [DynamicCommand]) {
    let mark = UUID().uuidString
    self.mark = mark
    self.commands = commands.map { command in
      var command = command
      command.correlationData = mark
      return command
    }
  }

  /// Blocks until it is done or has failed.
  ///
  /// - Returns: why it failed; nil when all was done.
  func run(_ broker: BrokerAddress, secondsMax: Double) -> String? {
    let deadline = Date(timeIntervalSinceNow: secondsMax)
    guard mosquitto_lib_init() == MOSQ_ERR_SUCCESS.code,
      let client = unsafe mosquitto_new(
        nil, true, Unmanaged.passUnretained(self).toOpaque())
    else { return "no memory for an MQTT client" }
    unsafe self.client = client
    let tls: TLSContext?
    do {
      tls = broker.usesTLS ? try TLSContext(broker.tls, host: broker.host) : nil
    } catch {
      unsafe mosquitto_destroy(client)
      return "TLS cannot be set up: \(error)"
    }
    defer { withExtendedLifetime(tls) {} }
    if let fault = unsafe clientFault(settingUp: client, for: broker, tls: tls) {
      unsafe mosquitto_destroy(client)
      return fault
    }
    unsafe takeCallbacks(of: client)
    let connecting = unsafe Connecting(client, broker, keepAliveSeconds: 15)
    var outcome = connecting.take()
    while outcome == nil {
      if Date() > deadline, connecting.abandon() {
        return "no connection to \(broker.host):\(broker.port) in time"
      }
      // Connecting blocks a thread of its own, which cannot be woken for a deadline.
      Thread.sleep(forTimeInterval: 0.01)
      outcome = connecting.take()
    }
    defer { unsafe mosquitto_destroy(client) }
    if case .failed(let reason) = outcome {
      return "no connection to \(broker.host):\(broker.port): \(tls?.failure ?? reason)"
    }
    while !isDone && failure == nil {
      if Date() > deadline { return "the broker did not answer in time" }
      let result = unsafe mosquitto_loop(client, 50, 1)
      if result != MOSQ_ERR_SUCCESS.code {
        return failure ?? "the connection is lost: \(tls?.failure ?? mosquittoText(result))"
      }
    }
    unsafe mosquitto_disconnect(client)
    unsafe mosquitto_loop_write(client, 1)
    return failure
  }

  private func takeCallbacks(of client: OpaquePointer) {
    unsafe mosquitto_connect_callback_set(client) { _, context, code in
      unsafe DynamicExchange.from(context)?.brokerAnswered(code)
    }
    unsafe mosquitto_subscribe_callback_set(client) { _, context, _, _, granted in
      unsafe DynamicExchange.from(context)?.subscribed(isGranted: (granted?.pointee ?? 128) <= 2)
    }
    unsafe mosquitto_message_callback_set(client) { _, context, message in
      guard let message = unsafe message else { return }
      let payload = unsafe Data(
        bytes: message.pointee.payload, count: Int(message.pointee.payloadlen))
      unsafe DynamicExchange.from(context)?.arrived(payload)
    }
  }

  private func brokerAnswered(_ code: Int32) {
    guard code == 0 else {
      let reason = unsafe String(cString: mosquitto_connack_string(code))
      failure = "the broker refuses the user of PIKAPALAUTE_MQTT_ENROL_USER: \(reason)"
      return
    }
    check(unsafe mosquitto_subscribe(client, nil, DynamicSecurity.topic + "/response", 1))
  }

  /// The plugin answers whoever asks, once they can hear it.
  private func subscribed(isGranted: Bool) {
    guard isGranted, let text = try? JSONEncoder().encode(["commands": commands]) else {
      failure = "the broker lets the user of PIKAPALAUTE_MQTT_ENROL_USER not read the answers"
      return
    }
    let payload = Array(text)
    check(
      unsafe mosquitto_publish(
        client, nil, DynamicSecurity.topic, Int32(payload.count), payload, 1, false))
  }

  private func arrived(_ payload: Data) {
    guard let answers = try? JSONDecoder().decode(Answers.self, from: payload) else { return }
    let own = answers.responses.filter { $0.correlationData == mark }
    guard own.count == commands.count else { return }
    for (command, answer) in zip(commands, own) {
      guard let error = answer.error, !command.mayBeMissing else { continue }
      failure = "the broker's dynamic-security does not \(command.command): \(error)"
    }
    isDone = true
  }

  private func check(_ result: Int32) {
    if result != MOSQ_ERR_SUCCESS.code { failure = mosquittoText(result) }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> DynamicExchange? {
    unsafe context.map { unsafe Unmanaged<DynamicExchange>.fromOpaque($0).takeUnretainedValue() }
  }
}
