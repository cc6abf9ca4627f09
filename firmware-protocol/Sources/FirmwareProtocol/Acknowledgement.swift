/// Why bytes are not an acknowledgement.
public enum AcknowledgementError: UInt8, Error, Sendable {
  case wrongLength = 1
  case unknownVersion = 2
  case reservedBits = 3
  case checksumMismatch = 4
}

/// The service's answer: every press below `nextSequence` of `epoch` is on disk.
///
///     offset size  field
///     0      1     version        1
///     1      1     flags          bit 0 REWIND, others 0
///     2      2     0
///     4      4     epoch
///     8      4     next_sequence
///     12     4     server_time    seconds since 1970-01-01T00:00:00Z
///     16     4     crc32          over every byte before it
public struct Acknowledgement: Equatable, Sendable {
  /// The frame did not join on: send again from `nextSequence`.
  public var isRewind: Bool
  public var epoch: UInt32
  public var nextSequence: UInt32
  /// UTC seconds, for the device to set its clock by.
  public var serverTime: UInt32

  public static var byteCount: Int { @inlinable @_noAllocation @_noLocks get { 20 } }
  public static var version: UInt8 { @inlinable @_noAllocation @_noLocks get { 1 } }
  public static var flagRewind: UInt8 { @inlinable @_noAllocation @_noLocks get { 1 } }

  @inlinable
  @_noAllocation @_noLocks
  public init(isRewind: Bool, epoch: UInt32, nextSequence: UInt32, serverTime: UInt32) {
    self.isRewind = isRewind
    self.epoch = epoch
    self.nextSequence = nextSequence
    self.serverTime = serverTime
  }

  /// - Throws: the first rule broken. Allocates nothing.
  @inlinable
  @_noAllocation @_noLocks
  public static func decode(_ bytes: RawSpan) throws(AcknowledgementError) -> Acknowledgement {
    if bytes.byteCount != byteCount { throw .wrongLength }
    if bytes.byte(at: 0) != version { throw .unknownVersion }
    let flags = bytes.byte(at: 1)
    if flags & ~flagRewind != 0 { throw .reservedBits }
    if bytes.littleEndianUInt16(at: 2) != 0 { throw .reservedBits }
    if CRC32.checksum(bytes, count: 16) != bytes.littleEndianUInt32(at: 16) {
      throw .checksumMismatch
    }
    return Acknowledgement(
      isRewind: flags & flagRewind != 0, epoch: bytes.littleEndianUInt32(at: 4),
      nextSequence: bytes.littleEndianUInt32(at: 8), serverTime: bytes.littleEndianUInt32(at: 12))
  }

  /// Writes the 20 bytes of the acknowledgement.
  ///
  /// - Precondition: `bytes` has room for them. Allocates nothing.
  @inlinable
  @_noAllocation @_noLocks
  public func encode(into bytes: inout MutableRawSpan) {
    let length = bytes.byteCount
    precondition(length >= Self.byteCount)
    bytes.put(Self.version, at: 0)
    bytes.put(isRewind ? Self.flagRewind : 0, at: 1)
    bytes.put(UInt16(0), at: 2)
    bytes.put(epoch, at: 4)
    bytes.put(nextSequence, at: 8)
    bytes.put(serverTime, at: 12)
    bytes.put(CRC32.checksum(writing: &bytes, count: 16), at: 16)
  }
}
