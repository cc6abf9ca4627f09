/// One button pushed once, as it stands in a frame.
public struct Press: Equatable, Sendable {
  /// Seconds on the frame's clock; `PressFrame.timeUnknown` when the device does not know.
  public var at: UInt32
  /// 0…999, on top of `at`.
  public var milliseconds: UInt16
  /// 0 is the most negative. Which numbers exist is the question's matter, not the wire's.
  public var button: UInt8
  /// Which of the device's questions was shown, 0…15.
  public var slot: UInt8

  @inlinable
  @_noAllocation @_noLocks
  public init(at: UInt32, milliseconds: UInt16 = 0, button: UInt8, slot: UInt8 = 0) {
    self.at = at
    self.milliseconds = milliseconds
    self.button = button
    self.slot = slot
  }
}

/// What a frame says before its presses.
public struct FrameHeader: Equatable, Sendable {
  /// Times are seconds since 1970-01-01T00:00:00Z; else seconds on the device's own counter.
  public var isUTC: Bool
  /// The device holds nothing older than `firstSequence` in this epoch.
  public var holdsNothingOlder: Bool
  /// Presses in the frame, 1…1000.
  public var count: UInt16
  /// Names the device's journal; changes whenever the journal is started anew.
  public var epoch: UInt32
  /// Sequence of the first press; the next ones follow by 1.
  public var firstSequence: UInt32
  /// The device's clock when it sent the frame, in seconds.
  public var sentAt: UInt32

  @inlinable
  @_noAllocation @_noLocks
  public init(
    isUTC: Bool, holdsNothingOlder: Bool, count: UInt16, epoch: UInt32, firstSequence: UInt32,
    sentAt: UInt32
  ) {
    self.isUTC = isUTC
    self.holdsNothingOlder = holdsNothingOlder
    self.count = count
    self.epoch = epoch
    self.firstSequence = firstSequence
    self.sentAt = sentAt
  }
}

/// Why bytes are not a press frame. Raw values are stable: the archive and the vectors use them.
public enum FrameError: UInt8, Error, Sendable {
  case tooShort = 1
  case unknownVersion = 2
  case reservedFlags = 3
  case countOutOfRange = 4
  case lengthMismatch = 5
  case checksumMismatch = 6
  case sequenceOverflow = 7
  case millisecondsOutOfRange = 8
  case slotOutOfRange = 9
}

/// The press frame: a device's presses on their way to the service.
///
///     offset size  field
///     0      1     version        1
///     1      1     flags          bit 0 UTC, bit 1 OLDEST, others 0
///     2      2     count          1…1000
///     4      4     epoch
///     8      4     first_sequence
///     12     4     sent_at
///     16     8·n   presses        u32 at, u16 milliseconds, u8 button, u8 slot
///     16+8n  4     crc32          over every byte before it
///
/// Little-endian. `firmware-protocol/SPEC.md` is the binding text, rule by rule.
public enum PressFrame {
  public static var version: UInt8 { @inlinable @_noAllocation @_noLocks get { 1 } }
  /// Presses in one frame at most: what fits in 8 KB of a terminal's memory.
  public static var countMax: Int { @inlinable @_noAllocation @_noLocks get { 1000 } }
  public static var headerBytes: Int { @inlinable @_noAllocation @_noLocks get { 16 } }
  public static var pressBytes: Int { @inlinable @_noAllocation @_noLocks get { 8 } }
  public static var checksumBytes: Int { @inlinable @_noAllocation @_noLocks get { 4 } }
  /// `Press.at` of a press whose time the device does not know.
  public static var timeUnknown: UInt32 { @inlinable @_noAllocation @_noLocks get { 0xFFFF_FFFF } }
  public static var flagUTC: UInt8 { @inlinable @_noAllocation @_noLocks get { 1 } }
  public static var flagOldest: UInt8 { @inlinable @_noAllocation @_noLocks get { 2 } }

  /// Bytes of a frame with `count` presses.
  @inlinable
  @_noAllocation @_noLocks
  public static func byteCount(presses count: Int) -> Int {
    headerBytes &+ pressBytes &* count &+ checksumBytes
  }

  /// The header of bytes that have a frame's length; its presses and its checksum **not yet
  /// looked at**.
  ///
  /// - Throws: the first rule broken, in the order of the lines below.
  /// - Complexity: O(1). Allocates nothing.
  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  public static func decodeHeader(_ bytes: RawSpan) throws(FrameError) -> FrameHeader {
    if bytes.byteCount < byteCount(presses: 1) { throw .tooShort }
    if bytes.byte(at: 0) != version { throw .unknownVersion }
    let flags = bytes.byte(at: 1)
    if flags & ~(flagUTC | flagOldest) != 0 { throw .reservedFlags }
    let count = bytes.littleEndianUInt16(at: 2)
    if count == 0 || Int(count) > countMax { throw .countOutOfRange }
    if bytes.byteCount != byteCount(presses: Int(count)) { throw .lengthMismatch }
    let first = bytes.littleEndianUInt32(at: 8)
    if first > 0xFFFF_FFFF &- UInt32(count) { throw .sequenceOverflow }
    return FrameHeader(
      isUTC: flags & flagUTC != 0, holdsNothingOlder: flags & flagOldest != 0, count: count,
      epoch: bytes.littleEndianUInt32(at: 4), firstSequence: first,
      sentAt: bytes.littleEndianUInt32(at: 12))
  }

