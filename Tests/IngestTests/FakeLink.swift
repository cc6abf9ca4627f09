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
  var hasFreshSession = false
  /// Called at every tick with its number, on the loop's thread.
  var onTick: (Int) -> Void = { _ in }

  private var unacknowledged: [Message] = []
  private var ticks = 0
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

  var descriptor: Int32? { ends[0] }

  func takeFreshSession() -> Bool {
    defer { hasFreshSession = false }
    return hasFreshSession
  }

  func read(messagesMax: Int, _ deliver: (RawSpan, RawSpan, Bool) -> Void) {
    let count = min(messagesMax, inbox.count, inflightMax)
    events.append(.read(count))
    for message in inbox.prefix(count) {
      let topic = Array(message.topic.utf8)
      deliver(unsafe topic.span.bytes, unsafe message.payload.span.bytes, false)
    }
    unacknowledged += inbox.prefix(count)
    inbox.removeFirst(count)
  }

  func publish(topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool) {
    events.append(
      .publish(
        topic: topic, payload: payload, qualityOfService: qualityOfService,
        isRetained: isRetained))
  }

  func flush() {
    events.append(.flush)
    acknowledged += unacknowledged.count
    unacknowledged = []
  }

  func tick(nowMilliseconds: Int64) {
    events.append(.tick)
    ticks += 1
    onTick(ticks)
  }

  func millisecondsToTick(nowMilliseconds: Int64) -> Int64 { 5 }

  func drop() {
    events.append(.drop)
    inbox.insert(contentsOf: unacknowledged, at: 0)
    unacknowledged = []
  }

  func close() {
    events.append(.close)
  }
}
