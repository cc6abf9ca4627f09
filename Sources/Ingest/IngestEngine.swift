public import BucketCore
import FirmwareProtocol

/// Messages in, durable batches out, and after each the answers it owes.
///
/// No clock, no network: the caller says when a message came, and sends the answers. The
/// rule that all of it serves: an answer is handed out only after `commit` returned.
///
///     receive ─▶ receive ─▶ … ─▶ commit ─▶ takeAnswers
///
/// After a failure of the store the engine refuses everything; throw it away, open the store
/// again and make a new one. What was not committed was not answered, so it comes again.
public struct IngestEngine<Store: BatchStore>: ~Copyable {
  /// Why the engine stopped; nil while all is well.
  public internal(set) var failure: (any Error)?

  var batch: IngestBatch
  private let store: Store
  private let inspect: (borrowing BucketCore) throws -> Void
  /// What each device may still cost the others; replay never asks.
  private var shares: DeviceShares
  /// By how many seconds each device's clock was ahead of ours in its latest frame with UTC, since the
  /// start; by its number.
  private var clocksAhead: [Int?]
  private var answers: [PendingAcknowledgement] = []
  /// At most `IngestLimits.noticesMax`.
  var notices: [String] = []
  /// When somebody was told last of a device that is not registered.
  var strangerToldAtMilliseconds: Int64?
  /// Commits whose answers are in `answers`.
  private var answeredCommits = 0

  /// - Parameters:
  ///   - devices: every device the store knows, in the order of their numbers.
  ///   - inspect: sees what is about to be committed; what it throws is a failure of the commit.
  public init(
    site: String, devices: [EngineDevice], store: Store,
    inspect: @escaping (borrowing BucketCore) throws -> Void = { _ in }
  ) {
    batch = IngestBatch(site: site, devices: devices)
    shares = DeviceShares(devices: devices.count)
    clocksAhead = Array(repeating: nil, count: devices.count)
    self.store = store
    self.inspect = inspect
  }

  /// What was done since the start.
  public var counters: IngestCounters { batch.counters }

  /// Quarantined messages since the start, by reason.
  public private(set) var quarantinedTotals: [QuarantineReason: Int] = [:]

  /// Goes on counting what was done where an engine before it ended.
  mutating func goOn(from counters: IngestCounters, quarantined: [QuarantineReason: Int]) {
    batch.counters = counters
    quarantinedTotals = quarantined
  }

  /// Lines for people since the last call, of what needs somebody's hand.
  public mutating func takeNotices() -> [String] {
    if notices.isEmpty { return [] }
    defer { notices.removeAll() }
    return notices
  }

  /// Takes one MQTT message.
  public mutating func receive(
    topic: RawSpan, payload: RawSpan, isRetained: Bool, receivedAtMilliseconds: Int64
  ) {
    if failure != nil { return }
    let delivery = batch.deliver(
      topic: topic, payload: payload, isRetained: isRetained,
      receivedAtMilliseconds: receivedAtMilliseconds)
    if case .taken(let result) = delivery {
      if !result.isPlain { note(result, payload, topic, receivedAtMilliseconds) }
      return
    }
    if case .status(let device) = delivery {
      takeStatus(topic, payload, device, isRetained, receivedAtMilliseconds)
      return
    }
    do {
      let settled = try settle(delivery, payload, receivedAtMilliseconds, answering: true)
      if let (reason, detail) = settled.reason {
        quarantine(
          topic: topic.text, channel: .mqtt, payload, reason, detail, receivedAtMilliseconds,
          isKept: settled.isKept)
      }
      // The topic as text takes memory: a message whose cursor was loaded is an ordinary one.
      if settled.result?.isPlain == false {
        try note(settled, payload, topic.text, .mqtt, receivedAtMilliseconds)
      }
    } catch {
      failure = error
    }
  }

