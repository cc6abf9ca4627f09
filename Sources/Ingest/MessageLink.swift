/// The connection to the broker, as the ingest loop drives it: on one thread, never writing
/// between `read` and `flush`.
///
/// The order is the promise: what `read` delivered is acknowledged to the broker by the next
/// `flush`, so `flush` comes after the commit. `MQTTSession` is the real one.
public protocol MessageLink: AnyObject {
  /// To wait on; nil while there is no connection.
  var descriptor: Int32? { get }
  /// The last `flush` could not write everything: wait until the descriptor is writable and
  /// read nothing more before.
  var isBlocked: Bool { get }
  /// The broker confirmed the subscriptions.
  var isSubscribed: Bool { get }
  /// What the broker remembers of us, once after each connection; nil until the next. `fresh`
  /// also where a connection broke before it was told: that one may have made the session.
  func takeSession() -> BrokerSession?
  /// Publications with quality of service 1 that the broker confirmed since the last call. They
  /// are confirmed in their order; those that a lost connection leaves over never are.
  func takeConfirmations() -> Int

  /// Delivers what has arrived, until nothing is left, `messagesMax` were delivered, `deliver` said
  /// false or the connection broke: topic, payload, retained flag. Both spans are gone when it
  /// returns.
  func read(messagesMax: Int, _ deliver: (RawSpan, RawSpan, Bool) -> Bool)
  /// Queues a message for the next `flush`; false when there is no connection to take it.
  @discardableResult
  func publish(
    topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool
  ) -> Bool
  /// Writes what is queued, acknowledgements to the broker included.
  func flush()
  /// Connects, reconnects, keeps alive; `nowMilliseconds` is a monotonic clock.
  func tick(nowMilliseconds: Int64)
  /// Milliseconds until `tick` has something to do.
  func millisecondsToTick(nowMilliseconds: Int64) -> Int64
  /// Drops the connection without acknowledging what was read: it comes again.
  func drop()
  /// Says goodbye after the last flush; the broker keeps the session.
  func close()
}

/// What a broker remembers of the service when it takes a connection.
public enum BrokerSession: Sendable {
  /// The session of the connection before, with all that waits for us.
  case resumed
  /// Nothing: it is another broker, or one that lost what it had.
  case fresh
}
