/// A frame in the archive, read by the oracle's own hand.
///
///     record   u32 device number from 1 · u32 frame bytes and marks · i64 received_ms · frame
///     marks    bit 31 the presses have no sequence · bit 30 their times were corrected
///              bit 29 held to the bounds of time and loss, as every new record is
struct ArchiveRecord {
  var device: Int
  var receivedMilliseconds: Int64
  var payload: [UInt8]
  var isUnsequenced: Bool
  var areTimesCorrected: Bool

  /// The records of a segment in their order; nil when the bytes are no segment.
  static func all(in segment: [UInt8]) -> [ArchiveRecord]? {
    var records: [ArchiveRecord] = []
    var rest = segment[...]
    while !rest.isEmpty {
      guard let device = number(&rest, bytes: 4), let field = number(&rest, bytes: 4),
        let received = number(&rest, bytes: 8), device > 0, field >> 29 & 1 != 0
      else { return nil }
      let count = field & 0x1FFF_FFFF
      if rest.count < Int(count) { return nil }
      records.append(
        ArchiveRecord(
          device: Int(device) - 1, receivedMilliseconds: Int64(bitPattern: received),
          payload: Array(rest.prefix(Int(count))), isUnsequenced: field >> 31 & 1 != 0,
          areTimesCorrected: field >> 30 & 1 != 0))
      rest = rest.dropFirst(Int(count))
    }
    return records
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, bytes: Int) -> UInt64? {
    if rest.count < bytes { return nil }
    var value: UInt64 = 0
    for byte in rest.prefix(bytes).reversed() { value = value << 8 | UInt64(byte) }
    rest = rest.dropFirst(bytes)
    return value
  }
}
