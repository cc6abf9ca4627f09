import CChecksum
public import FirmwareProtocol

/// What became of a frame.
public enum FrameOutcome: Equatable, Sendable {
  /// So many presses were new, 1…1000; each was counted, excluded or invalid.
  case counted(UInt16)
  /// Every press had been counted before.
  case duplicate
  /// The frame does not join on, and its device still holds what is missing.
  case rewind
  /// The core does not hold this epoch: `install` its cursor and try again. Nothing changed.
  case unknownCursor
  /// The batch has no room for the frame: commit, `endBatch()`, try again. Nothing changed.
  case batchFull
  /// Not a frame. Nothing changed.
  case malformed(FrameError)
}

/// What became of a frame, and what its device is to be told.
public struct FrameResult: Equatable, Sendable {
  public var outcome: FrameOutcome
  public var epoch: UInt32
  /// The sequence expected next in `epoch`.
  public var nextSequence: UInt32
  /// What a repeat in it says of the epoch.
  public var reuse: EpochReuse
  /// What in it cannot be; the frame counts without it.
  public var doubts: FrameDoubts

  @_noAllocation @_noLocks
  init(outcome: FrameOutcome, epoch: UInt32, nextSequence: UInt32) {
    self.outcome = outcome
    self.epoch = epoch
    self.nextSequence = nextSequence
    reuse = .none
    doubts = FrameDoubts()
  }
}

/// What a frame says that cannot be.
public struct FrameDoubts: Equatable, Sendable {
  /// Presses that were to happen more than `CoreLimits.futureMaxMilliseconds` after they came: they
  /// are invalid, in the hour in which they came.
  public var futurePresses: UInt16 = 0
  /// Presses that are gone, beyond the `CoreLimits.lostPerStepMax` that are counted as lost.
  public var lostBeyond: UInt32 = 0

  @_noAllocation @_noLocks
  init() {}

  public var isEmpty: Bool {
    @_noAllocation @_noLocks get { futurePresses == 0 && lostBeyond == 0 }
  }
}

/// What a frame says of its epoch: whether its device used the same one for two journals.
public enum EpochReuse: Equatable, Sendable {
  /// Nothing: no press in it was counted before, or it says the same presses.
  case none
  /// It repeats sequences with other presses than were counted under them, the first to do so.
  case found
  /// It does so again, or repeats sequences from below where that was found.
  case known
}

extension BucketCore {
  /// The wire's CRC-32 over all of `bytes`.
  @_noAllocation @_noLocks
  public func checksum(_ bytes: RawSpan) -> UInt32 {
    unsafe ChecksumTables.checksum(
      bytes, count: bytes.byteCount, tables: checksumTables, canFold: canFold)
  }

  /// Counts a frame of a device.
  ///
  /// - Parameters:
  ///   - device: its number, as `addDevice` gave it.
  ///   - receivedAtMilliseconds: when the frame came, UTC since 1970; 0 or later.
  ///   - marks: what its bytes do not say.
  /// - Complexity: O(presses). Allocates nothing, takes no lock.
  @_noAllocation @_noLocks
  public mutating func apply(
    _ bytes: RawSpan, device: Int, receivedAtMilliseconds: Int64,
    marks: FrameMarks = FrameMarks()
  ) -> FrameResult {
    precondition(device >= 0 && device < deviceCount)
    let header: FrameHeader
    do throws(FrameError) {
      header = try PressFrame.decodeHeader(bytes)
    } catch {
      return FrameResult(outcome: .malformed(error), epoch: 0, nextSequence: 0)
    }
    if arePressesOutOfRange(bytes, count: Int(header.count)) {
      let error = PressFrame.pressError(bytes) ?? .slotOutOfRange
      return FrameResult(outcome: .malformed(error), epoch: 0, nextSequence: 0)
    }
    let covered = bytes.byteCount &- PressFrame.checksumBytes
    let checksum = unsafe ChecksumTables.checksum(
      bytes, count: covered, tables: checksumTables, canFold: canFold)
    if checksum != PressFrame.storedChecksum(bytes) {
      return FrameResult(outcome: .malformed(.checksumMismatch), epoch: 0, nextSequence: 0)
    }
    var result = FrameResult(outcome: .unknownCursor, epoch: header.epoch, nextSequence: 0)
    let way =
      marks.isUnsequenced
      ? DeviceState.unsequencedWay : unsafe devices[device].way(of: header.epoch)
    if unsafe !devices[device].isLoaded || way < 0 { return result }
    if !hasRoom(presses: Int(header.count)) {
      result.outcome = .batchFull
      return result
    }
    touch(device: device, way: way)
    if marks.isUnsequenced {
      unsafe extras[device].unsequenced &+= UInt32(header.count)
      result.doubts.futurePresses = count(
        bytes, header, marks, device, receivedAtMilliseconds, skipping: 0, lost: 0)
      unsafe devices[device].changed |= 1 &<< UInt8(way)
      result.outcome = .counted(header.count)
      return result
    }
    join(bytes, header, marks, device, way, receivedAtMilliseconds, &result)
    return result
  }

