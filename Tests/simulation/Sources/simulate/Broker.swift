/// A message as the broker has it.
struct BrokerMessage {
  let topic: [UInt8]
  let payload: [UInt8]
  /// For the log.
  let device: Int
  var isRetained = false
  /// Which of the device's unsequenced messages; -1 = none.
  var unsequenced = -1
}

/// A broker with one subscriber, the service: a persistent session of QoS 1, a bounded queue,
/// retained messages, and no more durability than it is told to have.
struct Broker {
  /// A connection is its number; what belongs to another is of the past.
  typealias Connection = Int

  fileprivate struct Flight {
    var id: Int
    var message: BrokerMessage
  }

  /// What a broker keeps of its state when it saves it.
  struct Memory {
    fileprivate var hasSession = false
    fileprivate var queue: [BrokerMessage] = []
    fileprivate var flights: [Flight] = []
    fileprivate var retained: [[UInt8]: BrokerMessage] = [:]
  }

  private(set) var memory = Memory()
  private(set) var isUp = true
  private(set) var connection: Connection?
  private var connections = 0
  private var nextID = 1
  let inflightMax: Int
  let queuedMax: Int

  init(inflightMax: Int, queuedMax: Int) {
    self.inflightMax = inflightMax
    self.queuedMax = queuedMax
  }

  /// Nothing waits for the service.
  var isDrained: Bool { memory.queue.isEmpty && memory.flights.isEmpty }

  /// Takes a message; false when it is thrown away because the queue is full.
  mutating func take(_ message: BrokerMessage) -> Bool {
    if message.isRetained { memory.retained[message.topic] = message }
    // A session that exists hears of it once, as a live message.
    guard memory.hasSession else { return true }
    if memory.queue.count + memory.flights.count >= queuedMax { return false }
    var live = message
    live.isRetained = false
    memory.queue.append(live)
    return true
  }

  /// What may be handed out now: id and message, in order.
  mutating func departures() -> [(id: Int, message: BrokerMessage)] {
    guard connection != nil else { return [] }
    let room = min(inflightMax - memory.flights.count, memory.queue.count)
    if room <= 0 { return [] }
    let departing = memory.queue.prefix(room).map { message in
      nextID += 1
      return Flight(id: nextID, message: message)
    }
    memory.queue.removeFirst(room)
    memory.flights += departing
    return departing.map { (id: $0.id, message: $0.message) }
  }

  /// The service's PUBACK; says which message it was.
  mutating func acknowledged(_ id: Int) -> BrokerMessage? {
    guard let index = memory.flights.firstIndex(where: { $0.id == id }) else { return nil }
    return memory.flights.remove(at: index).message
  }

  /// The service's client id connects; an older connection ends. Redelivers what it never
  /// acknowledged, then what is retained, as every subscription asks.
  mutating func connect() -> (Connection, isFresh: Bool, [(id: Int, message: BrokerMessage)]) {
    connections += 1
    connection = connections
    let isFresh = !memory.hasSession
    memory.hasSession = true
    var again = memory.flights.map { (id: $0.id, message: $0.message) }
    let waiting = Set(memory.flights.filter(\.message.isRetained).map(\.message.topic))
    for topic in memory.retained.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      guard !waiting.contains(topic), let message = memory.retained[topic] else { continue }
      nextID += 1
      memory.flights.append(Flight(id: nextID, message: message))
      again.append((id: nextID, message: message))
    }
    return (connections, isFresh, again)
  }

  mutating func disconnect() {
    connection = nil
  }

  mutating func stop() {
    isUp = false
    connection = nil
  }

  mutating func start(with memory: Memory) {
    self.memory = memory
    isUp = true
  }

  /// Another client of the same id takes the session, its messages with it, and leaves.
  mutating func robbed(of count: Int) -> Int {
    connection = nil
    let flights = min(count, memory.flights.count)
    memory.flights.removeFirst(flights)
    let queued = min(count - flights, memory.queue.count)
    memory.queue.removeFirst(queued)
    return flights + queued
  }
}
