import Glibc
import Ingest

/// A broker with a persistent session, and a record of all that is done to it, in order.
///
/// What was delivered is acknowledged by the next `flush`; a `drop` before it puts it back.
final class FakeLink: MessageLink {
  enum Event: Equatable {
    case open
    case read(Int)
    case commit(Bool)
    case publish(topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool)
    case flush
    case tick
    case drop
    case close
  }

  struct Message {
    var topic: String
    var payload: [UInt8]
  }

  var events: [Event] = []
  var inbox: [Message] = []
  private(set) var acknowledged = 0
  /// What it delivers at once at most: a broker's inflight window.
  var inflightMax = 20
  var isBlocked = false
  var isSubscribed = true
  var isConnected = true
  /// Said once to the loop, as after a connection.
  var session: BrokerSession?
  /// Whether the broker confirms publications of quality 1 as soon as they are flushed.
  var isConfirming = true
  var tickMilliseconds: Int64 = 5
  /// Called at every tick with its number, on the loop's thread.
  var onTick: (Int) -> Void = { _ in }
  /// Called at every flush, before it writes; false = the connection breaks instead.
  var onFlush: () -> Bool = { true }

  private var unacknowledged: [Message] = []
  private var ticks = 0
  private var published = 0
  private var confirmed = 0
  private let ends: [Int32]

  init() {
    var ends: [Int32] = [-1, -1]
    _ = unsafe pipe(&ends)
    // Always readable, so that the loop never waits.
    var byte: UInt8 = 0
    _ = unsafe write(ends[1], &byte, 1)
    self.ends = ends
  }

  deinit {
    for end in ends { Glibc.close(end) }
  }

  var descriptor: Int32? { isConnected ? ends[0] : nil }

  func takeSession() -> BrokerSession? {
    defer { session = nil }
    return session
  }

  func takeConfirmations() -> Int {
    defer { confirmed = 0 }
    return confirmed
  }

  /// The broker is back, and remembers as much. A session that nobody heard of may be new.
  func reconnect(_ session: BrokerSession) {
    isConnected = true
    isSubscribed = true
    self.session = self.session == nil ? session : .fresh
  }

  /// The connection breaks: what was not acknowledged comes again, what was not confirmed is lost.
  func cut() {
    isConnected = false
    isSubscribed = false
    isBlocked = false
    published = 0
    inbox.insert(contentsOf: unacknowledged, at: 0)
    unacknowledged = []
  }

  func read(messagesMax: Int, _ deliver: (RawSpan, RawSpan, Bool) -> Bool) {
    let longest = min(messagesMax, inbox.count, inflightMax)
    let start = events.count
    var count = 0
    for message in inbox.prefix(longest) {
      let topic = Array(message.topic.utf8)
      count += 1
      if !deliver(unsafe topic.span.bytes, unsafe message.payload.span.bytes, false) { break }
    }
    events.insert(.read(count), at: start)
    unacknowledged += inbox.prefix(count)
    inbox.removeFirst(count)
  }

  func publish(
    topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool
  ) -> Bool {
    if !isConnected { return false }
    events.append(
      .publish(
        topic: topic, payload: payload, qualityOfService: qualityOfService,
        isRetained: isRetained))
    if qualityOfService == 1 { published += 1 }
    return true
  }

  func flush() {
    if !onFlush() { return cut() }
    events.append(.flush)
    if isConfirming {
      confirmed += published
      published = 0
    }
    acknowledged += unacknowledged.count
    unacknowledged = []
  }

  func tick(nowMilliseconds: Int64) {
    events.append(.tick)
    ticks += 1
    onTick(ticks)
  }

  func millisecondsToTick(nowMilliseconds: Int64) -> Int64 { tickMilliseconds }

  func drop() {
    events.append(.drop)
    inbox.insert(contentsOf: unacknowledged, at: 0)
    unacknowledged = []
  }

  func close() {
    events.append(.close)
  }
}
