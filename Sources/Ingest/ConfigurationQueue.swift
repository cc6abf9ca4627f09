/// Which devices have to be told their configuration: each once, until the broker confirmed it.
///
/// The broker keeps what it was told, so a connection that goes on with the session before it
/// needs nothing but what that one left unconfirmed. A broker that lost what it kept, killed
/// without persistence or exchanged for another, has lost the session with it, and is told
/// everything. One that crashed with persistence comes back with both as it saved them last,
/// which may be half an hour ago: what it was told within that time before the connection broke
/// it is told once more, at the end of it.
struct ConfigurationQueue {
  /// In the order of their numbers, the next one last.
  private var waiting: [Int] = []
  /// Published and not confirmed, in their order, from `confirmed` on.
  private var published: [Int] = []
  private var confirmed = 0
  /// When something was published last, and when everything is due again, on the loop's clock.
  private var publishedAtMilliseconds: Int64?
  private var repeatAtMilliseconds: Int64?
  /// The session at the broker was there until then.
  private var heldUntilMilliseconds: Int64 = 0

  /// The next one may be published.
  var isPending: Bool {
    !waiting.isEmpty && published.count - confirmed < IngestLimits.configurationsUnconfirmedMax
  }

  mutating func add(_ devices: some Sequence<Int>) {
    waiting = Set(waiting).union(devices).sorted(by: >)
  }

  /// To be called once after each connection, before anything is published on it.
  mutating func connected(_ session: BrokerSession, all devices: some Sequence<Int>) {
    let isForgotten = publishedAtMilliseconds.map {
      heldUntilMilliseconds - $0 < IngestLimits.configurationsKeptMilliseconds
    }
    let unconfirmed = published[confirmed...]
    switch session {
    case .fresh:
      add(devices)
      repeatAtMilliseconds = nil
    case .resumed:
      add(unconfirmed)
      if isForgotten ?? false {
        repeatAtMilliseconds =
          (publishedAtMilliseconds ?? 0) + IngestLimits.configurationsKeptMilliseconds
      }
    }
    published = []
    confirmed = 0
  }

  /// The broker confirmed the next `count` of those that were published.
  mutating func confirm(_ count: Int) {
    confirmed = min(published.count, confirmed + count)
    if confirmed == published.count {
      published.removeAll(keepingCapacity: true)
      confirmed = 0
    }
  }

  /// To be called while the session lasts, before `next`.
  mutating func hold(all devices: some Sequence<Int>, nowMilliseconds: Int64) {
    heldUntilMilliseconds = nowMilliseconds
    if let due = repeatAtMilliseconds, due <= nowMilliseconds {
      repeatAtMilliseconds = nil
      add(devices)
    }
  }

  /// Publishes the next one that waits; false when none does or `publish` does not take it.
  mutating func publishNext(nowMilliseconds: Int64, _ publish: (Int) -> Bool) -> Bool {
    guard isPending, let device = waiting.last, publish(device) else { return false }
    waiting.removeLast()
    published.append(device)
    publishedAtMilliseconds = nowMilliseconds
    return true
  }
}
