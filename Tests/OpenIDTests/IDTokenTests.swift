import Foundation
import Testing

@testable import OpenID

@Suite struct IDTokenTests {
  private static func token(_ header: String) -> String {
    "\(Data(header.utf8).base64URL).e30.AAAA"
  }

  @Test("keys of a provider sign, by these algorithms", arguments: IDToken.algorithms.sorted())
  func allowed(_ algorithm: String) throws {
    let token = try IDToken(Self.token(#"{"alg":"\#(algorithm)","kid":"a"}"#))
    #expect((token.algorithm, token.keyID) == (algorithm, "a"))
    #expect(token.payload == Data("{}".utf8))
  }

  @Test(
    "nothing else is a token",
    arguments: [
      token(#"{"alg":"none"}"#), token(#"{"alg":"None"}"#), token(#"{"alg":"HS256"}"#),
      token(#"{"alg":"rs256"}"#), token(#"{"alg":"RS256","crit":[]}"#), token(#"{"kid":"a"}"#),
      token(""), "", "a", "..", "a.b.c.d", token(#"{"alg":"RS256"}"#) + ".AAAA",
      token(#"{"alg":"RS256"}"#) + "+",
      token(#"{"alg":"RS256"}"#) + String(repeating: "A", count: 70_000),
    ])
  func refused(_ text: String) {
    #expect(throws: SignInFailure.self) { try IDToken(text) }
  }
}

@Suite struct ProviderSettingsTests {
  @Test(
    "an address is safe by TLS, or on this machine",
    arguments: [
      ("https://login.example", true), ("https://login.example/a/b?c=d", true),
      ("http://127.0.0.1:8090", true), ("http://localhost", true), ("http://[::1]:80/x", true),
      ("http://login.example", false), ("http://127.0.0.1.evil.example", false),
      ("http://localhost@evil.example", false), ("https://user:word@login.example", false),
      ("https://", false), ("login.example", false), ("file:///etc/passwd", false),
      ("javascript:alert(1)", false), ("https://login.example/#a", false), ("", false),
    ])
  func safe(_ address: String, _ isSafe: Bool) {
    #expect(ProviderSettings.isSafe(address) == isSafe)
  }
}
