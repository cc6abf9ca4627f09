import FirmwareProtocol

extension World {
  func press(_ device: Device) {
    defer { planPress(device) }
    guard !device.isDead else { return }
    let presses = device.press(now: now)
    if presses.isEmpty { return }
    log("\(device.name) is pressed \(presses.count) times")
    if device.isUnsequenced {
      let payload = device.unsequencedMessage(presses, now: now)
      return send(device, payload, unsequenced: device.unsequenced.count - 1)
    }
    if device.isRestless && device.random.chance(0.2) { device.startEpoch() }
    guard let journal = device.journals.last else { return }
    for press in presses {
      let overwritten = journal.append(press, capacity: device.capacity, page: device.page)
      if overwritten > 0 {
        faults.note(.journalOverwritten, times: overwritten)
        log("\(device.name) overwrites \(overwritten), oldest is \(journal.oldest) now")
      }
    }
    wake(device, after: device.random.milliseconds(0...device.patience))
  }

  /// Plans the device's next look at its journals, unless an earlier one is planned.
  func wake(_ device: Device, after milliseconds: Int64) {
    let at = max(now + milliseconds, device.offlineUntil)
    if device.wakesAt > now && device.wakesAt <= at { return }
    device.wakesAt = at
    events.plan(.wake(device: device.number), at: at)
  }

  func wakes(_ device: Device) {
    guard device.wakesAt == now, !device.isDead else { return }
    device.wakesAt = .max
    if device.offlineUntil > now { return wake(device, after: 0) }
    if device.usesHTTP && device.requestEnds > now {
      return wake(device, after: device.requestEnds - now)
    }
    if device.isUnsequenced { return resendUnsequenced(device) }
    var next = Int64.max
    for journal in device.journals where !journal.isDone {
      if journal.isSilent && now >= journal.silenceEnds {
        journal.goBack()
        log("\(device.name) hears nothing, begins again at \(journal.oldest)")
      }
      // Whoever waits for an answer sends nothing new over HTTP: one request at a time.
      var frames = journal.isSilent && device.usesHTTP ? 0 : device.window
      while frames > 0, journal.cursor - journal.oldest < device.window * device.framePressesMax,
        let payload = device.message(of: journal, now: now)
      {
        journal.silenceEnds = now + journal.silence
        log("\(device.name) sends epoch \(journal.epoch) up to \(journal.cursor)")
        send(device, payload, unsequenced: -1)
        frames = device.usesHTTP ? 0 : frames - 1
      }
      next = min(next, max(1, journal.silenceEnds - now))
      if device.usesHTTP && device.requestEnds > now { break }
    }
    if next != .max { wake(device, after: next) }
  }

  /// Over HTTP a message without a sequence is sent until it was accepted.
  private func resendUnsequenced(_ device: Device) {
    guard device.usesHTTP,
      let number = device.unsequenced.firstIndex(where: { !$0.isAccepted })
    else { return }
    send(device, device.unsequenced[number].payload, unsequenced: number)
    wake(device, after: Span.minute)
  }

  func send(_ device: Device, _ payload: [UInt8], unsequenced: Int) {
    if device.offlineUntil > now || device.isDead { return }
    if device.usesHTTP {
      device.requestEnds = now + 30 * Span.second
      if unsequenced >= 0 { wake(device, after: Span.minute) }
      if strikes(.requestDropped) { return }
      return plan(.request(device: device.number, payload: payload), after: latency())
    }
    let name = story.topic(of: device, kind: "press")
    var message = BrokerMessage(
      topic: name, payload: payload, device: device.number, unsequenced: unsequenced)
    if strikes(.messageDropped) { return log("the message is lost") }
    if strikes(.messageForeign) { strayMessage(device, payload) }
    if strikes(.messageRetained) { message.isRetained = true }
    if payload.first != 0x7B && strikes(.messageCorrupted) {
      var broken = payload
      broken[number(.messageCorrupted, 0...payload.count - 1)] ^= UInt8(
        1 << number(.messageCorrupted, 0...7))
      message = BrokerMessage(topic: name, payload: broken, device: device.number)
    }
    var after = latency()
    if strikes(.messageDelayed) { after += delay() }
    plan(.atBroker(message), after: after)
    if strikes(.messageDuplicated) { plan(.atBroker(message), after: after + latency() + delay()) }
  }

  /// Something that is no message of a device of ours.
  private func strayMessage(_ device: Device, _ payload: [UInt8]) {
    let topics = [
      "pikapalaute/v1/elsewhere/\(device.name)/press", "pikapalaute/v1/helsinki/nobody/press",
      "pikapalaute/v1/helsinki/\(device.name)/press/more", "pikapalaute/v1/helsinki//status",
      "pikapalaute/v1/helsinki/\(device.name)/status",
    ]
    let topic = Array(topics[number(.messageForeign, 0...topics.count - 1)].utf8)
    plan(
      .atBroker(BrokerMessage(topic: topic, payload: payload, device: device.number)),
      after: latency())
  }

  func latency() -> Int64 { random.milliseconds(5...400) }

  /// From seconds to days.
  func delay() -> Int64 {
    random.milliseconds(1...random.pick([Span.second, Span.minute, Span.hour, 2 * Span.day]))
  }

  /// An acknowledgement over MQTT, binary or JSON.
  func hears(_ device: Device, _ payload: [UInt8]) {
    guard !device.isDead, device.offlineUntil <= now, !device.isUnsequenced else { return }
    guard let answer = Answer(payload) else {
      return violate("\(device.name) is sent something that is no acknowledgement")
    }
    acknowledged(device, answer)
  }

  func hears(_ device: Device, _ reply: Reply) {
    device.requestEnds = 0
    if device.isDead { return }
    switch reply {
    case .acknowledged(let epoch, let next, let isRewind):
      acknowledged(device, Answer(epoch: epoch, next: next, isRewind: isRewind))
    case .unsequencedAccepted(let number):
      device.unsequenced[number].isAccepted = true
      wake(device, after: 1)
    case .refused:
      wake(device, after: 5 * Span.second)
    }
  }

  private func acknowledged(_ device: Device, _ answer: Answer) {
    guard let journal = device.journal(of: answer.epoch) else {
      return violate("\(device.name) is acknowledged epoch \(answer.epoch), which it never had")
    }
    if answer.next > journal.presses.count {
      return violate(
        "\(device.name) is acknowledged \(answer.next) presses of epoch \(answer.epoch) "
          + "and made \(journal.presses.count)")
    }
    log(
      "\(device.name) hears next \(answer.next) of epoch \(answer.epoch)"
        + (answer.isRewind ? ", REWIND" : ""))
    if journal.isAbandoned { return }
    journal.acknowledge(next: answer.next, isRewind: answer.isRewind, now: now)
    if !journal.isDone && (journal.hasUnsent || journal.isSilent) { wake(device, after: 1) }
  }
}