  /// What is wrong with the first press that is out of range; nil when none is.
  ///
  /// - Precondition: `bytes` passed `decodeHeader`.
  /// - Complexity: O(presses). Allocates nothing.
  @inlinable
  @_noAllocation @_noLocks
  public static func pressError(_ bytes: RawSpan) -> FrameError? {
    let end = bytes.byteCount &- checksumBytes
    var offset = headerBytes
    while offset < end {
      if bytes.littleEndianUInt16(at: offset &+ 4) > 999 { return .millisecondsOutOfRange }
      if bytes.byte(at: offset &+ 7) > 15 { return .slotOutOfRange }
      offset &+= pressBytes
    }
    return nil
  }

  /// The checksum that stands at the end of a frame.
  ///
  /// - Precondition: `bytes` passed `decodeHeader`.
  @inlinable
  @_noAllocation @_noLocks
  public static func storedChecksum(_ bytes: RawSpan) -> UInt32 {
    bytes.littleEndianUInt32(at: bytes.byteCount &- checksumBytes)
  }

  /// The header of a well-formed frame.
  ///
  /// - Throws: the first rule broken; the checksum is compared last.
  /// - Complexity: O(presses). Allocates nothing.
  @inlinable
  @_noAllocation @_noLocks
  public static func decode(_ bytes: RawSpan) throws(FrameError) -> FrameHeader {
    let header = try decodeHeader(bytes)
    if let error = pressError(bytes) { throw error }
    let checksum = CRC32.checksum(bytes, count: bytes.byteCount &- checksumBytes)
    if checksum != storedChecksum(bytes) { throw .checksumMismatch }
    return header
  }

  /// Press number `index` of a frame, from 0.
  ///
  /// - Precondition: `bytes` passed `decodeHeader` and `index` is under its count.
  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  public static func press(_ index: Int, of bytes: RawSpan) -> Press {
    let end = headerBytes &+ pressBytes &* (index &+ 1)
    let isInside = UInt(bitPattern: end) <= UInt(bitPattern: bytes.byteCount)
    precondition(isInside)
    return unsafe press(unchecked: index, of: bytes)
  }

  /// The same without looking whether the press is inside: for loops that looked once.
  @unsafe
  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  public static func press(unchecked index: Int, of bytes: RawSpan) -> Press {
    let press = unsafe UInt64(
      littleEndian: bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: headerBytes &+ pressBytes &* index, as: UInt64.self))
    return Press(
      at: UInt32(truncatingIfNeeded: press),
      milliseconds: UInt16(truncatingIfNeeded: press &>> 32),
      button: UInt8(truncatingIfNeeded: press &>> 48),
      slot: UInt8(truncatingIfNeeded: press &>> 56))
  }

  /// Writes a frame: the header, then `presses` in order, then the checksum.
  ///
  /// - Returns: the bytes written, `byteCount(presses:)` of `header.count`.
  /// - Precondition: `header.count` is 1…1000 and equals the number of presses, the last
  ///   sequence stays under 2³²−1, milliseconds are 0…999, slots 0…15, and the frame fits.
  @inlinable
  @_noAllocation @_noLocks
  public static func encode(
    _ header: FrameHeader, presses: Span<Press>, into bytes: inout MutableRawSpan
  ) -> Int {
    let count = Int(header.count)
    let pressCount = presses.count
    precondition(count >= 1 && count <= countMax && count == pressCount)
    precondition(header.firstSequence <= 0xFFFF_FFFF &- UInt32(header.count))
    let length = byteCount(presses: count)
    let room = bytes.byteCount
    precondition(length <= room)
    bytes.put(version, at: 0)
    bytes.put((header.isUTC ? flagUTC : 0) | (header.holdsNothingOlder ? flagOldest : 0), at: 1)
    bytes.put(header.count, at: 2)
    bytes.put(header.epoch, at: 4)
    bytes.put(header.firstSequence, at: 8)
    bytes.put(header.sentAt, at: 12)
    var index = 0
    while index < count {
      let press = presses[index]
      precondition(press.milliseconds <= 999 && press.slot <= 15)
      let offset = headerBytes &+ pressBytes &* index
      bytes.put(press.at, at: offset)
      bytes.put(press.milliseconds, at: offset &+ 4)
      bytes.put(press.button, at: offset &+ 6)
      bytes.put(press.slot, at: offset &+ 7)
      index &+= 1
    }
    let end = length &- checksumBytes
    bytes.put(CRC32.checksum(writing: &bytes, count: end), at: end)
    return length
  }
}
