import FirmwareProtocol

/// An acknowledgement as a device reads it.
struct Answer {
  var epoch: UInt32
  var next: Int
  var isRewind: Bool
}

extension Answer {
  /// nil when the bytes are no acknowledgement of sequenced presses.
  init?(_ payload: [UInt8]) {
    if payload.first == 0x7B {
      self.init(json: String(decoding: payload, as: UTF8.self))
      return
    }
    guard let answer = try? Acknowledgement.decode(unsafe payload.span.bytes) else { return nil }
    self.init(
      epoch: answer.epoch, next: Int(answer.nextSequence), isRewind: answer.isRewind)
  }

  /// `{"epoch":7,"next":42,"rewind":false,"server_time":"…"}`, as a small device would read it.
  private init?(json: String) {
    func value(_ name: String) -> Substring? {
      guard let start = json.firstRange(of: "\"\(name)\":")?.upperBound else { return nil }
      return json[start...].prefix { $0 != "," && $0 != "}" }
    }
    guard let epoch = value("epoch").flatMap({ UInt32($0) }),
      let next = value("next").flatMap({ Int($0) }), let isRewind = value("rewind")
    else { return nil }
    self.init(epoch: epoch, next: next, isRewind: isRewind == "true")
  }
}
