import FirmwareProtocol
import Ingest

/// One simulated city on one thread: devices, broker, service, disk, and a clock that jumps
/// from event to event. Everything in it follows from the story.
final class World {
  let story: Story
  let isTold: Bool
  var now: Int64
  var disk: Disk
  var devices: [Device]
  var broker: Broker
  var events = EventQueue()
  var random: Random
  var faults: Faults
  var process: ServiceProcess?
  var loop: IngestLoop<SimulatedStore, SimulatedLink>?
  var link: SimulatedLink?
  var requests: SubmissionQueue?
  var lives = 0
  /// What the service's clock is ahead of the truth, milliseconds.
  var serviceAhead: Int64 = 0
  /// The turn that is planned; earlier ones are void.
  var turnAt = Int64.max
  var savedMemory = Broker.Memory()
  var requestDevices: [Int: (device: Int, unsequenced: Int)] = [:]
  var nextRequest = 0
  private(set) var violations: [String] = []
  private(set) var told: [String] = []

  /// Events of one run at most; more means that it does not settle.
  static let eventsMax = 10_000_000

  init(_ story: Story, isTold: Bool) {
    self.story = story
    self.isTold = isTold
    now = story.start
    random = Random(seed: story.seed, stream: 2)
    let from = story.start + story.faultsFrom
    let to = min(story.length, story.faultsTo)
    faults = Faults(
      seed: story.seed, weight: story.weight, without: story.without,
      window: from..<max(from, story.start + to))
    devices = (0..<story.deviceCount).map { Device(number: $0, story: story) }
    disk = Disk(devices: story.deviceCount)
    broker = Broker(inflightMax: story.inflightMax, queuedMax: story.queuedMax)
  }

  /// When nobody presses any more and nothing new goes wrong.
  var end: Int64 { story.start + story.length }

  func run() {
    prepare()
    var count = 0
    while let (at, event) = events.next() {
      now = max(now, at)
      handle(event)
      count += 1
      if !violations.isEmpty { return }
      if count == Self.eventsMax { return violate("the run does not settle") }
    }
    settle()
  }

  private func prepare() {
    let taking = story.devices ?? Array(devices.indices)
    for device in devices where taking.contains(device.number) {
      if story.hoarderEvery > 0 && device.number % story.hoarderEvery == 0 { hoard(device) }
      planPress(device)
      for kind in FaultKind.allCases where kind.isOfDevice {
        planFault(kind, device)
      }
    }
    for kind in FaultKind.allCases where kind.isByItself { planFault(kind) }
    if story.weight > 0 { plan(.brokerSaves, after: Span.minute) }
    plan(.serviceStarts, after: 0)
  }

  /// A device that pressed an hour at a time for months and never met the network.
  private func hoard(_ device: Device) {
    guard let journal = device.journals.last, !device.isUnsequenced else { return }
    for hour in 0..<min(3000, story.pressesMax) {
      let press = device.ledgerPress(at: now - Int64(4000 - hour) * Span.hour)
      _ = journal.append(press, capacity: 4000, page: 1)
    }
    wake(device, after: 0)
  }

  func plan(_ event: Event, after milliseconds: Int64) {
    events.plan(event, at: now + milliseconds)
  }

  func planPress(_ device: Device) {
    let mean = Span.day / Int64(story.pressesPerDay) * 2
    let after = device.random.milliseconds(1...2 * mean)
    if now + after < end && device.pressesLeft > 0 {
      plan(.press(device: device.number), after: after)
    }
  }

  func planFault(_ kind: FaultKind) {
    guard let after = faults.wait(kind, &random), now + after < end else { return }
    plan(.byItself(kind), after: after)
  }

  func planFault(_ kind: FaultKind, _ device: Device) {
    guard let after = faults.wait(kind, &device.random), now + after < end else { return }
    plan(.device(kind, device: device.number), after: after)
  }

  func strikes(_ kind: FaultKind) -> Bool { faults.strikes(kind, now: now) }

  func number(_ kind: FaultKind, _ range: ClosedRange<Int>) -> Int { faults.number(kind, range) }

  /// Something that must never be.
  func violate(_ text: @autoclosure () -> String) {
    if violations.count >= 20 { return }
    violations.append(text())
  }

  func log(_ text: @autoclosure () -> String) {
    if isTold { told.append("\(self.text(now))  \(text())") }
  }

  /// Day and time since the story began.
  func text(_ time: Int64) -> String {
    let passed = time - story.start
    let parts = [passed / Span.hour % 24, passed / Span.minute % 60, passed / 1000 % 60]
    let clock = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    let milliseconds = String(1000 + passed % 1000).dropFirst()
    return "day \(passed / Span.day + 1) \(clock).\(milliseconds)"
  }

  private func handle(_ event: Event) {
    switch event {
    case .press(let number): press(devices[number])
    case .wake(let number): wakes(devices[number])
    case .device(let kind, let number): strike(kind, devices[number])
    case .byItself(let kind): strike(kind)
    case .atBroker(let message): arrivesAtBroker(message)
    case .fromService(let item, let connection): arrivesFromService(item, connection)
    case .atDevice(let number, let payload): hears(devices[number], payload)
    case .request(let number, let payload): arrivesOverHTTP(devices[number], payload)
    case .reply(let number, let reply): hears(devices[number], reply)
    case .turn(let number): turn(number)
    case .connectionEnds(let connection): disconnected(connection, after: 0)
    case .brokerStarts(let memory):
      log("the broker is up")
      broker.start(with: memory)
    case .brokerSaves:
      savedMemory = broker.memory
      if now < end { plan(.brokerSaves, after: Int64(random.int(1...60)) * Span.minute) }
    case .serviceStarts: startService()
    case .clockIsSet:
      log("the service's clock is right again")
      serviceAhead = 0
    }
  }
}
