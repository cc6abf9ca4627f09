/// What became of one sequence.
enum Fate {
  case counted
  case lost
}

/// Judges a run by the devices' ledgers. Knows the contract, and nothing of `BucketCore`.
///
/// The archive says in which order and when presses came; what they are, the ledgers say.
struct Oracle {
  /// The fates of an epoch's sequences, from 0 without a gap.
  private(set) var fates: [Int: [UInt32: [Fate]]] = [:]
  private(set) var buckets: [[Place: StoredBucket]]
  private var lastCounted: [Int64?]
  private(set) var unsequencedCounts: [[Int: Int]]
  private(set) var violations: [String] = []
  /// Presses counted, excluded or invalid.
  private(set) var presses = 0

  init(devices: Int) {
    buckets = Array(repeating: [:], count: devices)
    lastCounted = Array(repeating: nil, count: devices)
    unsequencedCounts = Array(repeating: [:], count: devices)
  }

  mutating func violate(_ text: String) {
    if violations.count < 20 { violations.append(text) }
  }

  /// Counts the archive as the contract says.
  mutating func read(_ segments: [[UInt8]], _ devices: [Device]) {
    for segment in segments {
      guard let records = ArchiveRecord.all(in: segment) else {
        violate("a segment of the archive is damaged")
        continue
      }
      for record in records {
        let device = devices[record.device]
        guard let sent = message(of: record, device) else {
          violate("the archive holds a message that \(device.name) never sent")
          continue
        }
        if let journal = sent.journal {
          take(sent, journal, device, received: record.receivedMilliseconds)
        } else {
          unsequencedCounts[device.number][sent.unsequenced, default: 0] += 1
          for press in device.unsequenced[sent.unsequenced].presses {
            count(press, sent, device, received: record.receivedMilliseconds, lost: 0)
          }
        }
      }
    }
  }

  /// The message that a record was made of: itself, or one in the JSON form that stands for it.
  private func message(of record: ArchiveRecord, _ device: Device) -> SentMessage? {
    if !record.isUnsequenced, let sent = device.sent[record.payload] {
      return record.areTimesCorrected || sent.isJSON ? nil : sent
    }
    let received = record.receivedMilliseconds
    let candidates = device.sentJSON.filter { sent in
      let isAhead = (sent.sentAtOwnMilliseconds ?? 0) - received > 120_000
      return (sent.journal == nil) == record.isUnsequenced && isAhead == record.areTimesCorrected
        && device.frame(ofJSON: sent, received: received) == record.payload
    }
    if !record.isUnsequenced { return candidates.first }
    // Two of the same presses are told apart by nothing: whichever is still to be counted.
    return candidates.first {
      let count = unsequencedCounts[device.number][$0.unsequenced, default: 0]
      return count == 0 && device.unsequenced[$0.unsequenced].isAccepted
    }
      ?? candidates.first {
        unsequencedCounts[device.number][$0.unsequenced, default: 0]
          < device.unsequenced[$0.unsequenced].deliveries
      } ?? candidates.first
  }

  private mutating func take(
    _ sent: SentMessage, _ journal: Journal, _ device: Device, received: Int64
  ) {
    let known = fates[device.number, default: [:]][journal.epoch, default: []].count
    if sent.sequences.upperBound <= known {
      violate("the archive holds a message of \(device.name) that brought nothing new")
    }
    var lost = max(0, sent.sequences.lowerBound - known)
    if lost > 0 && !sent.holdsNothingOlder {
      violate("\(device.name) lost \(lost) presses that it still held")
    }
    if lost > 0 {
      fates[device.number, default: [:]][journal.epoch, default: []] += Array(
        repeating: .lost, count: lost)
    }
    for sequence in sent.sequences where sequence >= known {
      count(journal.presses[sequence], sent, device, received: received, lost: lost)
      fates[device.number, default: [:]][journal.epoch, default: []].append(.counted)
      lost = 0
    }
  }

  private mutating func count(
    _ press: LedgerPress, _ sent: SentMessage, _ device: Device, received: Int64, lost: Int
  ) {
    presses += 1
    var moment = Moment(press, sent, received: received)
    checkTruth(press, sent, device, moment, received: received)
    let isImpossible = moment.milliseconds - received > 24 * Span.hour
    if isImpossible { moment.milliseconds = received }
    let hour = Int(moment.milliseconds / Span.hour)
    guard let rule = device.rules.first(where: { $0.hours.contains(hour) }) else { return }
    let hasSlot = Int(press.slot) < rule.buttons.count
    let place = Place(hour: hour, slot: hasSlot ? Int(press.slot) : 0)
    var bucket = buckets[device.number][place] ?? StoredBucket()
    bucket.lost += lost
    if isImpossible || !hasSlot || Int(press.button) >= rule.buttons[Int(press.slot)] {
      bucket.invalid += 1
    } else if isTooSoon(moment.milliseconds, device.number, rule.intervalMilliseconds) {
      bucket.excluded += 1
    } else {
      bucket.counts[Int(press.button)] += 1
      if moment.isEstimated { bucket.estimated += 1 }
      if received - moment.milliseconds > 24 * Span.hour { bucket.late += 1 }
      lastCounted[device.number] = moment.milliseconds
    }
    buckets[device.number][place] = bucket
  }

  private func isTooSoon(_ at: Int64, _ device: Int, _ interval: Int64) -> Bool {
    guard let last = lastCounted[device], at >= last else { return false }
    return at - last < interval
  }

  /// Where the truth is known, the contract's time is near it: a good clock's exactly, a
  /// counter's but for the way and the service's own error.
  private mutating func checkTruth(
    _ press: LedgerPress, _ sent: SentMessage, _ device: Device, _ moment: Moment,
    received: Int64
  ) {
    guard sent.unsequenced < 0, press.ownMilliseconds != nil, !sent.areTimesForgotten else {
      return
    }
    let error = moment.milliseconds - press.trueMilliseconds
    switch device.clock.kind {
    case .good where received - sent.trueMilliseconds >= -100_000:
      if error != 0 { violate("\(device.name)'s good clock is off by \(error) ms") }
    case .counter where moment.milliseconds > 0:
      let way = received - sent.trueMilliseconds
      if abs(error - way) > 1000 { violate("\(device.name)'s counter is off by \(error) ms") }
    default: break
    }
  }
}

/// When a press happened, by section 5 of the specification.
struct Moment {
  var milliseconds: Int64
  var isEstimated: Bool

  init(_ press: LedgerPress, _ sent: SentMessage, received: Int64) {
    isEstimated = !sent.isUTC
    guard let own = press.ownMilliseconds, !sent.areTimesForgotten else {
      milliseconds = received
      isEstimated = true
      return
    }
    guard var sentAt = sent.sentAtOwnMilliseconds else {
      milliseconds = own
      return
    }
    if !sent.isJSON { sentAt = sentAt / 1000 * 1000 }
    let ahead = sentAt - received
    if !sent.isUTC || ahead > 120_000 {
      milliseconds = max(0, own - ahead)
    } else {
      milliseconds = own
    }
  }
}
