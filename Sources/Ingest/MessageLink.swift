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
  /// True once after each connection to a broker that remembers nothing of this session.
  func takeFreshSession() -> Bool

  /// Delivers what has arrived, until nothing is left, `messagesMax` were delivered or the
  /// connection broke: topic, payload, retained flag. Both spans are gone when it returns.
  func read(messagesMax: Int, _ deliver: (RawSpan, RawSpan, Bool) -> Void)
  /// Queues a message for the next `flush`.
  func publish(topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool)
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
