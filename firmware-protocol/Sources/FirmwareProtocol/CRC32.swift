/// CRC-32 as in IEEE 802.3 and zlib: polynomial 0xEDB88320, initial value and final
/// exclusive-or 0xFFFFFFFF.
///
/// Four bits at a time with a table of sixteen words: small enough for a terminal's
/// microcontroller. The service brings a faster one of its own (`BucketCore`).
public enum CRC32 {
  /// The checksum of `bytes[0..<count]`.
  ///
  /// - Precondition: `0 <= count <= bytes.byteCount`.
  /// - Complexity: O(`count`). Allocates nothing.
  @inlinable
  @_noAllocation @_noLocks
  public static func checksum(_ bytes: RawSpan, count: Int) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    var offset = 0
    while offset < count {
      crc = step(crc, bytes.byte(at: offset))
      offset &+= 1
    }
    return ~crc
  }

  /// The same over bytes that are being written.
  @inlinable
  @_noAllocation @_noLocks
  static func checksum(writing bytes: inout MutableRawSpan, count: Int) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    var offset = 0
    while offset < count {
      crc = step(crc, bytes.byte(at: offset))
      offset &+= 1
    }
    return ~crc
  }

  @inlinable @inline(__always)
  @_noAllocation @_noLocks
  static func step(_ crc: UInt32, _ byte: UInt8) -> UInt32 {
    let table: InlineArray<16, UInt32> = [
      0x0000_0000, 0x1DB7_1064, 0x3B6E_20C8, 0x26D9_30AC,
      0x76DC_4190, 0x6B6B_51F4, 0x4DB2_6158, 0x5005_713C,
      0xEDB8_8320, 0xF00F_9344, 0xD6D6_A3E8, 0xCB61_B38C,
      0x9B64_C2B0, 0x86D3_D2D4, 0xA00A_E278, 0xBDBD_F21C,
    ]
    var crc = crc ^ UInt32(truncatingIfNeeded: byte)
    crc = (crc &>> 4) ^ table[Int(truncatingIfNeeded: crc & 0xF)]
    crc = (crc &>> 4) ^ table[Int(truncatingIfNeeded: crc & 0xF)]
    return crc
  }
}
