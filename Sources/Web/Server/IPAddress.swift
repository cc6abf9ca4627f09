import NIOCore

/// An address of IPv4 or IPv6; IPv4 within IPv6 (`::ffff:192.0.2.1`) is IPv4.
struct IPAddress: Sendable, Hashable {
  /// 4 or 16.
  let bytes: [UInt8]

  /// nil when the text is no address.
  init?(_ text: String) {
    // Its text is canonical: small letters, at most one "::".
    guard let canonical = try? SocketAddress(ipAddress: text, port: 0).ipAddress else { return nil }
    if !canonical.contains(":") {
      bytes = canonical.split(separator: ".").compactMap { UInt8($0) }
      return
    }
    var groups = canonical
    var inner: [UInt8] = []
    if canonical.contains("."), let colon = canonical.lastIndex(of: ":") {
      inner = canonical[canonical.index(after: colon)...].split(separator: ".")
        .compactMap { UInt8($0) }
      groups = String(canonical[...colon])
    }
    // "a:b::c" leaves out zeroes: as many as are missing.
    let halves = groups.split(separator: "::", omittingEmptySubsequences: false)
    let first = Self.bytes(of: halves[0])
    let last = (halves.count > 1 ? Self.bytes(of: halves[1]) : []) + inner
    let zeroes = [UInt8](repeating: 0, count: max(0, 16 - first.count - last.count))
    let all = first + zeroes + last
    bytes = all.starts(with: Self.mapped) ? Array(all.suffix(4)) : all
  }

  /// nil where there is none, as of a socket of this machine's files.
  init?(_ remote: SocketAddress?) {
    guard let text = remote?.ipAddress else { return nil }
    self.init(text)
  }

  private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [255, 255]

  private static func bytes(of groups: Substring) -> [UInt8] {
    groups.split(separator: ":").compactMap { UInt16($0, radix: 16) }
      .flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
  }
}
