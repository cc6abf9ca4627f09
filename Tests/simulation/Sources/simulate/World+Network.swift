import FirmwareProtocol
import Ingest

extension Story {
  func topic(of device: Device, kind: String) -> [UInt8] {
    Array("pikapalaute/v1/helsinki/\(device.name)/\(kind)".utf8)
  }
}

extension World {
  func arrivesAtBroker(_ message: BrokerMessage) {
    guard broker.isUp else { return }
    if !broker.take(message) {
      faults.note(.queueFull)
      return log("the broker's queue is full")
    }
    handOut()
  }

  /// The broker gives the service what it may.
  func handOut() {
    for (id, message) in broker.departures() { deliver(id, message) }
  }

  private func deliver(_ id: Int, _ message: BrokerMessage) {
    guard let link else { return }
    if message.unsequenced >= 0 {
      devices[message.device].unsequenced[message.unsequenced].deliveries += 1
    }
    let at = now + random.milliseconds(1...30)
    link.arrives(id: id, message, at: at)
    wakeService(at: at + random.milliseconds(0...20))
  }

  /// The service connects: the number of the connection, and whether the session is new.
  func connect() -> (Broker.Connection, isFresh: Bool)? {
    guard broker.isUp else { return nil }
    let (connection, isFresh, again) = broker.connect()
    log("the service connects, \(again.count) messages come again")
    for (id, message) in again { deliver(id, message) }
    handOut()
    return (connection, isFresh)
  }

  func disconnected(_ connection: Broker.Connection, after: Int64) {
    if after > 0 { return plan(.connectionEnds(connection), after: after) }
    if broker.connection == connection { broker.disconnect() }
    wakeService(at: now + 250)
  }

  /// Something leaves the service; whatever it says must be on disk now.
  func leaves(_ item: SimulatedLink.Outgoing, _ connection: Broker.Connection) {
    plan(.fromService(item, connection), after: random.milliseconds(1...40))
  }

  func arrivesFromService(_ item: SimulatedLink.Outgoing, _ connection: Broker.Connection) {
    guard broker.isUp, broker.connection == connection else { return }
    switch item {
    case .receipt(let id):
      if let message = broker.acknowledged(id), message.unsequenced >= 0, !message.isRetained {
        devices[message.device].unsequenced[message.unsequenced].isAccepted = true
      }
      handOut()
    case .publish(let topic, let payload):
      let parts = topic.split(separator: "/")
      guard parts.last == "ack", let number = Int(parts[3].dropFirst(4)) else { return }
      if strikes(.ackDropped) { return }
      var after = latency()
      if strikes(.ackDelayed) { after += delay() }
      plan(.atDevice(device: number, payload: payload), after: after)
      if strikes(.ackDuplicated) {
        plan(.atDevice(device: number, payload: payload), after: after + delay())
      }
    }
  }

  func arrivesOverHTTP(_ device: Device, _ payload: [UInt8]) {
    guard let requests, let process, process.isAlive else {
      return plan(.reply(device: device.number, .refused), after: latency())
    }
    let sent = device.sent[payload]
    nextRequest += 1
    let request = nextRequest
    requestDevices[request] = (device.number, sent?.unsequenced ?? -1)
    if let number = sent?.unsequenced, number >= 0 { device.unsequenced[number].deliveries += 1 }
    log("\(device.name) posts")
    let outcomes = process.outcomes
    requests.submit(payload, device: device.name) { outcomes.post(request, $0) }
    takeOutcomes(process)
    wakeService(at: now + random.milliseconds(0...20))
  }

  /// Sends what HTTP is told back to the devices.
  func takeOutcomes(_ process: ServiceProcess) {
    for (request, outcome) in process.outcomes.take() {
      guard let (number, unsequenced) = requestDevices.removeValue(forKey: request) else {
        violate("a request is answered twice")
        continue
      }
      if strikes(.replyDropped) { continue }
      let reply: Reply
      switch outcome {
      case .answered(let epoch?, let next, let isRewind, _):
        reply = .acknowledged(epoch: epoch, next: Int(next), isRewind: isRewind)
      case .answered: reply = .unsequencedAccepted(unsequenced)
      case .unavailable, .tooManyRequests, .shareSpent: reply = .refused
      case .malformed, .tooLarge, .unknownDevice:
        violate("dev-\(number) is refused over HTTP: \(outcome)")
        reply = .refused
      }
      plan(.reply(device: number, reply), after: latency())
    }
  }
}
