/// What will happen.
enum Event {
  case press(device: Int)
  case wake(device: Int)
  case device(FaultKind, device: Int)
  case byItself(FaultKind)
  case atBroker(BrokerMessage)
  case fromService(SimulatedLink.Outgoing, Broker.Connection)
  case atDevice(device: Int, payload: [UInt8])
  case request(device: Int, payload: [UInt8])
  case reply(device: Int, Reply)
  case turn(process: Int)
  case connectionEnds(Broker.Connection)
  case brokerStarts(Broker.Memory)
  case brokerSaves
  case serviceStarts
  case clockIsSet
}

/// What a device hears of a request over HTTP.
enum Reply {
  case acknowledged(epoch: UInt32, next: Int, isRewind: Bool)
  case unsequencedAccepted(Int)
  case refused
}

/// Events in the order of their time; those of one moment in the order in which they were planned.
struct EventQueue {
  private struct Entry {
    var at: Int64
    var order: Int
    var event: Event
  }

  private var heap: [Entry] = []
  private var planned = 0

  var count: Int { heap.count }

  mutating func plan(_ event: Event, at: Int64) {
    planned += 1
    heap.append(Entry(at: at, order: planned, event: event))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if isBefore(parent, child) { break }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  mutating func next() -> (at: Int64, event: Event)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return (first.at, first.event) }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if isBefore(child, least) { least = child }
      }
      if least == parent { return (first.at, first.event) }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private func isBefore(_ one: Int, _ other: Int) -> Bool {
    (heap[one].at, heap[one].order) < (heap[other].at, heap[other].order)
  }
}
