import FirmwareProtocol

/// What is remembered of an epoch's presses beside `next`. So that a repeat that is none is noticed,
/// prints of its first four and of its last four.
///
/// A journal that was wiped and goes on under its old epoch begins at sequence 0 again; one that
/// lost its latest pages numbers the next presses as it numbered others. Both repeat sequences
/// that were counted, with other presses. A print has sixteen bits:
///
///     15…14  0 nothing known · 1 no time · 2 a counter's time · 3 UTC
///     13…7   seven bits mixed from the time
///     6…3    slot       2…0  button, 7 at most
///
/// Equal presses have equal prints, whatever frames they come in; so prints that differ prove
/// that the presses differ. Different presses have equal prints about once in 128.
public struct EpochPrints: Equatable, Sendable {
  /// Of sequences 0…3, sixteen bits each, that of sequence 0 lowest.
  public var first: UInt64
  /// Of the four sequences before `next`, the newest lowest.
  public var last: UInt64
  /// Repeats that begin below it are in doubt: a repeat contradicted what was counted when this
  /// was the sequence expected next. 0 = never.
  public var reusedBelow: UInt32
  /// Sequences that were skipped beyond what a step may lose: neither counted nor lost.
  public var lostBeyond: UInt32

  @_noAllocation @_noLocks
  public init(
    first: UInt64 = 0, last: UInt64 = 0, reusedBelow: UInt32 = 0, lostBeyond: UInt32 = 0
  ) {
    self.first = first
    self.last = last
    self.reusedBelow = reusedBelow
    self.lostBeyond = lostBeyond
  }

  /// Sequences that each of the two remembers.
  static var sequences: UInt32 { @_noAllocation @_noLocks get { 4 } }

  /// Remembers in `last` the presses of a frame that counts, from the index `skipped` on.
  @_noAllocation @_noLocks
  @inline(__always)
  static func note(
    _ frame: RawSpan, _ header: FrameHeader, _ marks: FrameMarks, skipped: Int, lost: UInt32,
    in last: inout UInt64
  ) {
    let count = Int(header.count)
    var index = count &- Int(sequences)
    if index < skipped { index = skipped }
    var prints = lost > 0 ? 0 : last
    while index < count {
      prints = prints &<< 16 | print(frame, index, header, marks)
      index &+= 1
    }
    last = prints
  }

  /// Remembers those of them that have the epoch's first sequences.
  @_noAllocation @_noLocks
  @inline(never)
  mutating func noteFirst(
    _ frame: RawSpan, _ header: FrameHeader, _ marks: FrameMarks, skipped: Int
  ) {
    var index = skipped
    while index < Int(header.count) {
      let sequence = header.firstSequence &+ UInt32(truncatingIfNeeded: index)
      if sequence >= Self.sequences { return }
      first |= Self.print(frame, index, header, marks) &<< (16 &* UInt64(sequence))
      index &+= 1
    }
  }

  /// Whether a frame that repeats sequences below `next` says other presses than were counted.
  ///
  /// - Precondition: the frame begins below `next`.
  @_noAllocation @_noLocks
  @inline(never)
  func areContradicted(
    by frame: RawSpan, _ header: FrameHeader, _ marks: FrameMarks, next: UInt32
  ) -> Bool {
    let begin = header.firstSequence
    var end = begin &+ UInt32(header.count)
    if end > next { end = next }
    var sequence = next > Self.sequences ? next &- Self.sequences : 0
    if sequence < begin { sequence = begin }
    while sequence < end {
      let kept = last &>> (16 &* UInt64(next &- 1 &- sequence)) & 0xFFFF
      let index = Int(sequence &- begin)
      if Self.differ(kept, Self.print(frame, index, header, marks)) { return true }
      sequence &+= 1
    }
    sequence = begin
    while sequence < end && sequence < Self.sequences {
      let kept = first &>> (16 &* UInt64(sequence)) & 0xFFFF
      let index = Int(sequence &- begin)
      if Self.differ(kept, Self.print(frame, index, header, marks)) { return true }
      sequence &+= 1
    }
    return false
  }

  @_noAllocation @_noLocks
  @inline(__always)
  private static func print(
    _ frame: RawSpan, _ index: Int, _ header: FrameHeader, _ marks: FrameMarks
  ) -> UInt64 {
    let press = unsafe PressFrame.press(unchecked: index, of: frame)
    let what = UInt64(press.slot) &<< 3 | UInt64(press.button < 7 ? press.button : 7)
    if press.at == PressFrame.timeUnknown || marks.areTimesCorrected { return 1 &<< 14 | what }
    let time = UInt64(press.at) &<< 10 | UInt64(press.milliseconds)
    let mixed = (time &* 0x9E37_79B9_7F4A_7C15) &>> 57
    return (header.isUTC ? 3 : 2) &<< 14 | mixed &<< 7 | what
  }

  /// Whether two prints cannot be of one press. A time may have become unknown since, or a
  /// counter's time UTC.
  @_noAllocation @_noLocks
  @inline(__always)
  private static func differ(_ one: UInt64, _ other: UInt64) -> Bool {
    if one == 0 || other == 0 { return false }
    if (one ^ other) & 0x7F != 0 { return true }
    let isTimed = one &>> 14 == other &>> 14 && one &>> 14 > 1
    return isTimed && one != other
  }
}
