/// One hour of one slot in the reference.
public struct ReferenceBucket: Equatable, Sendable {
  public var counts = [0, 0, 0, 0, 0]
  public var excluded = 0
  public var invalid = 0
  public var lost = 0
  public var estimated = 0
  public var late = 0

  public init() {}

  public var presses: Int { counts.reduce(0, +) + excluded + invalid }

  public mutating func add(_ other: Self) {
    for button in 0..<5 { counts[button] += other.counts[button] }
    excluded += other.excluded
    invalid += other.invalid
    lost += other.lost
    estimated += other.estimated
    late += other.late
  }
}

/// Where two sets of buckets differ, the first three places; nil when they are the same.
public func differences(
  _ actual: [ReferencePlace: ReferenceBucket], _ expected: [ReferencePlace: ReferenceBucket]
) -> String? {
  let places = Set(actual.keys).union(expected.keys).sorted()
  let lines = places.filter { actual[$0] != expected[$0] }.map { place in
    let values = [actual[place], expected[place]].map { $0.map { "\($0)" } ?? "none" }
    return "hour \(place.hour) slot \(place.slot): \(values[0]), expected \(values[1])"
  }
  return lines.isEmpty ? nil : "\(lines.count) places: \(lines.prefix(3))"
}

/// Where a bucket stands: UTC hour, and slot; of later parts of an hour 16 more for each.
public struct ReferencePlace: Hashable, Sendable, Comparable {
  public var hour: Int
  public var slot: Int

  public init(hour: Int, slot: Int) {
    self.hour = hour
    self.slot = slot
  }

  public static func < (one: Self, other: Self) -> Bool {
    (one.hour, one.slot) < (other.hour, other.slot)
  }
}

/// What presses are judged by in an interval of time.
public struct ReferenceRule: Sendable, Equatable {
  /// UTC minutes since 1970.
  public var minutes: Range<Int>
  /// Which part of its hour it is, where it begins within one; else 0.
  public var part: Int
  public var intervalMilliseconds: Int
  public var buttons: [Int]

  public init(minutes: Range<Int>, part: Int = 0, intervalMilliseconds: Int, buttons: [Int]) {
    self.minutes = minutes
    self.part = part
    self.intervalMilliseconds = intervalMilliseconds
    self.buttons = buttons
  }

  public init(hours: Range<Int>, intervalMilliseconds: Int, buttons: [Int]) {
    self.init(
      minutes: hours.lowerBound * 60..<hours.upperBound * 60,
      intervalMilliseconds: intervalMilliseconds, buttons: buttons)
  }

  /// The time between bounds, cut where an hour begins after one, and the part of each.
  ///
  /// - Parameter bounds: ascending minutes.
  public static func stretches(between bounds: [Int]) -> [(minutes: Range<Int>, part: Int)] {
    zip(bounds, bounds.dropFirst()).flatMap { from, to in
      let hour = from / 60 * 60
      if from == hour { return [(from..<to, 0)] }
      let part = bounds.count { $0 > hour && $0 <= from }
      let end = min(to, hour + 60)
      return end < to ? [(from..<end, part), (end..<to, 0)] : [(from..<end, part)]
    }
  }
}

/// The contract's counting of one device, written from its text and for nothing but to be
/// plain: dictionaries, one press after the other. Shares nothing with `BucketCore`.
public struct ReferenceDevice: Sendable {
  public struct Answer: Equatable, Sendable {
    public var next: Int
    public var isRewind: Bool
  }

  public let rules: [ReferenceRule]
  public private(set) var next: [Int: Int] = [:]
  public private(set) var lastCountedMilliseconds: Int?
  public private(set) var buckets: [ReferencePlace: ReferenceBucket] = [:]
  /// Presses of well-formed frames, repeated ones too.
  public private(set) var pressesReceived = 0
  /// Presses that had been counted before.
  public private(set) var pressesRepeated = 0
  /// Presses of frames that did not join on.
  public private(set) var pressesRefused = 0
  public private(set) var pressesUnsequenced = 0
  /// Presses that were to happen more than a day after they came.
  public private(set) var pressesOfTheFuture = 0
  /// Presses gone beyond the 100 000 that a step may lose.
  public private(set) var lostBeyond = 0

