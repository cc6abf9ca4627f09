import CBrokerTLS
import CMosquitto
import FirmwareProtocol

/// Where the broker listens.
struct BrokerAddress {
  var host: String
  /// 1…65535.
  var port: Int
  var usesTLS: Bool
  /// PEM of the authority that vouches for it; nil = one of the system's.
  var caFile: String?
}

/// One device's own connection to the broker.
///
/// Never blocks but to look up a name: the fleet polls `socket` and calls `readReady`,
/// `writeReady` and `housekeep`. All calls come from one thread. A link lives for one
/// connection; after a loss the device makes another.
@safe final class BrokerLink {
  private var client: OpaquePointer?
  private let topicPrefix: String
  private(set) var isConnected = false
  /// Why the connection is no more; nil while it lives.
  private(set) var loss: String?
  /// The broker turned the device away: user name, password or rights.
  private(set) var isRefused = false
  private var answers: [Acknowledgement] = []
  /// What came on the config topic last and was not taken yet.
  private var configuration: [UInt8]?

  /// Starts to connect; `isConnected` or `loss` says later what came of it.
  init(device: String, site: String, password: String?, broker: BrokerAddress) {
    topicPrefix = "pikapalaute/v1/\(site)/\(device)/"
    unsafe client = mosquitto_new(device, true, nil)
    unsafe mosquitto_user_data_set(client, Unmanaged.passUnretained(self).toOpaque())
    if let password { unsafe mosquitto_username_pw_set(client, device, password) }
    // Small frames must not wait for the acknowledgement of earlier ones.
    unsafe mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1)
    if broker.usesTLS {
      let folder = broker.caFile == nil ? "/etc/ssl/certs" : nil
      let code = unsafe mosquitto_tls_set(client, broker.caFile, folder, nil, nil, nil)
      if code != MOSQ_ERR_SUCCESS.code {
        lose(code)
        return
      }
    }
    setCallbacks()
    let will = StatusForm(state: "offline").bytes
    unsafe mosquitto_will_set(client, topicPrefix + "status", Int32(will.count), will, 1, true)
    let code = unsafe mosquitto_connect_async(client, broker.host, Int32(broker.port), 60)
    if code != MOSQ_ERR_SUCCESS.code { lose(code) }
  }

  deinit {
    unsafe mosquitto_destroy(client)
  }

  var socket: Int32 { unsafe mosquitto_socket(client) }
  var wantsWrite: Bool { unsafe mosquitto_want_write(client) }

  /// One packet, and what TLS holds of others: the socket is silent about them.
  func readReady() {
    repeat { check(unsafe mosquitto_loop_read(client, 1)) } while loss == nil && hasPending
  }

  private var hasPending: Bool {
    unsafe broker_tls_has_pending(mosquitto_ssl_get(client)) != 0
  }

  // One pass is enough: the library spins as often as it is told to, even when idle.
  func writeReady() { check(unsafe mosquitto_loop_write(client, 1)) }

  /// Keepalive: call about once a second.
  func housekeep() { check(unsafe mosquitto_loop_misc(client)) }

  func publishFrame(_ bytes: Span<UInt8>) {
    let topic = topicPrefix + "press"
    let count = Int32(bytes.count)
    check(
      unsafe bytes.withUnsafeBytes { payload in
        unsafe mosquitto_publish(client, nil, topic, count, payload.baseAddress, 1, false)
      })
  }

  func publishStatus(_ status: StatusForm) {
    let status = status.bytes
    check(
      unsafe mosquitto_publish(
        client, nil, topicPrefix + "status", Int32(status.count), status, 1, true))
  }

  /// Says goodbye; the Will is not sent then.
  func disconnect() {
    unsafe mosquitto_disconnect(client)
    unsafe mosquitto_loop_write(client, 1)
  }

  func takeAnswers() -> [Acknowledgement] {
    if answers.isEmpty { return [] }
    defer { answers.removeAll(keepingCapacity: true) }
    return answers
  }

  /// The configuration that was told last, once; nil = none since.
  func takeConfiguration() -> [UInt8]? {
    defer { configuration = nil }
    return configuration
  }

  private func check(_ code: Int32) {
    if code != MOSQ_ERR_SUCCESS.code { lose(code) }
  }

  private func lose(_ code: Int32) {
    isConnected = false
    if loss == nil {
      loss = unsafe String(cString: mosquitto_strerror(code))
    }
  }

  private func setCallbacks() {
    unsafe mosquitto_connect_callback_set(client) { _, context, code in
      unsafe BrokerLink.from(context)?.connected(code)
    }
    unsafe mosquitto_disconnect_callback_set(client) { _, context, code in
      unsafe BrokerLink.from(context)?.lose(code)
    }
    unsafe mosquitto_message_callback_set(client) { _, context, message in
      guard let message = unsafe message?.pointee else { return }
      let bytes = unsafe UnsafeRawBufferPointer(
        start: message.payload, count: Int(message.payloadlen))
      let isAnswer = unsafe String(cString: message.topic).hasSuffix("/ack")
      guard let link = unsafe BrokerLink.from(context) else { return }
      if isAnswer {
        unsafe link.received(bytes.bytes)
      } else if unsafe !bytes.isEmpty {
        unsafe link.configuration = Array(bytes)
      }
    }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> BrokerLink? {
    // The link outlives its client, and so every callback.
    unsafe context.map { unsafe Unmanaged<BrokerLink>.fromOpaque($0).takeUnretainedValue() }
  }

  private func connected(_ code: Int32) {
    if code != 0 {
      isRefused = code == 4 || code == 5
      loss = unsafe String(cString: mosquitto_connack_string(code))
      return
    }
    isConnected = true
    check(unsafe mosquitto_subscribe(client, nil, topicPrefix + "ack", 0))
    check(unsafe mosquitto_subscribe(client, nil, topicPrefix + "config", 1))
  }

  private func received(_ bytes: RawSpan) {
    // Garbage on the own topic is no acknowledgement.
    if let answer = try? Acknowledgement.decode(bytes) { answers.append(answer) }
  }
}

extension mosq_err_t {
  var code: Int32 { rawValue }
}
