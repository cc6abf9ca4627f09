/// The topic of a message, in the form `pikapalaute/v1/{site}/{device}/{kind}`.
public enum Topic {
  /// Which of a device's topics.
  public enum Kind: Sendable {
    case press
    case status
  }

  public static func ack(site: String, device: String) -> String {
    "pikapalaute/v1/\(site)/\(device)/ack"
  }

  public static func config(site: String, device: String) -> String {
    "pikapalaute/v1/\(site)/\(device)/config"
  }

  /// What the service subscribes to: every site, so that foreign topics are seen and counted.
  public static let subscriptions = ["pikapalaute/v1/+/+/press", "pikapalaute/v1/+/+/status"]
}

/// Where the parts of a topic stand, in bytes; found without copying it.
struct TopicParts {
  var siteStart = 0
  var siteEnd = 0
  var deviceStart = 0
  var deviceEnd = 0
  /// 0 = neither, 1 = press, 2 = status.
  var kind = 0

  @_noAllocation @_noLocks
  init() {}

  /// The parts of `topic`; `kind` is 0 when it has not the form.
  @_noAllocation @_noLocks
  static func find(in topic: RawSpan) -> TopicParts {
    var parts = TopicParts()
    let prefix: StaticString = "pikapalaute/v1/"
    let prefixCount = prefix.utf8CodeUnitCount
    if topic.byteCount < prefixCount { return parts }
    if !topic.holds(prefix, at: 0) { return parts }
    parts.siteStart = prefixCount
    parts.siteEnd = topic.slash(from: parts.siteStart)
    parts.deviceStart = parts.siteEnd &+ 1
    parts.deviceEnd = topic.slash(from: parts.deviceStart)
    let kindStart = parts.deviceEnd &+ 1
    let press: StaticString = "press"
    let status: StaticString = "status"
    if topic.byteCount == kindStart &+ 5 {
      if topic.holds(press, at: kindStart) { parts.kind = 1 }
    } else if topic.byteCount == kindStart &+ 6 {
      if topic.holds(status, at: kindStart) { parts.kind = 2 }
    }
    return parts
  }
}

extension RawSpan {
  /// The next slash at or after `start`, or the end.
  @_noAllocation @_noLocks
  fileprivate func slash(from start: Int) -> Int {
    var index = start
    while index < byteCount {
      if unsafe unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self) == 0x2F { break }
      index &+= 1
    }
    return index
  }

  /// Whether `text` stands at `offset`; the caller knows that it fits.
  @_noAllocation @_noLocks
  fileprivate func holds(_ text: StaticString, at offset: Int) -> Bool {
    let start = unsafe text.utf8Start
    var index = 0
    while index < text.utf8CodeUnitCount {
      let byte = unsafe unsafeLoad(fromUncheckedByteOffset: offset &+ index, as: UInt8.self)
      if unsafe byte != start[index] { return false }
      index &+= 1
    }
    return true
  }
}
