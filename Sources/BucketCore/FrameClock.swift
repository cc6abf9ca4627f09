public import FirmwareProtocol

/// When the presses of one frame happened, in milliseconds since 1970, UTC.
struct FrameClock {
  /// Added to a press's own time: the counter's start, or what a clock is ahead.
  let offset: Int64
  let received: Int64
  /// Responses of earlier times are late.
  let lateBefore: Int64
  /// Presses of later times did not happen.
  let latest: Int64
  let isUTC: Bool
  /// The sender's clock less ours; of a device that has UTC it says how far it is ahead.
  let ahead: Int64

  @_noAllocation @_noLocks
  init(_ header: FrameHeader, _ marks: FrameMarks, receivedAtMilliseconds: Int64) {
    received = receivedAtMilliseconds
    lateBefore = receivedAtMilliseconds &- CoreLimits.lateAfterMilliseconds
    latest = marks.isBounded ? receivedAtMilliseconds &+ CoreLimits.futureMaxMilliseconds : .max
    isUTC = header.isUTC
    ahead = Int64(header.sentAt) &* 1000 &- receivedAtMilliseconds
    if header.isUTC && ahead <= CoreLimits.clockAheadMaxMilliseconds {
      offset = 0
    } else {
      // A UTC clock too far ahead, or a counter: either way the frame was sent now.
      offset = 0 &- ahead
    }
  }

  @_noAllocation @_noLocks
  @inline(__always)
  func milliseconds(of press: Press) -> Int64 {
    if press.at == PressFrame.timeUnknown { return received }
    let at = Int64(press.at) &* 1000 &+ Int64(press.milliseconds) &+ offset
    return at < 0 ? 0 : at
  }

  @_noAllocation @_noLocks
  @inline(__always)
  func isEstimated(_ press: Press) -> Bool {
    if !isUTC { return true }
    return press.at == PressFrame.timeUnknown
  }
}

extension BucketCore {
  /// When a press of a frame happened, as it is counted: UTC milliseconds since 1970. Of a time that
  /// cannot be, when it came.
  @_noAllocation @_noLocks
  public static func eventMilliseconds(
    of press: Press, _ header: FrameHeader, _ marks: FrameMarks, receivedAtMilliseconds: Int64
  ) -> Int64 {
    let clock = FrameClock(header, marks, receivedAtMilliseconds: receivedAtMilliseconds)
    let at = clock.milliseconds(of: press)
    return at > clock.latest ? receivedAtMilliseconds : at
  }
}
