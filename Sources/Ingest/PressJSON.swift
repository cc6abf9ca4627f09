import BucketCore
import CivilTime
import FirmwareProtocol
import Foundation

/// The JSON form of a press message, turned into the frame it stands for: that is counted and kept.
struct PressJSON {
  /// The frame, well-formed, always with UTC times.
  let frame: [UInt8]
  /// Without epoch and first; by a clock that was too far ahead.
  let marks: FrameMarks

  /// - Parameters:
  ///   - receivedAtMilliseconds: what `sent_at` is compared with.
  ///   - oldestByDefault: what a message means that does not say `oldest`.
  /// - Throws: what is wrong, in one line.
  init(
    _ payload: RawSpan, receivedAtMilliseconds: Int64, oldestByDefault: Bool = false
  ) throws(PressJSONError) {
    let message = try Self.parse(payload)
    let presses = message.presses.read
    guard (1...PressFrame.countMax).contains(message.presses.count) else {
      throw PressJSONError("presses holds \(message.presses.count) presses; 1 to 1000 are allowed")
    }
    let isSequenced = message.epoch != nil
    if isSequenced != (message.first != nil) {
      throw PressJSONError("epoch and first belong together; one of them is missing")
    }
    let first = message.first ?? 0
    if first > 0xFFFF_FFFF - UInt32(presses.count) {
      throw PressJSONError("first \(first) with \(presses.count) presses passes 4294967295")
    }
    // A frame says its sent_at in seconds, this form in milliseconds: so a clock too far ahead
    // is corrected here, and the frame is one that was sent when it came.
    var ahead: Int64 = 0
    if let text = message.sentAt {
      ahead = try Self.time(text, "sent_at") - receivedAtMilliseconds
      if ahead <= CoreLimits.clockAheadMaxMilliseconds { ahead = 0 }
    }
    marks = FrameMarks(isUnsequenced: !isSequenced, areTimesCorrected: ahead != 0)
    var encoded: [Press] = []
    encoded.reserveCapacity(presses.count)
    for press in presses { encoded.append(try Self.press(press, ahead: ahead)) }
    let header = FrameHeader(
      isUTC: true, holdsNothingOlder: message.oldest ?? oldestByDefault,
      count: UInt16(presses.count),
      epoch: message.epoch ?? 0, firstSequence: first,
      sentAt: UInt32(clamping: receivedAtMilliseconds / 1000))
    var bytes = [UInt8](repeating: 0, count: PressFrame.byteCount(presses: presses.count))
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    _ = PressFrame.encode(header, presses: encoded.span, into: &raw)
    frame = bytes
  }

  private static func parse(_ payload: RawSpan) throws(PressJSONError) -> Message {
    do {
      return try JSONDecoder().decode(Message.self, from: StrictJSON.data(payload))
    } catch let error as StrictJSONError {
      throw PressJSONError(error.reason)
    } catch let error as DecodingError {
      throw PressJSONError(error)
    } catch {
      throw PressJSONError("not JSON: \(error)")
    }
  }

  private static func press(
    _ press: Message.Press, ahead: Int64
  ) throws(PressJSONError) -> Press {
    let slot = press.slot ?? 0
    if slot > 15 { throw PressJSONError("slot \(slot); 0 to 15 are allowed") }
    guard let text = press.at else {
      return Press(at: PressFrame.timeUnknown, button: press.button, slot: slot)
    }
    let at = max(0, try time(text, "at") - ahead)
    return Press(
      at: UInt32(at / 1000), milliseconds: UInt16(at % 1000), button: press.button, slot: slot)
  }

  private static func time(_ text: String, _ member: String) throws(PressJSONError) -> Int64 {
    guard let time = RFC3339.milliseconds(parsing: text) else {
      throw PressJSONError(
        "\(member) '\(text.prefix(40))' is not an RFC 3339 time such as 2026-11-21T10:00:00.250Z")
    }
    return time
  }

  private struct Message: Decodable {
    struct Press: Decodable {
      var at: String?
      var button: UInt8
      var slot: UInt8?
    }

    /// Presses, when they are no more than may be: 10 000 fit a message, and cost 50 ms to read.
    struct Presses: Decodable {
      var read: [Press] = []
      /// Those that were not read too.
      let count: Int

      init(from decoder: any Decoder) throws {
        var array = try decoder.unkeyedContainer()
        count = array.count ?? 0
        if count > PressFrame.countMax { return }
        read.reserveCapacity(count)
        while !array.isAtEnd { read.append(try array.decode(Press.self)) }
      }
    }

    enum CodingKeys: String, CodingKey {
      case epoch, first, oldest, presses
      case sentAt = "sent_at"
    }

    var epoch: UInt32?
    var first: UInt32?
    var oldest: Bool?
    var sentAt: String?
    var presses: Presses
  }
}

/// Why a payload is not the JSON form of presses.
struct PressJSONError: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  init(_ error: DecodingError) {
    func path(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
      return path.isEmpty ? "the message" : path.joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      reason = "\(path(context)) has no '\(key.stringValue)'"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      reason = "\(path(context)) has the wrong type"
    case .dataCorrupted(let context):
      reason =
        context.codingPath.isEmpty
        ? "not JSON, or a number is out of its range" : "\(path(context)) is out of range"
    @unknown default:
      reason = "not the JSON form of presses"
    }
  }
}
