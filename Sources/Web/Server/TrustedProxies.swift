/// Whose word is taken for where a request came from, and by what: the proxies before us.
public struct TrustedProxies: Sendable {
  /// Nobody's.
  public static let none = TrustedProxies(blocks: [])

  /// Addresses that begin with the same bits.
  private struct Block: Sendable {
    let first: IPAddress
    let bits: Int

    /// An address, or one with the number of bits: `10.0.0.0/8`.
    init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2, let first = IPAddress(String(parts[0])) else { return nil }
      let all = first.bytes.count * 8
      guard let bits = parts.count == 1 ? all : Int(parts[1]), (0...all).contains(bits) else {
        return nil
      }
      self.first = first
      self.bits = bits
    }

    func contains(_ address: IPAddress) -> Bool {
      guard address.bytes.count == first.bytes.count else { return false }
      for (index, (own, other)) in zip(first.bytes, address.bytes).enumerated() {
        let kept = min(8, max(0, bits - index * 8))
        if (own ^ other) >> UInt8(8 - kept) != 0 { return false }
      }
      return true
    }
  }

  private let blocks: [Block]

  private init(blocks: [Block]) {
    self.blocks = blocks
  }

  /// - Parameter texts: addresses, or blocks such as `10.0.0.0/8` and `fd00::/8`.
  /// - Throws: ``NoBlock`` for the first that is neither.
  public init(_ texts: [String]) throws(NoBlock) {
    var blocks: [Block] = []
    for text in texts {
      guard let block = Block(text) else { throw NoBlock(text: text) }
      blocks.append(block)
    }
    self.blocks = blocks
  }

  /// What is neither an address nor a block of them.
  public struct NoBlock: Error {
    public let text: String
  }

  func contains(_ address: IPAddress?) -> Bool {
    guard let address else { return false }
    return blocks.contains { $0.contains(address) }
  }

  /// Whom a request is from: who is connected or, as far as proxies are trusted, for whom they ask.
  ///
  /// - Parameter forwarded: the values of `X-Forwarded-For`; each proxy adds at the end whom it serves.
  func client(_ connected: IPAddress?, forwarded: [String]) -> IPAddress? {
    var client = connected
    let entries = forwarded.flatMap { $0.split(separator: ",") }
    for entry in entries.reversed() where contains(client) {
      guard let address = IPAddress(entry.filter { $0 != " " }) else { break }
      client = address
    }
    return client
  }
}