  /// Takes what a device posted over HTTP. The outcome holds once `commit` returned.
  ///
  /// - Parameter name: of the device, as in the address.
  public mutating func submit(
    _ payload: RawSpan, device name: String, receivedAtMilliseconds: Int64
  ) throws -> SubmissionOutcome {
    if let failure { throw failure }
    let number = batch.number(of: name)
    let topic = "/ingest/v1/\(name)/press"
    guard number >= 0 else {
      quarantine(
        topic: topic, channel: .http, payload, .unregisteredDevice, "", receivedAtMilliseconds)
      return .unknownDevice
    }
    do {
      let delivery = batch.take(
        payload, device: number, receivedAtMilliseconds: receivedAtMilliseconds)
      var settled = try settle(delivery, payload, receivedAtMilliseconds, answering: false)
      if let (reason, detail) = settled.reason {
        quarantine(
          topic: topic, channel: .http, payload, reason, detail, receivedAtMilliseconds,
          isKept: settled.isKept)
        switch reason {
        case .tooLarge: return .tooLarge
        case _ where reason.isShareSpent: return .shareSpent(detail)
        default: return .malformed(reason, detail)
        }
      }
      guard let result = settled.result else { return .malformed(.malformedJSON, "") }
      settled.device = number
      try note(settled, payload, topic, .http, receivedAtMilliseconds)
      return .answered(
        epoch: settled.isUnsequenced ? nil : result.epoch, next: result.nextSequence,
        isRewind: result.outcome == .rewind, isJSON: settled.json != nil)
    } catch {
      failure = error
      throw error
    }
  }

  /// Makes everything taken so far durable; afterwards the answers may go.
  public mutating func commit(answering: Bool) throws {
    if let failure { throw failure }
    if batch.isEmpty { return }
    rememberClocks()
    do {
      try inspect(batch.core)
      try store.commit(batch)
    } catch {
      failure = error
      throw error
    }
    if answering { collectAnswers() }
    batch.counters.commits += 1
    batch.removeAll()
  }

  /// Keeps what frames say of their devices' clocks, for the status messages that come with or after
  /// them.
  private mutating func rememberClocks() {
    for index in 0..<batch.core.touchedCount {
      let cursor = batch.core.touched(at: index)
      if let ahead = cursor.clockAheadSeconds { clocksAhead[cursor.device] = ahead }
    }
    for (device, received) in batch.statuses where received.clockAheadMilliseconds == nil {
      batch.statuses[device]?.clockAheadMilliseconds = clocksAhead[device].map { Int64($0) * 1000 }
    }
  }

  /// The answers owed since the last call: of each device and epoch the newest.
  public mutating func takeAnswers() -> [PendingAcknowledgement] {
    defer {
      answers.removeAll(keepingCapacity: true)
      answeredCommits = 0
    }
    if answeredCommits < 2 { return answers }
    var told: Set<PendingAcknowledgement.Recipient> = []
    return answers.reversed().filter { told.insert($0.recipient).inserted }.reversed()
  }

  private mutating func collectAnswers() {
    answeredCommits += 1
    for index in 0..<batch.core.touchedCount {
      let cursor = batch.core.touched(at: index)
      answers.append(
        PendingAcknowledgement(
          device: cursor.device, epoch: cursor.epoch, next: cursor.next,
          isRewind: cursor.isRewind,
          isJSON: cursor.epoch == nil || batch.jsonDevices.contains(cursor.device)))
    }
  }

  /// Loads cursors, makes room and reads JSON until the message is counted or quarantined.
  private mutating func settle(
    _ delivery: Delivery, _ payload: RawSpan, _ receivedAtMilliseconds: Int64, answering: Bool
  ) throws -> Settled {
    var settled = Settled()
    var delivery = delivery
    var hasEpochShare = false
    while true {
      switch delivery {
      case .taken(let result):
        settled.result = result
        return settled
      case .status:
        preconditionFailure("a status message is no press")
      case .refused(let refusal):
        settled.reason = (QuarantineReason(refusal), "")
        return settled
      case .malformed(let error):
        settled.reason = (QuarantineReason(error), "")
        return settled
      case .json(let number):
        settled.device = number
        let share = shares.takeJSON(
          bytes: payload.byteCount, device: number, atMilliseconds: receivedAtMilliseconds)
        if case .refused(let isNew) = share {
          settled.refuse(.tooMuchJSON, isNew)
          return settled
        }
        if batch.needsShare(number), !takeBuckets(number, receivedAtMilliseconds, &settled) {
          return settled
        }
        do throws(PressJSONError) {
          settled.json = try PressJSON(payload, receivedAtMilliseconds: receivedAtMilliseconds)
        } catch {
          settled.reason = (.malformedJSON, error.reason)
          return settled
        }
        batch.jsonDevices.insert(number)
      case .unknownCursor(let number, let epoch):
        settled.device = number
        if !hasEpochShare {
          let share = shares.takeEpoch(device: number, atMilliseconds: receivedAtMilliseconds)
          if case .refused(let isNew) = share {
            settled.refuse(.tooManyEpochs, isNew)
            return settled
          }
          hasEpochShare = true
        }
        let isInstalled = try load(device: number, epoch: settled.isUnsequenced ? nil : epoch)
        if !isInstalled {
          // What was loaded may be stale once the batch is in: commit, then load again.
          try commit(answering: answering)
          if settled.json != nil { batch.jsonDevices.insert(number) }
        }
      case .shareNeeded(let number):
        settled.device = number
        if !takeBuckets(number, receivedAtMilliseconds, &settled) { return settled }
      case .batchFull(let number):
        settled.device = number
        try commit(answering: answering)
        if settled.json != nil { batch.jsonDevices.insert(number) }
      }
      if let json = settled.json {
        delivery = batch.count(
          unsafe json.frame.span.bytes, json.marks, device: settled.device,
          receivedAtMilliseconds: receivedAtMilliseconds)
      } else {
        delivery = batch.take(
          payload, device: settled.device, receivedAtMilliseconds: receivedAtMilliseconds)
      }
    }
  }