  /// Whether `PressFrame.pressError` would find something.
  @_noAllocation @_noLocks
  @inline(__always)
  private func arePressesOutOfRange(_ bytes: RawSpan, count: Int) -> Bool {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return true }
      return unsafe pikapalaute_presses_out_of_range(start + PressFrame.headerBytes, count) != 0
    }
  }

  /// Go-back-N: counts what is new, or asks for what is missing.
  @_noAllocation @_noLocks
  @inline(__always)
  private mutating func join(
    _ bytes: RawSpan, _ header: FrameHeader, _ marks: FrameMarks, _ device: Int, _ way: Int,
    _ receivedAtMilliseconds: Int64, _ result: inout FrameResult
  ) {
    let bit = UInt8(1) &<< UInt8(way)
    let next = unsafe devices[device].cursors[way].next
    let first = header.firstSequence
    let end = first &+ UInt32(header.count)
    if first > next && !header.holdsNothingOlder {
      unsafe devices[device].rewound |= bit
      result.outcome = .rewind
      result.nextSequence = next
      return
    }
    unsafe devices[device].rewound &= ~bit
    if first < next { result.reuse = reuse(bytes, header, marks, device, way) }
    if end <= next {
      result.outcome = .duplicate
      result.nextSequence = next
      return
    }
    let lost = first > next ? first &- next : 0
    let skipped = first < next ? next &- first : 0
    let place = device &* CoreLimits.epochsPerDeviceMax &+ way
    unsafe EpochPrints.note(
      bytes, header, marks, skipped: Int(skipped), lost: lost, in: &lastPrints[place])
    if first < EpochPrints.sequences {
      unsafe prints[place].noteFirst(bytes, header, marks, skipped: Int(skipped))
    }
    var believed = lost
    if lost > CoreLimits.lostPerStepMax && marks.isBounded {
      believed = CoreLimits.lostPerStepMax
      result.doubts.lostBeyond = lost &- believed
      unsafe prints[place].lostBeyond &+= lost &- believed
    }
    result.doubts.futurePresses = count(
      bytes, header, marks, device, receivedAtMilliseconds, skipping: Int(skipped), lost: believed)
    unsafe devices[device].cursors[way].next = end
    unsafe devices[device].changed |= bit
    result.outcome = .counted(header.count &- UInt16(truncatingIfNeeded: skipped))
    result.nextSequence = end
  }

  /// What a repeat says of its epoch.
  @_noAllocation @_noLocks
  @inline(never)
  private mutating func reuse(
    _ bytes: RawSpan, _ header: FrameHeader, _ marks: FrameMarks, _ device: Int, _ way: Int
  ) -> EpochReuse {
    let next = unsafe devices[device].cursors[way].next
    let known = knownPrints(device: device, way: way)
    if known.areContradicted(by: bytes, header, marks, next: next) {
      unsafe prints[device &* CoreLimits.epochsPerDeviceMax &+ way].reusedBelow = next
      return known.reusedBelow == 0 ? .found : .known
    }
    return header.firstSequence < known.reusedBelow ? .known : .none
  }

  /// Puts each press into its hour's bucket: a response, excluded, or invalid.
  ///
  /// - Returns: how many of them cannot have happened.
  @_noAllocation @_noLocks
  @inline(never)
  private mutating func count(
    _ bytes: RawSpan, _ header: FrameHeader, _ marks: FrameMarks, _ device: Int,
    _ receivedAtMilliseconds: Int64, skipping skipped: Int, lost: UInt32
  ) -> UInt16 {
    let count = Int(header.count)
    let isWhole = bytes.byteCount == PressFrame.byteCount(presses: count)
    precondition(isWhole)
    let clock = FrameClock(header, marks, receivedAtMilliseconds: receivedAtMilliseconds)
    if clock.isUTC {
      unsafe extras[device].clockAheadSeconds = Int32(truncatingIfNeeded: clock.ahead / 1000)
    }
    var last = unsafe devices[device].lastCountedMilliseconds
    // The bucket of the press before: most presses of a frame share it, so they are added up
    // in registers and put into it together.
    var run = PressRun(isLate: false)
    var bucket = -1
    var buttons: UInt8 = 0
    var interval: UInt64 = 0
    var slot: UInt8 = 0xFF
    // What the run may span: an hour, or the part of it that one rule holds for, and of that the part
    // in which presses are late, or are not.
    var start: Int64 = 0
    var length: Int64 = 0
    var future: UInt16 = 0
    var index = skipped
    while index < count {
      let press = unsafe PressFrame.press(unchecked: index, of: bytes)
      var at = clock.milliseconds(of: press)
      let isFuture = at > clock.latest
      if isFuture { at = clock.received }
      let sinceStart = UInt64(bitPattern: at &- start)
      if press.slot != slot || sinceStart >= UInt64(bitPattern: length) {
        if bucket >= 0 { unsafe deltas[bucket].add(run) }
        let hour = at / CoreLimits.hourMilliseconds
        useRule(
          device: device, minute: UInt32(truncatingIfNeeded: at / CoreLimits.minuteMilliseconds))
        start = max(
          hour &* CoreLimits.hourMilliseconds,
          unsafe Int64(devices[device].minuteFrom) &* CoreLimits.minuteMilliseconds)
        length =
          min(
            (hour &+ 1) &* CoreLimits.hourMilliseconds,
            unsafe Int64(devices[device].minuteTo) &* CoreLimits.minuteMilliseconds) &- start
        run = PressRun(isLate: at < clock.lateBefore)
        let lateLength = clock.lateBefore &- start
        if lateLength > 0 && lateLength < length {
          start = run.isLate ? start : clock.lateBefore
          length = run.isLate ? lateLength : length &- lateLength
        }
        slot = press.slot
        let rule = unsafe devices[device].intervalAndPart
        interval = UInt64(CountingRule.interval(of: rule))
        buttons = unsafe UInt8(
          truncatingIfNeeded: devices[device].buttonsBySlot &>> (UInt64(slot) &* 4) & 0xF)
        let counted = CountingRule.firstSlot(of: rule) &+ (buttons == 0 ? 0 : slot)
        unsafe extras[device].enter(hour: hour, slot: counted)
        let isFirst = bucket < 0
        bucket = delta(device: device, hour: hour, slot: counted)
        if isFirst { unsafe deltas[bucket].lost &+= UInt64(lost) }
      }
      if press.button >= buttons || isFuture {
        run.invalid &+= 1
        future &+= isFuture ? 1 : 0
      } else if UInt64(bitPattern: at &- last) < interval {
        // Rule lockout/1. A clock that went backwards (and a first press, `last` being the
        // least number there is) wraps to a large difference and counts.
        run.excluded &+= 1
      } else {
        run.responses &+= 1 &<< (UInt64(press.button) &* PressRun.bitsPerButton)
        run.estimated &+= clock.isEstimated(press) ? 1 : 0
        last = at
      }
      index &+= 1
    }
    if bucket >= 0 { unsafe deltas[bucket].add(run) }
    unsafe devices[device].lastCountedMilliseconds = last
    return future
  }

  /// The rule of a minute: mostly that of the minute before.
  @_noAllocation @_noLocks
  @inline(__always)
  private mutating func useRule(device: Int, minute: UInt32) {
    let isInside =
      unsafe minute &- devices[device].minuteFrom
      < devices[device].minuteTo &- devices[device].minuteFrom
    if !isInside { loadRule(device: device, minute: minute) }
  }
}