  public init(rules: [ReferenceRule]) {
    self.rules = rules
  }

  public mutating func take(_ frame: PlainFrame, receivedAtMilliseconds received: Int) -> Answer {
    pressesReceived += frame.presses.count
    let expected = next[frame.epoch, default: 0]
    if frame.first > expected && !frame.isOldest {
      pressesRefused += frame.presses.count
      return Answer(next: expected, isRewind: true)
    }
    var lost = min(100_000, max(0, frame.first - expected))
    lostBeyond += max(0, frame.first - expected) - lost
    for (index, press) in frame.presses.enumerated() {
      if frame.first + index < expected {
        pressesRepeated += 1
        continue
      }
      count(press, frame, received, lost: lost)
      lost = 0
    }
    next[frame.epoch] = max(expected, frame.first + frame.presses.count)
    return Answer(next: next[frame.epoch, default: 0], isRewind: false)
  }

  /// Presses without epoch and first: every one counts at every delivery.
  public mutating func takeUnsequenced(
    _ frame: PlainFrame, receivedAtMilliseconds received: Int
  ) {
    pressesReceived += frame.presses.count
    pressesUnsequenced += frame.presses.count
    for press in frame.presses { count(press, frame, received, lost: 0) }
  }

  private mutating func count(_ press: PlainPress, _ frame: PlainFrame, _ received: Int, lost: Int)
  {
    var (time, isEstimated) = when(press, frame, received)
    let isImpossible = time - received > 24 * 3_600_000
    if isImpossible {
      pressesOfTheFuture += 1
      time = received
    }
    let hour = time / 3_600_000
    guard let rule = rules.first(where: { $0.minutes.contains(time / 60_000) }) else { return }
    let hasSlot = press.slot < rule.buttons.count
    let place = ReferencePlace(
      hour: hour, slot: 16 * rule.part + (hasSlot ? press.slot : 0))
    var bucket = buckets[place] ?? ReferenceBucket()
    bucket.lost += lost
    if isImpossible || !hasSlot || press.button >= rule.buttons[press.slot] {
      bucket.invalid += 1
    } else if let last = lastCountedMilliseconds, time >= last,
      time - last < rule.intervalMilliseconds
    {
      bucket.excluded += 1
    } else {
      bucket.counts[press.button] += 1
      if isEstimated { bucket.estimated += 1 }
      if received - time > 24 * 3_600_000 { bucket.late += 1 }
      lastCountedMilliseconds = time
    }
    buckets[place] = bucket
  }

  private func when(_ press: PlainPress, _ frame: PlainFrame, _ received: Int) -> (Int, Bool) {
    guard let at = press.at else { return (received, true) }
    let own = at * 1000 + press.milliseconds
    let ahead = frame.sentAt * 1000 - received
    if !frame.isUTC {
      return (max(0, received - (frame.sentAt - at) * 1000 + press.milliseconds), true)
    }
    return (max(0, ahead > 120_000 ? own - ahead : own), false)
  }

  /// What stands in all buckets together.
  public var total: ReferenceBucket {
    var total = ReferenceBucket()
    for bucket in buckets.values { total.add(bucket) }
    return total
  }

  /// Every press accounted for: nothing came and is nowhere, nothing is there that did not come.
  public var isAccountedFor: Bool {
    let total = total
    let counted = pressesReceived - pressesRepeated - pressesRefused
    let sequences = next.values.reduce(0, +)
    return total.presses == counted
      && sequences == counted - pressesUnsequenced + total.lost + lostBeyond
  }
}
