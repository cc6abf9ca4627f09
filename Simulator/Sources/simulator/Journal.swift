import FirmwareProtocol

/// A stretch of sequences on its way.
struct Flight {
  var end: Int
  var sentSeconds: Double
}

/// What the device puts into its next frame.
struct Departure {
  var sequences: Range<Int>
  var holdsNothingOlder: Bool
  /// Something in it was sent before.
  var isRepeat: Bool
}

/// A device's journal and its go-back-N sender: no I/O, time is an argument.
///
///     0 ........ acknowledged ...... cursor ......... made ........ presses.count
///       on disk      in flight          not yet sent     not yet pressed
///
/// Times are seconds on a monotonic clock.
struct Journal {
  let epoch: UInt32
  /// By sequence. Kept whole, so that the simulator can show what it sent.
  private(set) var presses: [Press]
  /// Sequences that were overwritten once `made` has passed them.
  let overwritten: Range<Int>?
  /// Presses pressed so far.
  private(set) var made: Int
  /// Every press below is on the service's disk.
  private(set) var acknowledged = 0
  /// Presses sent at least once, or given up.
  private(set) var highestSent = 0
  private(set) var rewinds = 0
  /// An answer that lies above every press of this journal: another one used its epoch (rule D5).
  private(set) var foreignNext: UInt32?

  private var cursor = 0
  private var flights: [Flight] = []
  private var progressSeconds = 0.0
  private var silenceSeconds = silenceSecondsMin
  private var roundTripSeconds = 0.0
  /// Frames in flight for now: one after a silence, twice as many after every progress. Else
  /// repetitions would bury a service that is merely slow.
  private var window = windowFrames
  private var rewoundSeconds = -Double.infinity

  static let silenceSecondsMin = 2.0
  static let silenceSecondsMax = 10.0
  /// Frames in flight at most.
  static let windowFrames = 8

  init(epoch: UInt32, presses: [Press], made: Int, overwritten: Range<Int>?) {
    self.epoch = epoch
    self.presses = presses
    self.made = made
    self.overwritten = overwritten
  }

  var isDelivered: Bool { acknowledged >= made }
  var unsent: Int { made - cursor }
  var framesInFlight: Int { flights.count }

  mutating func append(_ press: Press) {
    presses.append(press)
    made += 1
  }

  /// Presses everything up to and including `utcSeconds`; returns the new sequences.
  mutating func press(until utcSeconds: Int) -> Range<Int> {
    let first = made
    while made < presses.count && Int(presses[made].at) <= utcSeconds { made += 1 }
    return first..<made
  }

  /// The oldest press that the device still holds.
  private var oldest: Int {
    guard let overwritten, overwritten.contains(acknowledged), made > overwritten.upperBound
    else { return acknowledged }
    return overwritten.upperBound
  }

  /// The next frame, if the window has room and there is something to send.
  mutating func depart(
    now: Double, framePressesMax: Int, windowFrames: Int = Journal.windowFrames
  ) -> Departure? {
    if flights.count >= min(windowFrames, window) { return nil }
    cursor = max(cursor, oldest)
    var end = min(made, cursor + framePressesMax)
    if let overwritten {
      if cursor < overwritten.lowerBound {
        end = min(end, overwritten.lowerBound)
      } else if cursor < overwritten.upperBound {
        // What came before must be acknowledged first: only the oldest press held may
        // say that nothing older is left.
        return nil
      }
    }
    if cursor >= end { return nil }
    if flights.isEmpty { progressSeconds = now }
    let departure = Departure(
      sequences: cursor..<end, holdsNothingOlder: cursor == oldest, isRepeat: cursor < highestSent)
    flights.append(Flight(end: end, sentSeconds: now))
    cursor = end
    highestSent = max(highestSent, end)
    return departure
  }

  /// Takes an acknowledgement; returns how many presses it freed.
  ///
  /// Those of other epochs and those that say nothing new are ignored.
  mutating func receive(_ answer: Acknowledgement, now: Double) -> Int {
    if answer.epoch != epoch { return 0 }
    if answer.nextSequence > UInt32(presses.count) {
      foreignNext = answer.nextSequence
      return 0
    }
    // A service that counted an earlier run of this scenario, the same journal, is ahead of the device.
    let next = min(Int(answer.nextSequence), made)
    let freed = max(0, next - acknowledged)
    if freed > 0 {
      acknowledged = next
      while let flight = flights.first, flight.end <= next {
        roundTripSeconds = now - flight.sentSeconds
        flights.removeFirst()
      }
      cursor = max(cursor, next)
      progressSeconds = now
      silenceSeconds = Self.silenceSecondsMin
      window = min(2 * window, Self.windowFrames)
    }
    if answer.isRewind && next == acknowledged && !flights.isEmpty
      && now - rewoundSeconds > max(0.2, roundTripSeconds)
    {
      // The other frames of the window will ask for the same: heed one of them.
      rewoundSeconds = now
      rewinds += 1
      goBack(now: now)
    }
    return freed
  }

  /// Sends again from the oldest unacknowledged press after a silence.
  mutating func checkSilence(now: Double) {
    if flights.isEmpty || now - progressSeconds < silenceSeconds { return }
    silenceSeconds = min(2 * silenceSeconds, Self.silenceSecondsMax)
    window = 1
    goBack(now: now)
  }

  /// Whatever was on its way may be gone: a new connection, or a failed request.
  mutating func goBack(now: Double) {
    cursor = acknowledged
    flights.removeAll(keepingCapacity: true)
    progressSeconds = now
  }
}
