import Testing

@testable import Web

@Suite struct TrustedProxiesTests {
  @Test(
    "an address has its bytes, however it is written, and what is none has none",
    arguments: [
      ("192.0.2.1", [192, 0, 2, 1]), ("::ffff:192.0.2.1", [192, 0, 2, 1]),
      ("::ffff:c000:201", [192, 0, 2, 1]),
      ("2001:DB8::5", [0x20, 1, 0xd, 0xb8] + zeroes(11) + [5]),
      ("::", zeroes(16)), ("::1.2.3.4", zeroes(12) + [1, 2, 3, 4]), ("fd00::", [0xfd] + zeroes(15)),
      ("192.0.2.300", nil), ("192.0.2.1:80", nil), ("unknown", nil), ("", nil), ("[::1]", nil),
    ] as [(String, [UInt8]?)])
  func bytes(_ text: String, _ expected: [UInt8]?) {
    #expect(IPAddress(text)?.bytes == expected)
  }

  @Test(
    "a block holds the addresses that begin with its bits, and no others",
    arguments: [
      ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
      ("10.1.2.3/8", "10.9.9.9", true), ("192.0.2.4/31", "192.0.2.5", true),
      ("192.0.2.4/31", "192.0.2.6", false), ("192.0.2.4", "192.0.2.4", true),
      ("192.0.2.4", "192.0.2.5", false), ("fd00::/8", "fdff::1", true),
      ("fd00::/8", "fe00::1", false), ("0.0.0.0/0", "203.0.113.9", true),
      ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "203.0.113.9", false),
      ("10.0.0.0/8", "::ffff:10.0.0.1", true),
    ])
  func blocks(_ block: String, _ address: String, _ isInside: Bool) throws {
    #expect(try TrustedProxies([block]).contains(IPAddress(address)) == isInside)
  }

  @Test(
    "what is no block is named",
    arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/", "proxy", "::/129"])
  func wrong(_ text: String) {
    let error = #expect(throws: TrustedProxies.NoBlock.self) {
      try TrustedProxies(["127.0.0.1", text])
    }
    #expect(error?.text == text)
  }

  @Test(
    "a client is whom the last trusted proxy names, never whom the client itself names",
    arguments: [
      ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
      ("10.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
      ("10.0.0.1", ["203.0.113.9", "198.51.100.1,10.0.0.2"], "198.51.100.1"),
      ("10.0.0.1", ["10.0.0.3", " 10.0.0.2 "], "10.0.0.3"),
      ("10.0.0.1", [], "10.0.0.1"), ("10.0.0.1", ["198.51.100.1, unknown"], "10.0.0.1"),
      ("198.51.100.1", ["203.0.113.9"], "198.51.100.1"),
    ])
  func client(_ connected: String, _ forwarded: [String], _ expected: String) throws {
    let proxies = try TrustedProxies(["10.0.0.0/8"])
    #expect(proxies.client(IPAddress(connected), forwarded: forwarded) == IPAddress(expected))
    let none = TrustedProxies.none.client(IPAddress(connected), forwarded: forwarded)
    #expect(none == IPAddress(connected))
  }

  private static func zeroes(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }
}
