import CMosquitto
import FirmwareProtocol
import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

extension Fleet {
  func startLibrary() {
    mosquitto_lib_init()
  }

  /// One turn of one device: connection, answers, timers, frames.
  func step(_ device: Device, isOffline: Bool, clock: Int, now: Double) throws {
    switch device.transport {
    case .mqtt: try stepMQTT(device, isOffline: isOffline, clock: clock, now: now)
    case .http(let json):
      try stepHTTP(device, json: json, isOffline: isOffline, clock: clock, now: now)
    }
  }

  private func stepMQTT(
    _ device: Device, isOffline: Bool, clock: Int, now: Double
  ) throws {
    if isOffline {
      // The network is gone without a word: the broker sends the Will.
      device.link = nil
      device.isWelcomed = false
      return
    }
    if device.restart(now: now) { statistics.restarts += 1 }
    guard let link = device.link else {
      if now >= device.retrySeconds { connect(device, now: now) }
      return
    }
    for answer in link.takeAnswers() { try receive(answer, for: device, now: now) }
    if let loss = link.loss {
      if link.isRefused {
        throw Failure(
          "the broker turned \(device.name) away (\(loss)); give it the passwords of"
            + " CITY/credentials and reload it")
      }
      if device.isWelcomed { statistics.reconnects += 1 }
      lastLoss = loss
      device.isWelcomed = false
      device.link = nil
      device.backOff(now: now)
      return
    }
    if !link.isConnected {
      if now - device.linkedSeconds > Device.connectSecondsMax {
        lastLoss = "the broker does not answer"
        device.link = nil
        device.backOff(now: now)
      }
      return
    }
    if !device.isWelcomed {
      device.isWelcomed = true
      device.succeeded()
      device.journal.goBack(now: now)
      tell(device, link)
    }
    if let told = link.takeConfiguration().flatMap(ConfigurationForm.init),
      told.revision != device.revision
    {
      device.revision = told.revision
      device.consider(told.firmware, firmware, now: now)
      tell(device, link)
    }
    if now - device.housekeptSeconds >= 1 {
      device.housekeptSeconds = now
      link.housekeep()
    }
    if device.waitingTold > 0 && device.journal.isDelivered { tell(device, link) }
    device.journal.checkSilence(now: now)
    while let departure = device.journal.depart(
      now: now, framePressesMax: framePressesMax(device.journal))
    {
      let length = device.encode(departure, sentAtSeconds: clock, into: &buffer)
      note(departure)
      link.publishFrame(buffer.span.extracting(first: length))
    }
  }

  /// A free load sends every press by itself, until the journal builds up.
  private func framePressesMax(_ journal: Journal) -> Int {
    load != nil && journal.unsent <= Journal.windowFrames ? 1 : scenario.framePressesMax
  }

  private func tell(_ device: Device, _ link: BrokerLink) {
    device.waitingTold = device.journal.unsent
    link.publishStatus(device.status("online", journal: device.waitingTold))
  }

  private func connect(_ device: Device, now: Double) {
    device.linkedSeconds = now
    device.link = BrokerLink(
      device: device.name, site: destination.site, password: device.password,
      broker: destination.broker)
  }

  private func note(_ departure: Departure) {
    statistics.framesSent += 1
    if departure.isRepeat { statistics.framesResent += 1 }
  }

  // MARK: - HTTP

  private func stepHTTP(
    _ device: Device, json: Bool, isOffline: Bool, clock: Int, now: Double
  ) throws {
    if isOffline || device.isAwaitingReply || now < device.retrySeconds { return }
    guard
      let departure = device.journal.depart(
        now: now, framePressesMax: scenario.framePressesMax, windowFrames: 1)
    else { return }
    var request = URLRequest(
      url: destination.http.appendingPathComponent(
        "ingest/v1/\(destination.site)/\(device.name)/press"))
    request.httpMethod = "POST"
    if let token = destination.deviceTokens[device.name] ?? destination.token {
      request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
    }
    if json {
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
      request.httpBody = try device.encodeJSON(departure, sentAtSeconds: clock)
    } else {
      request.setValue("application/octet-stream", forHTTPHeaderField: "Content-Type")
      let length = device.encode(departure, sentAtSeconds: clock, into: &buffer)
      request.httpBody = Data(buffer.prefix(length))
    }
    note(departure)
    device.isAwaitingReply = true
    courier.send(request, tag: device.index)
  }

  /// Hands the replies of phones to their journals.
  ///
  /// - Throws: `Failure` for an answer that waiting will not change.
  func takeReplies(clock: Int, now: Double) throws {
    for reply in courier.takeReplies() {
      let device = devices[reply.tag]
      device.isAwaitingReply = false
      if isFlaky && reply.status == 200 && (device.isOffline(at: clock) || device.losesAnswer()) {
        // The network went before the answer came: it may be on the service's disk, and goes again.
        statistics.answersLost += 1
        device.journal.goBack(now: now)
        device.backOff(now: now)
        continue
      }
      switch reply.status {
      case 200?, 409?:
        guard let answer = Device.acknowledgement(reply) else {
          throw Failure(
            "\(device.name): the answer to a press is no acknowledgement"
              + " (\(reply.body.count) bytes); check --http-url")
        }
        let before = device.journal.acknowledged
        try receive(answer, for: device, now: now)
        // Whatever it did not cover goes again from the oldest.
        device.journal.goBack(now: now)
        if device.journal.acknowledged > before {
          device.succeeded()
        } else {
          device.backOff(now: now)
        }
      case let status where status.map(Self.isPassing) ?? true:
        device.journal.goBack(now: now)
        device.backOff(now: now, atLeastSeconds: min(reply.retryAfterSeconds ?? 0, 30))
      case let status:
        throw Failure("\(device.name): \(Self.refusal(status ?? 0, body: reply.body))")
      }
    }
  }

  /// Whether phones lose answers: those of home care do.
  private var isFlaky: Bool { scenario.offlinePercent != nil }

  /// Trouble that waiting may end.
  private static func isPassing(_ status: Int) -> Bool {
    [408, 425, 429].contains(status) || (500...599).contains(status)
  }

  private static func refusal(_ status: Int, body: Data) -> String {
    let advice =
      switch status {
      case 401, 403: "give the service's token with --token or PIKAPALAUTE_ADMIN_TOKEN"
      case 404: "give the service the registry of `simulator make-city`"
      default: "check --http-url"
      }
    let text = String(decoding: body.prefix(200), as: UTF8.self)
    return "the service answered \(status) to a press (\(text)); \(advice)"
  }
}
