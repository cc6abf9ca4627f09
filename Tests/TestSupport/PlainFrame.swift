public import FirmwareProtocol

/// A press as tests write it.
public struct PlainPress: Sendable, Equatable {
  /// Seconds on the frame's clock; nil = unknown.
  public var at: Int?
  public var milliseconds: Int
  public var button: Int
  public var slot: Int

  public init(at: Int?, milliseconds: Int = 0, button: Int, slot: Int = 0) {
    self.at = at
    self.milliseconds = milliseconds
    self.button = button
    self.slot = slot
  }
}

/// A frame as tests write it: plain numbers, and its bytes on demand.
public struct PlainFrame: Sendable, Equatable {
  public var isUTC: Bool
  public var isOldest: Bool
  public var epoch: Int
  public var first: Int
  public var sentAt: Int
  public var presses: [PlainPress]

  public init(
    isUTC: Bool = true, isOldest: Bool = true, epoch: Int, first: Int, sentAt: Int,
    presses: [PlainPress]
  ) {
    self.isUTC = isUTC
    self.isOldest = isOldest
    self.epoch = epoch
    self.first = first
    self.sentAt = sentAt
    self.presses = presses
  }

  /// The frame on the wire, written by the project's own encoder.
  public var bytes: [UInt8] {
    let header = FrameHeader(
      isUTC: isUTC, holdsNothingOlder: isOldest, count: UInt16(presses.count),
      epoch: UInt32(epoch), firstSequence: UInt32(first), sentAt: UInt32(sentAt))
    let encoded = presses.map { press in
      Press(
        at: press.at.map { UInt32($0) } ?? PressFrame.timeUnknown,
        milliseconds: UInt16(press.milliseconds), button: UInt8(press.button),
        slot: UInt8(press.slot))
    }
    var bytes = [UInt8](repeating: 0, count: PressFrame.byteCount(presses: presses.count))
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    _ = PressFrame.encode(header, presses: encoded.span, into: &raw)
    return bytes
  }

  /// A frame read with the project's own decoder.
  public init(_ bytes: [UInt8]) throws(FrameError) {
    let raw = unsafe bytes.span.bytes
    let header = try PressFrame.decode(raw)
    self.init(
      isUTC: header.isUTC, isOldest: header.holdsNothingOlder, epoch: Int(header.epoch),
      first: Int(header.firstSequence), sentAt: Int(header.sentAt), presses: [])
    for index in 0..<Int(header.count) {
      let press = PressFrame.press(index, of: raw)
      presses.append(
        PlainPress(
          at: press.at == PressFrame.timeUnknown ? nil : Int(press.at),
          milliseconds: Int(press.milliseconds), button: Int(press.button),
          slot: Int(press.slot)))
    }
  }
}
