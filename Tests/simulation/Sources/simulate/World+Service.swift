import Ingest

extension World {
  func startService() {
    guard process == nil else { return }
    lives += 1
    log("the service starts")
    let process = ServiceProcess(number: lives)
    let link = SimulatedLink(world: self, process: process)
    let queue: SubmissionQueue
    do {
      queue = try SubmissionQueue()
    } catch {
      return violate("no file descriptors: \(error)")
    }
    self.process = process
    self.link = link
    requests = queue
    let known = devices.map { device in
      EngineDevice(
        name: device.name, isRegistered: true, rules: device.rules.map(\.engineRule))
    }
    loop = IngestLoop(
      link: link, queue: queue, status: IngestStatus(),
      nowMilliseconds: { [unowned self] in now + serviceAhead },
      monotonicMilliseconds: { [unowned self] in now - story.start },
      report: { [unowned self] _, line in log("service: \(line)") }
    ) { [unowned self] in
      if strikes(.openFails) { throw SimulatedStore.Failure(description: "cannot be opened") }
      return IngestLoop.Opened(
        site: "helsinki", devices: known, configurations: { _ in Configurations() },
        store: SimulatedStore(world: self, process: process))
    }
    turnAt = .max
    wakeService(at: now)
  }

  /// Plans a turn of the service's loop, unless an earlier one is planned.
  func wakeService(at: Int64) {
    guard let process, process.isAlive else { return }
    let at = max(at, now, process.pausedUntil)
    if turnAt >= now && turnAt <= at { return }
    turnAt = at
    events.plan(.turn(process: process.number), at: at)
  }

  func turn(_ number: Int) {
    guard let process, process.number == number, turnAt == now, let loop else { return }
    turnAt = .max
    if process.pausedUntil > now { return wakeService(at: process.pausedUntil) }
    let pause = loop.step()
    if process.isAlive { takeOutcomes(process) }
    guard process.isAlive else { return bury() }
    if let pause, pause.milliseconds < Span.day {
      wakeService(at: now + max(1, pause.milliseconds))
    }
    if let ready = link?.readyAt {
      wakeService(at: max(now + 1, ready + random.milliseconds(0...20)))
    }
  }

  /// Ends the process in the middle of whatever it does; what it sent is on its way.
  func kill(_ process: ServiceProcess, _ reason: String) {
    guard process.isAlive else { return }
    log("the service is killed \(reason)")
    takeOutcomes(process)
    process.die()
    if let connection = broker.connection { plan(.connectionEnds(connection), after: 50) }
  }

  /// Forgets a dead process and plans its next life.
  func bury() {
    process = nil
    loop = nil
    link = nil
    requests = nil
    for request in requestDevices.keys.sorted() {
      guard let device = requestDevices[request]?.device else { continue }
      plan(.reply(device: device, .refused), after: latency())
    }
    requestDevices.removeAll()
    let soon = random.chance(0.7) ? Span.second : 10 * Span.minute
    plan(.serviceStarts, after: random.milliseconds(100...soon))
  }

  /// What comes by itself.
  func strike(_ kind: FaultKind) {
    planFault(kind)
    guard faults.isAllowed(kind, now: now) else { return }
    faults.note(kind)
    log("fault: \(kind.rawValue)")
    switch kind {
    case .connectionCut: link?.lose("the connection breaks")
    case .takeover:
      let stolen = broker.robbed(of: number(kind, 0...30))
      log("another client takes the session and \(stolen) messages")
      link?.lose("the session is taken over")
    case .brokerForgets: restartBroker(with: Broker.Memory())
    case .brokerRollsBack: restartBroker(with: savedMemory)
    case .brokerRestarts: restartBroker(with: broker.memory)
    case .crashIdle:
      if let process {
        kill(process, "while it waits")
        bury()
      }
    case .servicePaused:
      let length = Int64(number(kind, 1...1800)) * Span.second
      process?.pausedUntil = now + length
      // The broker gives up on a client that is silent for longer than its keepalive.
      if length > 45 * Span.second { link?.lose("the broker misses the service's pings") }
      turnAt = .max
      wakeService(at: now + length)
    case .serviceClockJumps:
      let jumps: [Int64] = [-Span.day, -Span.hour, -130_000, -1000, 1000, 130_000, 40 * Span.day]
      serviceAhead = jumps[number(kind, 0...jumps.count - 1)]
      plan(.clockIsSet, after: Int64(number(kind, 1...300)) * Span.minute)
    default: break
    }
  }

  private func restartBroker(with memory: Broker.Memory) {
    guard broker.isUp else { return }
    broker.stop()
    link?.lose("the broker dies")
    plan(.brokerStarts(memory), after: Int64(random.int(1...120)) * Span.second)
  }

  func strike(_ kind: FaultKind, _ device: Device) {
    planFault(kind, device)
    guard faults.isAllowed(kind, now: now), !device.isDead else { return }
    faults.note(kind)
    log("fault: \(kind.rawValue) \(device.name)")
    switch kind {
    case .deviceOffline:
      device.offlineUntil = now + device.random.milliseconds(Span.minute...12 * Span.hour)
      device.wakesAt = .max
      wake(device, after: 0)
    case .deviceClockJumps: device.clock.jump(&device.random)
    case .deviceDies: device.isDead = true
    case .batteryChangedJournalKept, .batteryChangedJournalLost:
      device.clock.restart(now: now, &device.random)
      for journal in device.journals {
        if kind == .batteryChangedJournalLost { journal.isAbandoned = true }
        if device.clock.kind == .counter { journal.areTimesForgotten = true }
      }
      device.startEpoch()
    default: break
    }
  }
}
