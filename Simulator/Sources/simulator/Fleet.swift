import FirmwareProtocol
import Foundation
import Glibc

/// Where a fleet delivers to, and with what rights.
struct Destination {
  var site: String
  var broker: BrokerAddress
  var http: URL
  /// MQTT passwords by device; empty means anonymous.
  var passwords: [String: String]
  /// Bearer tokens by device.
  var deviceTokens: [String: String]
  /// The token of devices that have none of their own.
  var token: String?
}

/// What happened, for the summary.
struct Statistics {
  var made = 0
  var acknowledged = 0
  var framesSent = 0
  var framesResent = 0
  var reconnects = 0
  /// Answers to phones that were lost on their way.
  var answersLost = 0
  /// Starts of terminals that took firmware.
  var restarts = 0
}

/// All devices, driven by one thread and one poll.
final class Fleet {
  let scenario: Scenario
  let destination: Destination
  let devices: [Device]
  let timeoutSeconds: Double
  /// nil = terminals take no firmware.
  let firmware: FirmwareTrial?
  /// Grows with every press of a free load; complete from the start for a scenario.
  var ledger: Ledger
  var statistics = Statistics()
  let courier = HTTPCourier()
  var buffer = [UInt8](repeating: 0, count: PressFrame.byteCount(presses: PressFrame.countMax))
  let startedSeconds = Clock.monotonicSeconds()
  let startedMilliseconds = Clock.utcMilliseconds()
  var load: LoadSource?
  /// What the terminals' counted presses came to so far; for the dashboard of a city day.
  var soFar = Cell()
  /// Why a device lost its connection last; for the line that gives up.
  var lastLoss: String?
  private var progressSeconds: Double
  /// Judges presses as they are made, for the dashboard only.
  private var unfolding: Ledger

  init(
    scenario: Scenario, city: City, ledger: Ledger, destination: Destination, seed: Int,
    timeoutSeconds: Double, firmware: FirmwareTrial?
  ) {
    self.scenario = scenario
    self.destination = destination
    self.timeoutSeconds = timeoutSeconds
    self.firmware = firmware
    self.ledger = ledger
    unfolding = Ledger(city: city)
    let isPast = if case .atOnce = scenario.pace { true } else { false }
    devices = scenario.plans.enumerated().map { index, plan in
      Device(
        index: index, plan: plan, made: isPast ? plan.presses.count : plan.madeBefore,
        password: destination.passwords[plan.device], seed: seed)
    }
    statistics.made = devices.reduce(0) { $0 + $1.journal.made }
    if case .load(let count, let rate) = scenario.pace {
      load = LoadSource(count: count, ratePerSecond: rate, seed: seed)
    }
    progressSeconds = startedSeconds
  }

  var connectedCount: Int { devices.count { $0.link?.isConnected == true } }
  /// Devices that keep a connection at all: phones that use HTTP do not.
  var linkedCount: Int { devices.count { $0.transport == .mqtt } }
  var sentCount: Int { devices.reduce(0) { $0 + $1.journal.highestSent } }
  var rewinds: Int { devices.reduce(0) { $0 + $1.journal.rewinds } }

  /// The devices' clock in UTC seconds: real now, or the simulated clock of a city day.
  func deviceSeconds(now: Double) -> Int {
    if case .simulated(let start, let end, let speed) = scenario.pace {
      return min(end, start + Int((now - startedSeconds) * speed))
    }
    return utcMilliseconds(now: now) / 1000
  }

  /// Real time that cannot jump backwards during a run.
  func utcMilliseconds(now: Double) -> Int {
    startedMilliseconds + Int((now - startedSeconds) * 1000)
  }

  /// Runs until every press is acknowledged.
  ///
  /// - Throws: `Failure` on a timeout or when a device is turned away.
  func run(report: (Fleet, Double) -> Void) throws {
    startLibrary()
    defer { sayGoodbye() }
    while !Interrupt.isRequested {
      let now = Clock.monotonicSeconds()
      press(now: now)
      let clock = deviceSeconds(now: now)
      var isPending = false
      for device in devices {
        let isOffline = device.isOffline(at: clock)
        try step(device, isOffline: isOffline, clock: clock, now: now)
        isPending = isPending || (!isOffline && !device.journal.isDelivered)
      }
      report(self, now)
      if isFinished(clock: clock) { return }
      try checkTimeout(isPending: isPending, now: now)
      wait(milliseconds: isWaitingForHTTP ? 3 : 20)
      try takeReplies(clock: clock, now: Clock.monotonicSeconds())
    }
  }

  /// - Throws: `Failure` when the answer is another journal's.
  func receive(_ answer: Acknowledgement, for device: Device, now: Double) throws {
    let freed = device.journal.receive(answer, now: now)
    if let next = device.journal.foreignNext {
      // A device would begin a new epoch; here it would be counted beside what the ledger knows.
      throw Failure(
        "\(device.name) is acknowledged \(next) presses of epoch \(device.journal.epoch) and made"
          + " \(device.journal.presses.count): another journal used the epoch; give another --seed")
    }
    statistics.acknowledged += freed
    if freed > 0 { progressSeconds = now }
  }

  private var isWaitingForHTTP: Bool { devices.contains { $0.isAwaitingReply } }

  private func isFinished(clock: Int) -> Bool {
    switch scenario.pace {
    case .atOnce: break
    case .simulated(_, let end, _): if clock < end { return false }
    case .load: if load?.isExhausted == false { return false }
    }
    return devices.allSatisfy(\.journal.isDelivered)
  }

  /// Lets time pass: new presses of a city day or of a free load.
  private func press(now: Double) {
    switch scenario.pace {
    case .atOnce: return
    case .load:
      pressLoad(now: now)
    case .simulated:
      let clock = deviceSeconds(now: now)
      for device in devices {
        let sequences = device.journal.press(until: clock)
        statistics.made += sequences.count
        for sequence in sequences {
          let press = device.journal.presses[sequence]
          let outcome = unfolding.record(
            press, device: device.name, touchpoint: device.touchpoint)
          if outcome == .counted { soFar.counts[Int(press.button)] += 1 }
        }
      }
    }
  }

  private func checkTimeout(isPending: Bool, now: Double) throws {
    if !isPending { progressSeconds = now }
    if now - progressSeconds < timeoutSeconds { return }
    let missing = statistics.made - statistics.acknowledged
    throw Failure(
      "nothing was acknowledged for \(Int(timeoutSeconds)) s (--timeout), \(missing.grouped) presses"
        + " wait, \(connectedCount) of \(linkedCount) devices are connected"
        + (lastLoss.map { " (\($0))" } ?? "")
        + "; check that the service is subscribed (GET /readyz) and run again")
  }

  private func wait(milliseconds: Int32) {
    var polled: [pollfd] = []
    var links: [BrokerLink] = []
    for device in devices {
      guard let link = device.link, link.loss == nil, link.socket >= 0 else { continue }
      let events = link.wantsWrite ? POLLIN | POLLOUT : POLLIN
      polled.append(pollfd(fd: link.socket, events: Int16(events), revents: 0))
      links.append(link)
    }
    let ready = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
    if ready <= 0 { return }
    for (entry, link) in zip(polled, links) where entry.revents != 0 {
      if entry.revents & Int16(POLLOUT) != 0 { link.writeReady() }
      if entry.revents & ~Int16(POLLOUT) != 0 { link.readReady() }
    }
  }

  private func sayGoodbye() {
    for device in devices {
      guard let link = device.link, link.isConnected else { continue }
      link.publishStatus(device.status("offline", journal: 0))
      link.disconnect()
    }
    for device in devices { device.link = nil }
  }
}
