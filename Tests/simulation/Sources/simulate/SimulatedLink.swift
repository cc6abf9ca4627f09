import Ingest

/// The service's end of the connection to the broker, as `MQTTSession` behaves: nothing leaves
/// but by `flush`, PUBACKs first; what was read and not flushed when the connection breaks
/// comes again.
final class SimulatedLink: MessageLink {
  private enum State {
    case waiting(until: Int64)
    case connecting(until: Int64)
    case connected(Broker.Connection)
    case closed
  }

  /// What is on its way from the broker.
  private struct Arrival {
    var at: Int64
    var id: Int
    var message: BrokerMessage
  }

  /// What waits for the next flush.
  enum Outgoing {
    case receipt(id: Int)
    case publish(topic: String, payload: [UInt8])
  }

  private unowned let world: World
  private let process: ServiceProcess
  private var state = State.waiting(until: 0)
  private var arrivals: [Arrival] = []
  private var taken = 0
  private var outgoing: [Outgoing] = []
  private var session: BrokerSession?
  private var blockedUntil: Int64 = 0

  init(world: World, process: ServiceProcess) {
    self.world = world
    self.process = process
  }

  var descriptor: Int32? {
    if case .connected = state { return 1 }
    return nil
  }
  private(set) var isBlocked = false
  var isSubscribed: Bool { descriptor != nil }
  /// Nothing is on its way in or out.
  var isIdle: Bool { taken == arrivals.count && outgoing.isEmpty }

  /// When something is there to be read or may be written; nil while nothing is.
  var readyAt: Int64? {
    if descriptor == nil { return nil }
    if isBlocked { return blockedUntil }
    return taken < arrivals.count ? arrivals[taken].at : nil
  }

  func takeSession() -> BrokerSession? {
    defer { session = nil }
    return session
  }

  /// Nothing is published with quality of service 1 here.
  func takeConfirmations() -> Int { 0 }

  func read(messagesMax: Int, _ deliver: (RawSpan, RawSpan, Bool) -> Bool) {
    guard process.isAlive, descriptor != nil else { return }
    var count = 0
    while count < messagesMax, taken < arrivals.count, arrivals[taken].at <= world.now {
      if world.strikes(.crashInRead) { return world.kill(process, "while reading") }
      if world.strikes(.cutInRead) { return lose("the connection breaks while reading") }
      let arrival = arrivals[taken]
      taken += 1
      count += 1
      outgoing.append(.receipt(id: arrival.id))
      world.log("service reads from dev-\(arrival.message.device)")
      let goesOn = unsafe deliver(
        arrival.message.topic.span.bytes, arrival.message.payload.span.bytes,
        arrival.message.isRetained)
      if !goesOn { break }
    }
    if taken > 256 {
      arrivals.removeFirst(taken)
      taken = 0
    }
  }

  func publish(
    topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool
  ) -> Bool {
    if descriptor == nil { return false }
    outgoing.append(.publish(topic: topic, payload: payload))
    return true
  }

  func flush() {
    guard process.isAlive, case .connected(let connection) = state else { return }
    isBlocked = world.now < blockedUntil
    if isBlocked || outgoing.isEmpty { return }
    if world.strikes(.flushBlocked) {
      blockedUntil = world.now + Int64(world.number(.flushBlocked, 1...20_000))
      isBlocked = true
      return world.log("the socket is full until \(world.text(blockedUntil))")
    }
    var end = outgoing.count
    let isCut = world.strikes(.cutInFlush)
    let isCrash = world.strikes(.crashInFlush)
    if isCut { end = world.number(.cutInFlush, 0...end) }
    if isCrash { end = min(end, world.number(.crashInFlush, 0...end)) }
    for item in outgoing[..<end] { world.leaves(item, connection) }
    outgoing.removeFirst(end)
    if isCrash { return world.kill(process, "while writing to the broker") }
    if isCut { lose("the connection breaks while writing") }
  }

  func tick(nowMilliseconds: Int64) {
    guard process.isAlive else { return }
    switch state {
    case .waiting(let until) where world.now >= until:
      state = .connecting(until: world.now + 20)
    case .connecting(let until) where world.now >= until:
      guard let (connection, isFresh) = world.connect() else {
        state = .waiting(until: world.now + 2000)
        return
      }
      state = .connected(connection)
      session = isFresh ? .fresh : .resumed
    default: break
    }
  }

  func millisecondsToTick(nowMilliseconds: Int64) -> Int64 {
    switch state {
    case .waiting(let until), .connecting(let until): max(0, until - world.now)
    case .connected, .closed: .max
    }
  }

  func drop() {
    // What was written before still arrives, also from a process that died.
    if process.isAlive { lose("the service drops the connection", after: 50) }
  }

  func close() {
    flush()
    if case .connected(let connection) = state { world.disconnected(connection, after: 50) }
    state = .closed
  }

  /// The broker hands something over.
  func arrives(id: Int, _ message: BrokerMessage, at: Int64) {
    arrivals.append(Arrival(at: max(at, arrivals.last?.at ?? 0), id: id, message: message))
  }

  /// Everything in either direction is gone; what was written, unless it arrives within
  /// `after` milliseconds.
  func lose(_ reason: String, after: Int64 = 0) {
    guard case .connected(let connection) = state else { return }
    world.log(reason)
    arrivals.removeAll()
    taken = 0
    outgoing.removeAll()
    isBlocked = false
    state = .waiting(until: world.now + 250)
    world.disconnected(connection, after: after)
  }
}
