import CBrokerTLS
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
  /// Seconds between a message and the ping that asks whether the broker is still there; one that
  /// answers nothing is noticed after twice as long.
  static let keepAliveSeconds: Int32 = 15
  /// A connection that held for so long starts the next back-off from its beginning.
  static let stableMilliseconds: Int64 = 10_000
  static let pauseMinMilliseconds: Int64 = 250
  static let pauseMaxMilliseconds: Int64 = 30_000
  /// The longest pause where the broker takes us in and lets us go again: it is there, and whoever
  /// else claims our name has the session for as long as we wait.
  static let pauseMaxMillisecondsClaimed: Int64 = 2000
  /// So many short connections in a row mean that somebody else claims our name.
  static let shortConnectionsMin = 3

  private enum State {
    case waiting(untilMilliseconds: Int64)
    case connecting
    case connected
  }

  private let broker: BrokerAddress
  private let clientID: String
  private let subscriptions: [String]
  private let report: (Severity, String) -> Void
  private var state = State.waiting(untilMilliseconds: 0)
  private var client: OpaquePointer?
  /// Of this connection; nil without TLS.
  private var tls: TLSContext?
  /// Whose the client is while it connects.
  private var connecting: Connecting?
  private var nowMilliseconds: Int64 = 0
  private var connectedAtMilliseconds: Int64 = 0
  private var pauseMilliseconds = pauseMinMilliseconds
  private var random = SystemRandomNumberGenerator()
  private var session: BrokerSession?
  /// Connections since the loop was told of one; each may have made the session anew.
  private var untoldConnections = 0
  /// Numbers of publications with quality of service 1 that the broker has not confirmed.
  private var unconfirmed: Set<Int32> = []
  private var confirmations = 0
  /// Connections that the broker took in and that did not hold, since one held or none was made.
  private var shortConnections = 0
  /// The broker has answered this connection with yes.
  private var isTakenIn = false
  /// What the broker said when it did not take us in.
  private var refusal: String?
  private var lastReport = ""
  private var delivered = 0
  /// Who takes what is read said that it is enough.
  private var hasEnough = false
  private var deliver: ((RawSpan, RawSpan, Bool) -> Bool)?

  public private(set) var isSubscribed = false
  public private(set) var isBlocked = false

  /// - Parameters:
  ///   - clientID: names the session at the broker; one service, one name.
  ///   - report: takes one line for people when the connection comes, goes or is refused.
  public init(
    broker: BrokerAddress, clientID: String, subscriptions: [String],
    report: @escaping (Severity, String) -> Void
  ) {
    self.broker = broker
    self.clientID = clientID
    self.subscriptions = subscriptions
    self.report = report
    _ = Self.library
  }

  deinit {
    forget()
  }

  private static let library: Int32 = mosquitto_lib_init()

  public var descriptor: Int32? {
    guard case .connected = state, let client = unsafe client else { return nil }
    let socket = unsafe mosquitto_socket(client)
    return socket < 0 ? nil : socket
  }

  public func takeSession() -> BrokerSession? {
    defer { session = nil }
    if session != nil { untoldConnections = 0 }
    return session
  }

  public func takeConfirmations() -> Int {
    defer { confirmations = 0 }
    return confirmations
  }

  public func read(messagesMax: Int, _ deliver: (RawSpan, RawSpan, Bool) -> Bool) {
    guard case .connected = state else { return }
    withoutActuallyEscaping(deliver) { deliver in
      self.deliver = deliver
      delivered = 0
      hasEnough = false
      while delivered < messagesMax, !hasEnough, let client = unsafe client {
        // One packet a call; a call that delivers nothing has found the socket dry, or a
        // packet of the protocol's own.
        let before = delivered
        let result = unsafe mosquitto_loop_read(client, 1)
        if result != MOSQ_ERR_SUCCESS.code {
          lose(reason: mosquittoText(result))
          break
        }
        if delivered == before && !hasPending { break }
      }
      self.deliver = nil
    }
  }

  public func publish(
    topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool
  ) -> Bool {
    guard case .connected = state, let client = unsafe client else { return false }
    var number: Int32 = 0
    let result = unsafe mosquitto_publish(
      client, &number, topic, Int32(payload.count), payload, qualityOfService, isRetained)
    guard result == MOSQ_ERR_SUCCESS.code else {
      // Without memory for a message; what was read comes again.
      lose(reason: "cannot publish: \(mosquittoText(result))")
      return false
    }
    if qualityOfService > 0 { unconfirmed.insert(number) }
    return true
  }

  public func flush() {
    guard case .connected = state, let client = unsafe client else { return }
    if unsafe mosquitto_want_write(client) {
      let result = unsafe mosquitto_loop_write(client, 1)
      if result != MOSQ_ERR_SUCCESS.code {
        lose(reason: mosquittoText(result))
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
      if nowMilliseconds >= until { connect() }
    case .connecting:
      finishConnecting()
    case .connected:
      guard let client = unsafe client else { return }
      let result = unsafe mosquitto_loop_misc(client)
      if result != MOSQ_ERR_SUCCESS.code { lose(reason: mosquittoText(result)) }
    }
  }

  public func millisecondsToTick(nowMilliseconds: Int64) -> Int64 {
    switch state {
    case .waiting(let until): max(0, until - nowMilliseconds)
    case .connecting: 20
    case .connected: hasPending && !isBlocked ? 0 : 1000
    }
  }

  /// Whether TLS has taken bytes off the socket that nobody has read: the descriptor is silent
  /// about them.
  private var hasPending: Bool {
    guard tls != nil, let client = unsafe client else { return false }
    return unsafe broker_tls_has_pending(mosquitto_ssl_get(client)) != 0
  }

  public func drop() {
    guard case .connected = state else { return }
    forget()
    state = .waiting(untilMilliseconds: nowMilliseconds)
  }

  public func close() {
    if case .connected = state, let client = unsafe client {
      flush()
      unsafe mosquitto_disconnect(client)
      unsafe mosquitto_loop_write(client, 1)
    }
    forget()
    state = .waiting(untilMilliseconds: .max)
  }

  /// Opens a connection; HTTP goes on meanwhile.
  private func connect() {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    guard Self.library == MOSQ_ERR_SUCCESS.code,
      let client = unsafe mosquitto_new(clientID, false, context)
    else { return retryLater("no memory for an MQTT client") }
    unsafe self.client = client
    if let fault = unsafe setUp(client) {
      forget()
      shortConnections = 0
      return retryLater("no connection is tried: \(fault)")
    }
    unsafe takeCallbacks(of: client)
    state = .connecting
    connecting = unsafe Connecting(client, broker, keepAliveSeconds: Self.keepAliveSeconds)
  }

  private func setUp(_ client: OpaquePointer) -> String? {
    do {
      tls = broker.usesTLS ? try TLSContext(broker.tls, host: broker.host) : nil
    } catch {
      return "TLS cannot be set up: \(error)"
    }
    return unsafe clientFault(settingUp: client, for: broker, tls: tls)
  }

  private func takeCallbacks(of client: OpaquePointer) {
    unsafe mosquitto_connect_with_flags_callback_set(client) { _, context, code, flags in
      // Bit 0 of CONNACK's flags: the broker knows the session.
      unsafe MQTTSession.from(context)?.brokerAnswered(code, isSessionPresent: flags & 1 == 1)
    }
    unsafe mosquitto_publish_callback_set(client) { _, context, number in
      unsafe MQTTSession.from(context)?.brokerConfirmed(number)
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
  }

  private func finishConnecting() {
    guard let outcome = connecting?.take() else { return }
    if case .failed(var reason) = outcome {
      reason = tls?.failure ?? reason
      forget()
      shortConnections = 0
      return retryLater("no connection to \(broker.host):\(broker.port): \(reason)")
    }
    connecting = nil
    state = .connected
    connectedAtMilliseconds = nowMilliseconds
    untoldConnections += 1
    flush()
  }

  private func brokerAnswered(_ code: Int32, isSessionPresent: Bool) {
    guard let client = unsafe client else { return }
    guard code == 0 else {
      untoldConnections -= 1
      let reason = unsafe String(cString: mosquitto_connack_string(code))
      refusal =
        "the broker at \(broker.host):\(broker.port) refuses us: \(reason) "
        + "Check the user and password in PIKAPALAUTE_MQTT_URL"
      return
    }
    isTakenIn = true
    session = isSessionPresent && untoldConnections == 1 ? .resumed : .fresh
    for topic in subscriptions { unsafe mosquitto_subscribe(client, nil, topic, 1) }
  }

  private func brokerGranted(_ isGranted: Bool) {
    guard isGranted else {
      say(
        .error,
        "the broker refuses a subscription; let user '\(broker.user ?? "anonymous")' read "
          + subscriptions.joined(separator: " and "))
      return
    }
    if !isSubscribed {
      isSubscribed = true
      if isClaimed { return }
      say(.notice, "subscribed at \(broker.host):\(broker.port) as '\(clientID)'")
    }
  }

  /// Called for quality of service 0 too, when it was written.
  private func brokerConfirmed(_ number: Int32) {
    if unconfirmed.remove(number) != nil { confirmations += 1 }
  }

  private func arrived(_ message: UnsafePointer<mosquitto_message>) {
    delivered += 1
    guard let deliver, let topicStart = unsafe message.pointee.topic else { return }
    let topic = unsafe UnsafeRawBufferPointer(start: topicStart, count: strlen(topicStart))
    let payload = unsafe UnsafeRawBufferPointer(
      start: message.pointee.payload, count: Int(message.pointee.payloadlen))
    hasEnough = unsafe !deliver(topic.bytes, payload.bytes, message.pointee.retain)
  }

  /// The broker takes us in again and again, and lets us go: by MQTT 3.1.1 that is all we hear when
  /// another client has connected under our name.
  private var isClaimed: Bool { shortConnections >= Self.shortConnectionsMin }

  private func lose(reason: String) {
    let isShort = nowMilliseconds - connectedAtMilliseconds < Self.stableMilliseconds
    if !isShort { pauseMilliseconds = Self.pauseMinMilliseconds }
    if !isShort || refusal != nil { shortConnections = 0 }
    if isShort && isTakenIn { shortConnections += 1 }
    let refusal = refusal
    let failure = tls?.failure
    // What the broker says of our certificate comes after the handshake, and may be lost with it.
    let hint =
      tls == nil || isTakenIn
      ? "" : " before the broker answered (it may ask for a certificate)"
    forget()
    if let refusal { return retryLater(refusal) }
    if let failure {
      return retryLater("no connection to \(broker.host):\(broker.port): \(failure)")
    }
    guard isClaimed else {
      return retryLater("connection to \(broker.host):\(broker.port) lost\(hint): \(reason)")
    }
    pauseMilliseconds = min(pauseMilliseconds, Self.pauseMaxMillisecondsClaimed)
    retryLater(
      "the broker at \(broker.host):\(broker.port) takes us in as '\(clientID)' and lets us go at "
        + "once: another client uses that name; give each service its own "
        + "PIKAPALAUTE_MQTT_CLIENT_ID, and set use_username_as_clientid at the broker")
  }

  private func retryLater(_ reason: String) {
    say(.warning, "\(reason); trying again")
    let jitter = Int64.random(in: 0...pauseMilliseconds / 4, using: &random)
    state = .waiting(untilMilliseconds: nowMilliseconds + pauseMilliseconds + jitter)
    pauseMilliseconds = min(pauseMilliseconds * 2, Self.pauseMaxMilliseconds)
  }

  private func forget() {
    if let client = unsafe client, connecting?.abandon() != true {
      unsafe mosquitto_destroy(client)
    }
    unsafe client = nil
    tls = nil
    connecting = nil
    unconfirmed = []
    refusal = nil
    isTakenIn = false
    isSubscribed = false
    isBlocked = false
  }

  /// Says a line once, however often it happens in a row.
  private func say(_ severity: Severity, _ line: String) {
    if line == lastReport { return }
    lastReport = line
    report(severity, "mqtt: \(line)")
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> MQTTSession? {
    unsafe context.map { unsafe Unmanaged<MQTTSession>.fromOpaque($0).takeUnretainedValue() }
  }
}
