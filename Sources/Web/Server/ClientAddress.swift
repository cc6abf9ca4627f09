/// The part of a client's address that it cannot choose: of IPv6 the first 64 bits.
struct ClientAddress: Sendable, Hashable {
  /// Empty where there is none.
  let text: String

  init(_ address: IPAddress?) {
    guard let bytes = address?.bytes else {
      text = ""
      return
    }
    if bytes.count == 4 {
      text = bytes.map { String($0) }.joined(separator: ".")
    } else {
      let groups = stride(from: 0, to: 8, by: 2).map {
        String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16)
      }
      text = groups.joined(separator: ":") + "::/64"
    }
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
