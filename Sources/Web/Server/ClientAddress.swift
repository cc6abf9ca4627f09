import NIOCore

/// The part of a client's address that it cannot choose: of IPv6 the first 64 bits.
struct ClientAddress: Sendable, Hashable {
  /// Empty where there is none.
  let text: String

  init(_ remote: SocketAddress?) {
    guard let text = remote?.ipAddress else {
      self.text = ""
      return
    }
    self.text = text.contains(":") ? Self.network(of: text) : text
  }

  private static func network(of text: String) -> String {
    // An IPv4 client of a server that listens on both: "::ffff:192.0.2.1".
    if text.contains("."), let colon = text.lastIndex(of: ":") {
      return String(text[text.index(after: colon)...])
    }
    // "a:b::c" leaves out zeroes: as many as eight groups less those that stand there.
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    let first = halves[0].split(separator: ":")
    let last = halves.count > 1 ? halves[1].split(separator: ":") : []
    let zeroes = Array(repeating: Substring("0"), count: max(0, 8 - first.count - last.count))
    return (first + zeroes + last).prefix(4).joined(separator: ":") + "::/64"
  }

  /// What kind of address it is, which tells nobody where somebody was.
  var kind: String {
    if text.contains(":") { return "IPv6" }
    let parts = text.split(separator: ".").compactMap { UInt8($0) }
    guard parts.count == 4 else { return "an unknown address" }
    switch (parts[0], parts[1]) {
    case (127, _): return "this machine"
    case (10, _), (192, 168), (172, 16...31): return "private IPv4"
    default: return "public IPv4"
    }
  }
}
