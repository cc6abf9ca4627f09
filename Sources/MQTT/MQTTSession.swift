import CMosquitto
import Foundation
import Glibc
public import Ingest
import Synchronization

/// The persistent session with the broker, over libmosquitto, driven by one thread.
///
/// libmosquitto queues PUBACK before it hands a message over. In threaded mode it writes
/// nothing by itself, so every PUBACK waits for the next `flush`, and the ingest loop
/// flushes after the commit only. A lost connection takes its waiting PUBACKs with it: the
/// broker sends those messages again.
@safe
public final class MQTTSession: MessageLink {
  /// Seconds between a message and the ping that asks whether the broker is still there.
  static let keepAliveSeconds: Int32 = 30
  /// A connection that held for so long starts the next back-off from its beginning.
  static let stableMilliseconds: Int64 = 10_000
  static let pauseMinMilliseconds: Int64 = 250
  static let pauseMaxMilliseconds: Int64 = 30_000

  private enum State {
    case waiting(untilMilliseconds: Int64)
    case connecting
    case connected
  }

  private let broker: BrokerAddress
  private let clientID: String
  private let subscriptions: [String]
  private let report: (String) -> Void
  private var state = State.waiting(untilMilliseconds: 0)
  private var client: OpaquePointer?
  private let connectResult = ConnectResult()
  private var nowMilliseconds: Int64 = 0
  private var connectedAtMilliseconds: Int64 = 0
  private var pauseMilliseconds = pauseMinMilliseconds
  private var random = SystemRandomNumberGenerator()
  private var hasFreshSession = false
  private var hasLeft = false
  private var lastReport = ""
  private var delivered = 0
  private var deliver: ((RawSpan, RawSpan, Bool) -> Void)?

  public private(set) var isSubscribed = false
  public private(set) var isBlocked = false

  /// - Parameters:
  ///   - clientID: names the session at the broker; one service, one name.
  ///   - report: takes one line for people when the connection comes, goes or is refused.
  public init(
    broker: BrokerAddress, clientID: String, subscriptions: [String],
    report: @escaping (String) -> Void
  ) {
    self.broker = broker
    self.clientID = clientID
    self.subscriptions = subscriptions
    self.report = report
    _ = Self.library
  }

  deinit {
    if let client = unsafe client { unsafe mosquitto_destroy(client) }
  }

  private static let library: Int32 = mosquitto_lib_init()

  public var descriptor: Int32? {
    guard case .connected = state, let client = unsafe client else { return nil }
    let socket = unsafe mosquitto_socket(client)
    return socket < 0 ? nil : socket
  }

  public func takeFreshSession() -> Bool {
    defer { hasFreshSession = false }
    return hasFreshSession
  }

  public func read(messagesMax: Int, _ deliver: (RawSpan, RawSpan, Bool) -> Void) {
    guard case .connected = state else { return }
    withoutActuallyEscaping(deliver) { deliver in
      self.deliver = deliver
      delivered = 0
      while delivered < messagesMax, let client = unsafe client {
        // One packet a call; a call that delivers nothing has found the socket dry, or a
        // packet of the protocol's own.
        let before = delivered
        let result = unsafe mosquitto_loop_read(client, 1)
        if result != MOSQ_ERR_SUCCESS.code {
          lose(reason: Self.text(result))
          break
        }
        if delivered == before { break }
      }
      self.deliver = nil
    }
  }

  public func publish(
    topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool
  ) {
    guard case .connected = state, let client = unsafe client else { return }
    _ = unsafe mosquitto_publish(
      client, nil, topic, Int32(payload.count), payload, qualityOfService, isRetained)
  }

  public func flush() {
    guard case .connected = state, let client = unsafe client else { return }
    if unsafe mosquitto_want_write(client) {
      let result = unsafe mosquitto_loop_write(client, 1)
      if result != MOSQ_ERR_SUCCESS.code {
        lose(reason: Self.text(result))
        return
      }
      isBlocked = unsafe mosquitto_want_write(client)
    } else {
      isBlocked = false
    }
  }

  public func tick(nowMilliseconds: Int64) {
    self.nowMilliseconds = nowMilliseconds
    switch state {
    case .waiting(let until):
      if nowMilliseconds >= until && !hasLeft { connect() }
    case .connecting:
      finishConnecting()
    case .connected:
      guard let client = unsafe client else { return }
      let result = unsafe mosquitto_loop_misc(client)
      if result != MOSQ_ERR_SUCCESS.code { lose(reason: Self.text(result)) }
    }
  }

  public func millisecondsToTick(nowMilliseconds: Int64) -> Int64 {
    switch state {
    case .waiting(let until): max(0, until - nowMilliseconds)
    case .connecting: 20
    case .connected: 1000
    }
  }

  public func drop() {
    guard case .connected = state else { return }
    forget()
    state = .waiting(untilMilliseconds: nowMilliseconds)
  }

  public func close() {
    hasLeft = true
    if case .connected = state, let client = unsafe client {
      flush()
      unsafe mosquitto_disconnect(client)
      unsafe mosquitto_loop_write(client, 1)
      forget()
    }
    state = .waiting(untilMilliseconds: .max)
  }

