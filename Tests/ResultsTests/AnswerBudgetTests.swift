import HTTPTypes
import Hummingbird
import NIOCore
import Queries
import NIOEmbedded
import Testing

@testable import Web

@Suite struct AnswerBudgetTests {
  private static func request(_ token: String, scheme: String = "Bearer ") -> Request {
    Request(
      head: HTTPRequest(
        method: .get, scheme: nil, authority: nil, path: "/",
        headerFields: [.authorization: "\(scheme)\(token)"]),
      body: RequestBody(buffer: ByteBuffer()))
  }

  private static let large = QueryLimits.largestAnswerBytes

  @Test("one bearer has half of what large answers may take; another has the rest")
  func shares() throws {
    let budget = AnswerBudget()
    let leases = (0..<3).map { _ in
      budget.leaseNow(bytes: Self.large, for: Self.request("one"))
    }
    #expect(leases.map { $0 != nil } == [true, true, false])
    // However the same token is written.
    let spaced = Self.request("one", scheme: "BEARER   ")
    #expect(budget.leaseNow(bytes: Self.large, for: spaced) == nil)
    let others = (0..<3).map { _ in
      budget.leaseNow(bytes: Self.large, for: Self.request("other"))
    }
    #expect(others.map { $0 != nil } == [true, true, false])
    #expect(budget.leaseNow(bytes: Self.large, for: Self.request("third")) == nil)
    // Small ones have room that large ones do not get.
    let small = budget.leaseNow(bytes: WebLimits.smallAnswerBytes, for: Self.request("third"))
    #expect(small != nil)
    withExtendedLifetime((leases, others)) {}
  }

  @Test("a share goes back with its last reference, and the next in turn goes on")
  func turns() async throws {
    let budget = AnswerBudget()
    var held = try await [
      budget.lease(bytes: Self.large, for: Self.request("one")),
      budget.lease(bytes: Self.large, for: Self.request("one")),
    ]
    async let next = budget.lease(bytes: Self.large, for: Self.request("one"))
    try await Task.sleep(for: .milliseconds(50))
    held.removeLast()
    let lease = try await next
    #expect(budget.leaseNow(bytes: Self.large, for: Self.request("one")) == nil)
    withExtendedLifetime((held, lease)) {}
  }

  @Test("an answer that needs less than was thought gives back the rest; the largest has room")
  func shrinking() async throws {
    let budget = AnswerBudget()
    let lease = try await budget.lease(bytes: .max, rows: .max, for: Self.request("one"))
    #expect(budget.numbers.bytes == WebLimits.largeAnswerBytesMax / 2)
    #expect(budget.leaseNow(bytes: Self.large, for: Self.request("one")) == nil)
    lease.endReading(needing: 1000)
    #expect(budget.numbers.bytes == 1000)
    #expect(budget.leaseNow(bytes: Self.large, for: Self.request("one")) != nil)
    withExtendedLifetime(lease) {}
  }

  @Test("reads of single presses take no turn of results, and have no more than their own")
  func pressReads() async throws {
    let budget = AnswerBudget()
    var held: [AnswerBudget.Lease] = []
    for _ in 0..<WebLimits.pressReadsMax {
      held.append(
        try await budget.lease(bytes: 1000, reading: .presses, for: Self.request("one")))
    }
    async let third = budget.lease(bytes: 1000, reading: .presses, for: Self.request("two"))
    // 503 after ten seconds where these had to wait for them.
    for _ in 0..<WebLimits.heavyReadsMax {
      let rows = WebLimits.heavyReadRows + 1
      held.append(try await budget.lease(bytes: 1000, rows: rows, for: Self.request("three")))
    }
    while budget.numbers.waiting == 0 { try await Task.sleep(for: .milliseconds(1)) }
    held[0].endReading()
    held.append(try await third)
  }

