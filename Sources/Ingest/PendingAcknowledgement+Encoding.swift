import CivilTime
public import FirmwareProtocol

extension PendingAcknowledgement {
  /// The bytes that go to the device: 20 of them, or the JSON form.
  public func encoded(serverTimeMilliseconds: Int64) -> [UInt8] {
    if isJSON {
      return Array(
        Self.json(
          epoch: epoch, next: next, isRewind: isRewind,
          serverTimeMilliseconds: serverTimeMilliseconds
        ).utf8)
    }
    return Acknowledgement(
      isRewind: isRewind, epoch: epoch ?? 0, nextSequence: next,
      serverTime: UInt32(clamping: serverTimeMilliseconds / 1000)
    ).bytes
  }

  /// The JSON form; `epoch` and `next` are null for presses without a sequence.
  public static func json(
    epoch: UInt32?, next: UInt32, isRewind: Bool, serverTimeMilliseconds: Int64
  ) -> String {
    let time = RFC3339.format(milliseconds: serverTimeMilliseconds / 1000 * 1000)
    let numbers = epoch.map { "\"epoch\":\($0),\"next\":\(next)" } ?? "\"epoch\":null,\"next\":null"
    return "{\(numbers),\"rewind\":\(isRewind),\"server_time\":\"\(time)\"}"
  }
}

extension Acknowledgement {
  /// The 20 bytes of the acknowledgement.
  public var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    encode(into: &raw)
    return bytes
  }
}
