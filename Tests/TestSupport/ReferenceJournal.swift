/// What a device does with its journal, written from section 9 of SPEC.md and for nothing but
/// to be plain. It has one frame on its way at a time.
public struct ReferenceJournal: Sendable {
  public struct HeldPress: Sendable, Equatable {
    public var press: PlainPress
    /// Its time is UTC; else the device's counter's, or unknown.
    public var isUTC: Bool
  }

  /// Silences in a row that make a frame suspect (D8).
  public static let silences = 8

  public let framePressesMax: Int
  public private(set) var epoch: Int?
  /// Sequence of the oldest press held.
  public private(set) var first = 0
  /// Synced presses that were not acknowledged.
  public private(set) var held: [HeldPress] = []
  public private(set) var setAside: [HeldPress] = []
  /// Frames sent since the last `takeFrames`; they say no `sentAt`.
  private var frames: [PlainFrame] = []
  private var random: [Int]
  private var usedEpochs: Set<Int> = []
  private var unsynced: [HeldPress] = []
  public private(set) var hasClock = false
  /// One past the greatest sequence ever sent in the epoch.
  private var sentEnd = 0
  private var limit: Int
  private var inFlight = 0
  private var silent = 0
  private var isProbing = false
  private var probes = 0

  /// - Parameter random: what the hardware source gives, in order.
  public init(random: [Int], framePressesMax: Int) {
    self.random = random
    self.framePressesMax = framePressesMax
    limit = framePressesMax
  }

  public mutating func takeFrames() -> [PlainFrame] {
    defer { frames.removeAll() }
    return frames
  }

  /// Power on: the counter begins anew, and the clock is not set.
  public mutating func start() {
    hasClock = false
    unsynced.removeAll()
    if epoch == nil { startEpoch() }
    for index in held.indices where !held[index].isUTC {
      held[index].press.at = nil
      held[index].press.milliseconds = 0
    }
    sentEnd = first + held.count
    settle()
    send()
  }

  /// The journal is gone, and power comes back.
  public mutating func wipe() {
    epoch = nil
    held.removeAll()
    start()
  }

  public mutating func setClock() { hasClock = true }

  public mutating func press(_ press: PlainPress) {
    unsynced.append(HeldPress(press: press, isUTC: hasClock))
  }

  public mutating func sync() {
    held += unsynced
    unsynced.removeAll()
    if inFlight == 0 { send() }
  }

  /// Nothing was answered.
  public mutating func hearNothing() {
    if inFlight == 0 { return }
    silent += 1
    if silent % Self.silences == 0 {
      isProbing = inFlight == 1
      limit = max(1, inFlight / 2)
    }
    send()
    if isProbing && held.count > 1 {
      // The press after it may be no better: one after the other has its turn.
      send(skipping: 1 + probes % (held.count - 1))
      probes += 1
    }
  }

  public mutating func hear(epoch: Int, next: Int, isRewind: Bool) {
    if epoch != self.epoch { return }
    if next > sentEnd {
      startEpoch()
      send()
    } else if next > first {
      held.removeFirst(next - first)
      first = next
      settle()
      send()
    } else if isRewind && isProbing {
      // What was set aside before it may be missing too.
      dropFirst()
    } else if isRewind {
      send()
    }
  }

  /// An answer over HTTP that is no acknowledgement.
  public mutating func hear(status: Int) {
    guard status == 400 || status == 413, inFlight > 0 else { return }
    if inFlight > 1 {
      limit = inFlight / 2
      send()
    } else {
      dropFirst()
    }
  }

  /// The pause after such an answer is over: not a silence.
  public mutating func wait() { send() }

  private mutating func startEpoch() {
    repeat { epoch = random.removeFirst() } while usedEpochs.contains(epoch ?? 0)
    usedEpochs.insert(epoch ?? 0)
    first = 0
    sentEnd = 0
    settle()
  }

  /// Nothing is on its way, and nothing is suspect.
  private mutating func settle() {
    limit = framePressesMax
    inFlight = 0
    silent = 0
    isProbing = false
    probes = 0
  }

  private mutating func dropFirst() {
    setAside.append(held.removeFirst())
    first += 1
    settle()
    send()
  }

  /// The frame from the oldest press held, or from one after it.
  private mutating func send(skipping skipped: Int = 0) {
    let rest = held.dropFirst(skipped)
    guard let kind = rest.first?.isUTC, let epoch else { return }
    let presses = rest.prefix(limit).prefix { $0.isUTC == kind }.map(\.press)
    sentEnd = max(sentEnd, first + skipped + presses.count)
    frames.append(
      PlainFrame(
        isUTC: kind, isOldest: skipped == 0, epoch: epoch, first: first + skipped, sentAt: 0,
        presses: presses))
    if skipped == 0 { inFlight = presses.count }
  }
}