  @Test("half of the readers are kept from heavy reads, and who reads least goes first")
  func heavyReads() async throws {
    let budget = AnswerBudget()
    let rows = WebLimits.heavyReadRows + 1
    @Sendable func lease(_ token: String) async throws -> AnswerBudget.Lease {
      try await budget.lease(bytes: 1000, rows: rows, for: Self.request(token))
    }
    let held = try await [lease("one"), lease("one")]
    let order = AsyncStream<String>.makeStream()
    @Sendable func wait(_ token: String) async throws {
      let lease = try await lease(token)
      order.continuation.yield(token)
      lease.endReading()
    }
    async let first: Void = wait("one")
    try await Task.sleep(for: .milliseconds(50))
    async let second: Void = wait("other")
    try await Task.sleep(for: .milliseconds(50))
    held[0].endReading()
    var iterator = order.stream.makeAsyncIterator()
    #expect(await iterator.next() == "other")
    #expect(await iterator.next() == "one")
    _ = try await (first, second)
    withExtendedLifetime(held) {}
  }

  @Test("who waits when the budget closes is refused at once")
  func closing() async throws {
    let budget = AnswerBudget()
    let held = try await [
      budget.lease(bytes: Self.large, for: Self.request("one")),
      budget.lease(bytes: Self.large, for: Self.request("one")),
    ]
    let waiting = Task { try await budget.lease(bytes: Self.large, for: Self.request("one")) }
    try await Task.sleep(for: .milliseconds(50))
    budget.close()
    await #expect(throws: Problem.self) { _ = try await waiting.value }
    withExtendedLifetime(held) {}
  }
}

@Suite struct ConnectionTableTests {
  private static func channel(_ address: String) throws -> EmbeddedChannel {
    let channel = EmbeddedChannel()
    try channel.connect(to: try SocketAddress(ipAddress: address, port: 1)).wait()
    return channel
  }

  @Test("the connection that has waited longest gives way, one that is answered never does")
  func givingWay() throws {
    let table = ConnectionTable(connectionsMax: 3)
    let channels = try (1...5).map { try Self.channel("192.0.2.\($0)") }
    let first = try #require(table.admit(channels[0]))
    first.setWaiting(false)
    let second = try #require(table.admit(channels[1]))
    let third = try #require(table.admit(channels[2]))
    #expect(table.admit(channels[3]) != nil)
    #expect(channels.map(\.isActive) == [true, false, true, true, true])
    third.setWaiting(false)
    let fifth = try #require(table.admit(channels[4]))
    #expect(channels.map(\.isActive) == [true, false, true, false, true])
    fifth.setWaiting(false)
    #expect(table.admit(try Self.channel("192.0.2.6")) == nil)
    table.remove(second)
    table.remove(first)
    #expect(table.admit(try Self.channel("192.0.2.6")) != nil)
  }

  @Test("above its number an address loses connections of its own, and no one else's")
  func addresses() throws {
    let table = ConnectionTable(connectionsMax: 10, perAddressMax: 2)
    let other = try Self.channel("192.0.2.9")
    #expect(table.admit(other) != nil)
    let channels = try (1...4).map { _ in try Self.channel("192.0.2.1") }
    for channel in channels { #expect(table.admit(channel) != nil) }
    #expect(other.isActive)
    #expect(channels.map(\.isActive) == [false, false, true, true])
  }

  @Test("connections of a proxy that is trusted count for no address")
  func proxies() throws {
    let table = ConnectionTable(
      connectionsMax: 3, perAddressMax: 2, proxies: try TrustedProxies(["192.0.2.1"]))
    let channels = try (1...3).map { _ in try Self.channel("192.0.2.1") }
    for channel in channels { #expect(table.admit(channel) != nil) }
    #expect(channels.map(\.isActive) == [true, true, true])
    #expect(table.admit(try Self.channel("192.0.2.2")) != nil, "all together have their number")
    #expect(channels.map(\.isActive) == [false, true, true] && table.numbers.open == 3)
  }

  @Test(
    "of an address counts what its owner cannot choose",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
      ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8::5", "2001:db8:0:0::/64"),
      ("::1", "0:0:0:0::/64"),
    ])
  func address(_ text: String, _ expected: String) throws {
    let address = try #require(IPAddress(text))
    #expect(ClientAddress(address).text == expected)
  }
}