  /// Takes the buckets that a device has entered off its share; false when they pass it.
  private mutating func takeBuckets(
    _ device: Int, _ now: Int64, _ settled: inout Settled
  ) -> Bool {
    let share = shares.takeBuckets(
      batch.core.newBuckets(device: device), device: device, atMilliseconds: now)
    if case .refused(let isNew) = share {
      settled.refuse(.tooManyHours, isNew)
      return false
    }
    batch.core.forgetNewBuckets(device: device)
    return true
  }

  /// Gives the core what the store knows of a device and epoch; false when it has no room for it.
  mutating func load(device: Int, epoch: UInt32?) throws -> Bool {
    let stored = try store.loadCursor(device: device, epoch: epoch)
    return batch.core.install(
      device: device, epoch: epoch, next: stored.next,
      lastCountedMilliseconds: stored.lastCountedMilliseconds, prints: stored.prints)
  }

  private mutating func takeStatus(
    _ topic: RawSpan, _ payload: RawSpan, _ device: Int, _ isRetained: Bool,
    _ receivedAtMilliseconds: Int64
  ) {
    guard payload.byteCount <= IngestLimits.statusBytesMax, let status = DeviceStatus(payload)
    else {
      quarantine(
        topic: topic.text, channel: .mqtt, payload, .malformedStatus, "", receivedAtMilliseconds)
      return
    }
    let earlier = batch.statuses[device].flatMap { $0.isRetained ? nil : $0 }
    batch.statuses[device] = IngestBatch.ReceivedStatus(
      status: status, receivedAtMilliseconds: receivedAtMilliseconds, isRetained: isRetained,
      health: status.completed(by: earlier?.health),
      clockAheadMilliseconds: status.sentAtMilliseconds.map { $0 - receivedAtMilliseconds }
        ?? earlier?.clockAheadMilliseconds)
    batch.counters.statuses += 1
  }

  mutating func quarantine(
    topic: String, channel: Channel, _ payload: RawSpan, _ reason: QuarantineReason,
    _ detail: String, _ receivedAtMilliseconds: Int64, isKept: Bool = true
  ) {
    batch.counters.quarantined += 1
    batch.quarantineCounts[reason, default: 0] += 1
    quarantinedTotals[reason, default: 0] += 1
    if reason == .unregisteredDevice { noteStranger(topic, receivedAtMilliseconds) }
    if isKept, reason.isShareSpent, notices.count < IngestLimits.noticesMax {
      notices.append("\(topic): \(detail); what is beyond that is quarantined unanswered")
    }
    if !isKept || batch.quarantined.count == IngestLimits.quarantinePerBatchMax { return }
    let kept = payload.extracting(
      first: reason.isAnswered
        ? PressFrame.byteCount(presses: PressFrame.countMax) : IngestLimits.quarantineBytesMax)
    batch.quarantined.append(
      QuarantinedMessage(
        receivedAtMilliseconds: receivedAtMilliseconds, channel: channel,
        topic: String(topic.prefix(256)), reason: reason, detail: String(detail.prefix(256)),
        byteCount: payload.byteCount, payload: unsafe kept.withUnsafeBytes { unsafe Array($0) }))
  }
}

extension QuarantineReason {
  init(_ refusal: Refusal) {
    self =
      switch refusal {
      case .foreignTopic: .foreignTopic
      case .unregisteredDevice: .unregisteredDevice
      case .retained: .retained
      case .emptyPayload: .emptyPayload
      case .tooLarge: .tooLarge
      }
  }
}

extension IngestBatch {
  /// The number of a registered device, or -1.
  func number(of name: String) -> Int {
    let bytes = Array(name.utf8)
    return unsafe device(in: bytes.span.bytes, from: 0, to: bytes.count)
  }
}

extension RawSpan {
  /// The bytes as text, whatever they are.
  var text: String {
    unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
