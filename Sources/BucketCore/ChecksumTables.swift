import CChecksum
import FirmwareProtocol

/// CRC-32 as on the wire: eight bytes a step from eight tables of 256 words, and for longer
/// frames by carry-less multiplication where the processor has it.
enum ChecksumTables {
  /// Below it the tables are faster.
  @inline(__always)
  static var foldedBytesMin: Int { @_noAllocation @_noLocks get { 64 } }

  static var words: Int { @_noAllocation @_noLocks get { 8 &* 256 } }

  /// Fills `tables` (`words` of them).
  @_noAllocation @_noLocks
  static func fill(_ tables: UnsafeMutablePointer<UInt32>) {
    var byte = 0
    while byte < 256 {
      var crc = UInt32(truncatingIfNeeded: byte)
      var bit = 0
      while bit < 8 {
        crc = (crc & 1 == 0) ? crc &>> 1 : (crc &>> 1) ^ 0xEDB8_8320
        bit &+= 1
      }
      unsafe tables[byte] = crc
      byte &+= 1
    }
    var index = 256
    while index < words {
      let before = unsafe tables[index &- 256]
      unsafe tables[index] = (before &>> 8) ^ tables[Int(before & 0xFF)]
      index &+= 1
    }
  }

  /// The checksum of `bytes[0..<count]`.
  @_noAllocation @_noLocks
  static func checksum(
    _ bytes: RawSpan, count: Int, tables: UnsafeMutablePointer<UInt32>, canFold: Bool
  ) -> UInt32 {
    let isInside = UInt(bitPattern: count) <= UInt(bitPattern: bytes.byteCount)
    precondition(isInside)
    var crc: UInt32 = 0xFFFF_FFFF
    var offset = 0
    if canFold && count >= foldedBytesMin {
      offset = count & ~15
      unsafe bytes.withUnsafeBytes { bytes in
        crc = unsafe pikapalaute_fast_checksum(crc, bytes.baseAddress, offset)
      }
    }
    while offset &+ 8 <= count {
      let low = crc ^ bytes.littleEndianUInt32(at: offset)
      let high = bytes.littleEndianUInt32(at: offset &+ 4)
      let a = unsafe tables[1792 &+ Int(low & 0xFF)] ^ tables[1536 &+ Int(low &>> 8 & 0xFF)]
      let b = unsafe tables[1280 &+ Int(low &>> 16 & 0xFF)] ^ tables[1024 &+ Int(low &>> 24)]
      let c = unsafe tables[768 &+ Int(high & 0xFF)] ^ tables[512 &+ Int(high &>> 8 & 0xFF)]
      let d = unsafe tables[256 &+ Int(high &>> 16 & 0xFF)] ^ tables[Int(high &>> 24)]
      crc = a ^ b ^ c ^ d
      offset &+= 8
    }
    while offset < count {
      let index = Int((crc ^ UInt32(bytes.byte(at: offset))) & 0xFF)
      crc = unsafe (crc &>> 8) ^ tables[index]
      offset &+= 1
    }
    return ~crc
  }
}
