/// Whether the service's own clock can be believed.
///
/// The wall clock says in which hour presses of devices without a clock happened, and corrects
/// devices that are ahead of it. A machine that starts ten years back would count everything ten
/// years back, without a sign. So before anything is committed the clock is compared with what else
/// there is:
///
///     witness                doubt
///     the last commit        the clock lies before it
///     the monotonic clock    the wall clock jumped, and no NTP daemon keeps it
///     devices that send UTC  more than half of those heard lately are far ahead of it
///
/// Only devices ahead are witnesses: a frame may have waited in the broker for days, but none
/// comes from the future. And only many of them: one password speaks for one device.
public struct ClockWatch: Sendable {
  /// Milliseconds, where nothing else is said.
  public enum Limits {
    /// A clock may lie before the last commit by so much: NTP steps back by less.
    public static let beforeCommitMax: Int64 = 120_000
    /// The wall clock may part from the monotonic one by so much between two looks, a second apart.
    public static let jumpMax: Int64 = 10_000
    /// A device further ahead disagrees: many times what its own clock may be off (W3), so that
    /// careless devices are not taken for a wrong service.
    public static let aheadMax: Int64 = 600_000
    /// A device is a witness for so long after it was heard.
    public static let heardFor: Int64 = 600_000
    /// Devices; fewer are no majority.
    public static let devicesMin = 5
  }

  /// Why nothing is acknowledged.
  public enum Doubt: Error, Equatable, CustomStringConvertible {
    case beforeLastCommit(milliseconds: Int64)
    case jumped(milliseconds: Int64)
    case devicesAhead(devices: Int, heard: Int)

    public var description: String {
      let what =
        switch self {
        case .beforeLastCommit(let milliseconds):
          "it lies \(milliseconds / 1000) s before the last commit"
        case .jumped(let milliseconds):
          "it jumped by \(milliseconds / 1000) s, and no NTP daemon keeps it"
        case .devicesAhead(let devices, let heard):
          "\(devices) of \(heard) devices are more than "
            + "\(ClockWatch.Limits.aheadMax / 60_000) minutes ahead of it"
        }
      return "this machine's clock is not believed, and nothing is acknowledged: \(what); set it "
        + "right, or say that it is right by starting with PIKAPALAUTE_TRUST_CLOCK=true"
    }
  }

  /// What a device said, as the distance of its clock from the monotonic one: so it stays true when
  /// our wall clock is set.
  private struct Witness {
    var offsetMilliseconds: Int64
    var heardAtMilliseconds: Int64
    var isAhead: Bool
  }

  private let isTrusting: Bool
  /// By the device's number; nil = not heard lately.
  private var witnesses: [Witness?] = []
  private var heardCount = 0
  private var aheadCount = 0
  private var lastCommitMilliseconds: Int64 = 0
  /// Wall clock less monotonic clock when it was believed last; nil before the first look.
  private var believedOffset: Int64?
  /// The same when the witnesses were counted, and when that was.
  private var countedOffset: Int64 = 0
  private var countedAtMilliseconds: Int64?
  /// By how much the devices heard lately are ahead of the wall clock, their median; nil = none was
  /// heard. Frames that waited draw it down. As of the last second.
  public private(set) var skewMilliseconds: Int64?

  /// - Parameter isTrusting: a person said that the clock is right.
  public init(isTrusting: Bool = false) {
    self.isTrusting = isTrusting
  }

  /// - Parameter lastCommitMilliseconds: the latest time of receipt in the store.
  public mutating func begin(lastCommitMilliseconds: Int64) {
    self.lastCommitMilliseconds = lastCommitMilliseconds
  }

  /// A device with UTC has sent a frame.
  ///
  /// - Parameters:
  ///   - aheadMilliseconds: its clock less our wall clock; below 0 also when the frame has waited.
  ///   - wallMilliseconds: our wall clock then.
  ///   - monotonicMilliseconds: our monotonic clock then.
  /// - Complexity: O(1): every frame of a batch comes by here.
  public mutating func hear(
    device: Int, aheadMilliseconds: Int64, wallMilliseconds: Int64, monotonicMilliseconds: Int64
  ) {
    let offset = wallMilliseconds + aheadMilliseconds - monotonicMilliseconds
    let isAhead = offset - countedOffset > Limits.aheadMax
    while witnesses.count <= device { witnesses.append(nil) }
    if let before = witnesses[device] {
      aheadCount -= before.isAhead ? 1 : 0
    } else {
      heardCount += 1
    }
    witnesses[device] = Witness(
      offsetMilliseconds: offset, heardAtMilliseconds: monotonicMilliseconds, isAhead: isAhead)
    aheadCount += isAhead ? 1 : 0
  }

  /// Looks at both clocks, before a commit and once a second.
  ///
  /// - Parameters:
  ///   - wall: UTC since 1970.
  ///   - monotonic: of a clock that only goes forward.
  ///   - isSynchronised: whether an NTP daemon keeps the system's clock; asked after a jump only.
  /// - Throws: a doubt, which holds until a look that throws nothing.
  /// - Complexity: O(1), and once a second O(devices).
  public mutating func look(
    wallMilliseconds wall: Int64, monotonicMilliseconds monotonic: Int64,
    isSynchronised: () -> Bool
  ) throws(Doubt) {
    if isTrusting { return }
    let before = lastCommitMilliseconds - wall
    if before > Limits.beforeCommitMax {
      // The clock has to be set, and that is a jump.
      believedOffset = nil
      throw .beforeLastCommit(milliseconds: before)
    }
    let offset = wall - monotonic
    count(offset: offset, nowMilliseconds: monotonic)
    if heardCount >= Limits.devicesMin && aheadCount * 2 > heardCount {
      believedOffset = nil
      throw .devicesAhead(devices: aheadCount, heard: heardCount)
    }
    let jump = offset - (believedOffset ?? offset)
    if abs(jump) > Limits.jumpMax && !isSynchronised() { throw .jumped(milliseconds: jump) }
    believedOffset = offset
  }

  /// Counts the witnesses anew when our clock was set, or the last time is a second ago.
  private mutating func count(offset: Int64, nowMilliseconds: Int64) {
    let isSet = abs(offset - countedOffset) > 1000
    if !isSet, let last = countedAtMilliseconds, nowMilliseconds - last < 1000 { return }
    countedOffset = offset
    countedAtMilliseconds = nowMilliseconds
    aheadCount = 0
    var skews: [Int64] = []
    for device in witnesses.indices {
      guard let witness = witnesses[device] else { continue }
      if nowMilliseconds - witness.heardAtMilliseconds > Limits.heardFor {
        witnesses[device] = nil
        continue
      }
      let skew = witness.offsetMilliseconds - offset
      witnesses[device]?.isAhead = skew > Limits.aheadMax
      aheadCount += skew > Limits.aheadMax ? 1 : 0
      skews.append(skew)
    }
    heardCount = skews.count
    skews.sort()
    skewMilliseconds = skews.isEmpty ? nil : skews[skews.count / 2]
  }
}
