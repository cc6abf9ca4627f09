import Testing

@testable import OpenID

@Suite struct PendingSignInsTests {
  private static func begin(
    _ pending: PendingSignIns, browser: String = "mine", address: String = "192.0.2.1",
    next: String = "/devices", at milliseconds: Int64 = 0
  ) -> PendingSignIns.Begun {
    pending.begin(
      browser: browser, address: address, next: next, nowMilliseconds: milliseconds)
  }

  @Test("a state counts once, in the browser that began it")
  func once() {
    let pending = PendingSignIns()
    let state = Self.begin(pending).state
    #expect(pending.take(state, browser: "other", nowMilliseconds: 1) == nil)
    #expect(pending.take(state, browser: "mine", nowMilliseconds: 1)?.next == "/devices")
    #expect(pending.take(state, browser: "mine", nowMilliseconds: 1) == nil)
    #expect(pending.take("unknown", browser: "mine", nowMilliseconds: 1) == nil)
  }

  @Test("a state is over after ten minutes")
  func over() {
    let pending = PendingSignIns()
    let end = OpenIDLimits.pendingMilliseconds
    let (first, second) = (Self.begin(pending).state, Self.begin(pending).state)
    #expect(pending.take(first, browser: "mine", nowMilliseconds: end - 1) != nil)
    #expect(pending.take(second, browser: "mine", nowMilliseconds: end) == nil)
  }

  @Test("the challenge is S256 of the verifier, in base64url")
  func challenge() throws {
    let pending = PendingSignIns()
    let begun = Self.begin(pending)
    let kept = try #require(pending.take(begun.state, browser: "mine", nowMilliseconds: 1))
    #expect(begun.challenge == RandomText.hash(kept.verifier).base64URL)
    #expect(kept.nonce == begun.nonce)
    // RFC 7636 appendix B.
    #expect(
      RandomText.hash("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").base64URL
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
  }

  @Test("the oldest of an address gives way to its next, and to nobody else's")
  func perAddress() {
    let pending = PendingSignIns()
    let other = Self.begin(pending, address: "192.0.2.2").state
    let first = Self.begin(pending).state
    for _ in 1..<OpenIDLimits.pendingPerAddressMax { _ = Self.begin(pending) }
    let last = Self.begin(pending).state
    #expect(pending.count == OpenIDLimits.pendingPerAddressMax + 1)
    #expect(pending.take(first, browser: "mine", nowMilliseconds: 1) == nil)
    #expect(pending.take(last, browser: "mine", nowMilliseconds: 1) != nil)
    #expect(pending.take(other, browser: "mine", nowMilliseconds: 1) != nil)
  }

  @Test("there are never more than the limit, and those that are over make room")
  func bounded() {
    let pending = PendingSignIns()
    for number in 0..<(OpenIDLimits.pendingMax + 10) {
      _ = Self.begin(pending, address: "192.0.2.\(number)")
    }
    #expect(pending.count == OpenIDLimits.pendingMax)
    _ = Self.begin(pending, at: OpenIDLimits.pendingMilliseconds)
    #expect(pending.count == 1)
  }

  @Test("a long way on leads to the dashboard")
  func long() {
    let pending = PendingSignIns()
    let state = Self.begin(pending, next: "/" + String(repeating: "a", count: 2048)).state
    #expect(pending.take(state, browser: "mine", nowMilliseconds: 1)?.next == "/dashboard")
  }
}
