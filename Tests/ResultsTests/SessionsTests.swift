import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Store
import Testing

@testable import Web

@Suite struct SessionsTests {
  private static let token = "pp_of-a-reader"

  private static func request(_ headers: HTTPFields) -> Request {
    Request(
      head: HTTPRequest(
        method: .get, scheme: "http", authority: "localhost", path: "/", headerFields: headers),
      body: RequestBody(buffer: ByteBuffer()))
  }

  private static func begin(_ sessions: Sessions, at milliseconds: Int64 = 0) -> Request {
    let value = sessions.begin(
      .token(Token.hash(token)), bearer: token.hashValue, nowMilliseconds: milliseconds)
    return request([.cookie: "other=1; pikapalaute=\(value)"])
  }

  @Test("a reader is one bearer, with the token or with any number of its sessions")
  func bearer() {
    let sessions = Sessions()
    let header = Self.request([.authorization: "Bearer  \(Self.token)"])
    #expect(Self.begin(sessions).bearer == header.bearer)
    #expect(Self.begin(sessions).bearer == header.bearer)
    #expect(Self.request([.authorization: "Bearer pp_of-another"]).bearer != header.bearer)
  }

  @Test("a cookie that was altered to be another bearer has no session")
  func altered() {
    let sessions = Sessions()
    let value = sessions.begin(
      .token(Token.hash(Self.token)), bearer: 7, nowMilliseconds: 0)
    #expect(
      sessions.session(of: Self.request([.cookie: "pikapalaute=\(value)"]), nowMilliseconds: 1)
        != nil)
    #expect(
      sessions.session(of: Self.request([.cookie: "pikapalaute=\(value)1"]), nowMilliseconds: 1)
        == nil)
  }

  @Test("a session ends after twelve hours, when it is ended, and when there are too many")
  func ends() {
    let sessions = Sessions()
    let hours: Int64 = 12 * 3_600_000
    let first = Self.begin(sessions)
    #expect(sessions.session(of: first, nowMilliseconds: hours - 1) != nil)
    #expect(sessions.session(of: first, nowMilliseconds: hours) == nil)
    let second = Self.begin(sessions)
    sessions.end(second)
    #expect(sessions.session(of: second, nowMilliseconds: 1) == nil)
    let third = Self.begin(sessions)
    for _ in 0..<WebLimits.sessionsPerTokenMax { _ = Self.begin(sessions) }
    #expect(sessions.session(of: third, nowMilliseconds: 1) == nil)
  }
}