  /// Opens a connection on a thread of its own: name look-up and TCP may take minutes, and
  /// HTTP goes on meanwhile.
  private func connect() {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    guard let client = unsafe mosquitto_new(clientID, false, context) else {
      retryLater("no memory for an MQTT client")
      return
    }
    unsafe mosquitto_threaded_set(client, true)
    unsafe mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1)
    if let user = broker.user {
      unsafe mosquitto_username_pw_set(client, user, broker.password)
    }
    if broker.usesTLS {
      unsafe mosquitto_tls_set(client, nil, "/etc/ssl/certs", nil, nil, nil)
    }
    unsafe mosquitto_connect_callback_set(client) { _, context, code in
      unsafe MQTTSession.from(context)?.brokerAnswered(code)
    }
    unsafe mosquitto_subscribe_callback_set(client) { _, context, _, count, granted in
      let refused = (0..<Int(count)).contains { unsafe (granted?[$0] ?? 128) > 2 }
      unsafe MQTTSession.from(context)?.brokerGranted(!refused)
    }
    unsafe mosquitto_message_callback_set(client) { _, context, message in
      guard let session = unsafe MQTTSession.from(context), let message = unsafe message else {
        return
      }
      unsafe session.arrived(message)
    }
    unsafe self.client = client
    state = .connecting
    unsafe connectResult.start(client, broker)
  }

  private func finishConnecting() {
    guard let outcome = connectResult.take() else { return }
    if hasLeft || outcome != .connected {
      forget()
      if case .failed(let reason) = outcome {
        retryLater("no connection to \(broker.host):\(broker.port): \(reason)")
      }
      return
    }
    state = .connected
    connectedAtMilliseconds = nowMilliseconds
    flush()
  }

  private func brokerAnswered(_ code: Int32) {
    guard let client = unsafe client else { return }
    guard code == 0 else {
      let reason = unsafe String(cString: mosquitto_connack_string(code))
      say(
        "the broker at \(broker.host):\(broker.port) refuses us: \(reason) "
          + "Check the user and password in PIKAPALAUTE_MQTT_URL.")
      return
    }
    hasFreshSession = true
    for topic in subscriptions { unsafe mosquitto_subscribe(client, nil, topic, 1) }
  }

  private func brokerGranted(_ isGranted: Bool) {
    guard isGranted else {
      say(
        "the broker refuses a subscription; let user '\(broker.user ?? "anonymous")' read "
          + subscriptions.joined(separator: " and "))
      return
    }
    if !isSubscribed {
      isSubscribed = true
      say("subscribed at \(broker.host):\(broker.port) as '\(clientID)'")
    }
  }

  private func arrived(_ message: UnsafePointer<mosquitto_message>) {
    delivered += 1
    guard let deliver, let topicStart = unsafe message.pointee.topic else { return }
    let topic = unsafe UnsafeRawBufferPointer(start: topicStart, count: strlen(topicStart))
    let payload = unsafe UnsafeRawBufferPointer(
      start: message.pointee.payload, count: Int(message.pointee.payloadlen))
    unsafe deliver(topic.bytes, payload.bytes, message.pointee.retain)
  }

  private func lose(reason: String) {
    forget()
    if nowMilliseconds - connectedAtMilliseconds >= Self.stableMilliseconds {
      pauseMilliseconds = Self.pauseMinMilliseconds
    }
    retryLater("connection to \(broker.host):\(broker.port) lost: \(reason)")
  }

  private func retryLater(_ reason: String) {
    say("\(reason); trying again")
    let jitter = Int64.random(in: 0...pauseMilliseconds / 4, using: &random)
    state = .waiting(untilMilliseconds: nowMilliseconds + pauseMilliseconds + jitter)
    pauseMilliseconds = min(pauseMilliseconds * 2, Self.pauseMaxMilliseconds)
  }

  private func forget() {
    if let client = unsafe client { unsafe mosquitto_destroy(client) }
    unsafe client = nil
    isSubscribed = false
    isBlocked = false
  }

  /// Says a line once, however often it happens in a row.
  private func say(_ line: String) {
    if line == lastReport { return }
    lastReport = line
    report("mqtt: \(line)")
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> MQTTSession? {
    unsafe context.map { unsafe Unmanaged<MQTTSession>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The reason in words; on the thread that made the call, for `errno`'s sake.
  fileprivate static func text(_ result: Int32) -> String {
    if result == MOSQ_ERR_ERRNO.code { return unsafe String(cString: strerror(errno)) }
    return unsafe String(cString: mosquitto_strerror(result))
  }
}

/// The outcome of one blocking connect, from its thread to the loop's.
private final class ConnectResult: Sendable {
  enum Outcome: Equatable {
    case connected
    case failed(String)
  }

  private let outcome = Mutex<Outcome?>(nil)

  func start(_ client: OpaquePointer, _ broker: BrokerAddress) {
    // Until the result is taken nobody else touches the client.
    nonisolated(unsafe) let client = unsafe client
    let thread = Thread { [self] in
      let code = unsafe mosquitto_connect(
        client, broker.host, broker.port, MQTTSession.keepAliveSeconds)
      let reached: Outcome =
        code == MOSQ_ERR_SUCCESS.code ? .connected : .failed(MQTTSession.text(code))
      outcome.withLock { $0 = reached }
    }
    thread.start()
  }

  func take() -> Outcome? {
    outcome.withLock { outcome in
      defer { outcome = nil }
      return outcome
    }
  }
}

extension mosq_err_t {
  fileprivate var code: Int32 { Int32(bitPattern: UInt32(bitPattern: Int32(rawValue))) }
}
