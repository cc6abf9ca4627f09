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

  private static func beginning(
    _ number: Int64 = 7, idleSeconds: Int64? = nil
  ) -> Sessions.Beginning {
    Sessions.Beginning(
      holder: .token(Token.hash(number == 7 ? token : "\(number)")),
      author: .token(number, note: ""), role: .reader, node: nil, bearer: token.hashValue,
      browser: .other, idleSeconds: idleSeconds)
  }

  private static func begin(_ sessions: Sessions, at milliseconds: Int64 = 0) -> Request {
    let value = sessions.begin(beginning(), nowMilliseconds: milliseconds)
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
    let value = sessions.begin(Self.beginning(), nowMilliseconds: 0)
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

  @Test("what everybody may see is no use of a session, and prolongs none")
  func seenByChance() {
    let sessions = Sessions()
    let value = sessions.begin(Self.beginning(idleSeconds: 60), nowMilliseconds: 0)
    let request = Self.request([.cookie: "pikapalaute=\(value)"])
    #expect(sessions.session(of: request, nowMilliseconds: 59_999, isUse: false) != nil)
    #expect(sessions.session(of: request, nowMilliseconds: 60_000) == nil)
  }

  @Test("a session that nobody used for its idle time is over, and each use prolongs it")
  func idle() {
    let sessions = Sessions()
    let value = sessions.begin(Self.beginning(idleSeconds: 60), nowMilliseconds: 0)
    let request = Self.request([.cookie: "pikapalaute=\(value)"])
    #expect(sessions.session(of: request, nowMilliseconds: 59_999) != nil)
    #expect(sessions.list(nowMilliseconds: 119_998).count == 1)
    #expect(sessions.session(of: request, nowMilliseconds: 119_998) != nil)
    #expect(sessions.list(nowMilliseconds: 179_998).isEmpty)
    #expect(sessions.session(of: request, nowMilliseconds: 179_998) == nil)
  }

  @Test("those that are meant end, and no others")
  func endedByOthers() throws {
    let sessions = Sessions()
    for number: Int64 in [1, 1, 2] {
      _ = sessions.begin(Self.beginning(number), nowMilliseconds: number)
    }
    let list = sessions.list(nowMilliseconds: 3)
    #expect(list.map(\.author.actor) == ["token 2", "token 1", "token 1"])
    #expect(Set(list.map(\.id)).count == 3)
    let first = try #require(list.last?.id)
    #expect(sessions.end { $0.id == first }.map(\.id) == [first])
    #expect(sessions.list(nowMilliseconds: 3).count == 2)
    #expect(sessions.end { $0.author.actor == "token 1" }.count == 1)
    #expect(sessions.list(nowMilliseconds: 3).map(\.author.actor) == ["token 2"])
  }

  @Test(
    "a browser is told by its most special name",
    arguments: [
      ("Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0", BrowserFamily.firefox),
      ("Mozilla/5.0 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", .edge),
      ("Mozilla/5.0 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", .chrome),
      ("Mozilla/5.0 (Macintosh) Version/18.0 Safari/605.1.15", .safari),
      ("curl/8.0", .other), ("", .other),
    ])
  func browser(said: String, family: BrowserFamily) {
    #expect(BrowserFamily(Self.request([.userAgent: said])) == family)
  }
}
