import Foundation
import Testing

@testable import OpenID

@Suite struct IDClaimsTests {
  private static func identity(_ json: String, groupsClaim: String = "groups") throws -> Identity {
    try IDClaims(Data(json.utf8)).identity(groupsClaim: groupsClaim)
  }

  @Test(
    "groups are a list or one text, at the claim's own name or within others",
    arguments: [
      (#"{"sub":"a","groups":["x","y"]}"#, "groups", ["x", "y"]),
      (#"{"sub":"a","groups":"x"}"#, "groups", ["x"]),
      (#"{"sub":"a","realm_access":{"roles":["x"]}}"#, "realm_access.roles", ["x"]),
      (#"{"sub":"a","https://here.example/groups":["x"]}"#, "https://here.example/groups", ["x"]),
      (#"{"sub":"a","groups":["x",1,null,["y"],{"z":true}]}"#, "groups", ["x"]),
      (#"{"sub":"a","groups":{"x":true}}"#, "groups", []),
      (#"{"sub":"a","groups":null}"#, "groups", []),
      (#"{"sub":"a"}"#, "groups", []),
    ])
  func groups(_ json: String, _ claim: String, _ groups: [String]) throws {
    #expect(try Self.identity(json, groupsClaim: claim).groups == groups)
  }

  @Test(
    "a name is one line that can be seen: preferred_username, else email",
    arguments: [
      (#"{"sub":"a","preferred_username":"maija","email":"m@x"}"#, "maija"),
      (#"{"sub":"a","preferred_username":" \u202e\u0007 ","email":"m@x"}"#, "m@x"),
      (#"{"sub":"a","preferred_username":"a\nb\u2028c"}"#, "abc"),
      (#"{"sub":"a","preferred_username":7}"#, nil), (#"{"sub":"a"}"#, nil),
    ])
  func name(_ json: String, _ name: String?) throws {
    #expect(try Self.identity(json).name == name)
  }

  @Test(
    "a subject is 1 to 255 ASCII characters that can be seen",
    arguments: [#"{}"#, #"{"sub":""}"#, #"{"sub":7}"#, #"{"sub":"a\nb"}"#, #"{"sub":"ä"}"#])
  func subject(_ json: String) {
    #expect(throws: SignInFailure.self) { try Self.identity(json) }
  }

  @Test("what is no JSON object holds no claims", arguments: ["", "[]", "7", #""a""#, "{"])
  func none(_ json: String) {
    #expect(throws: SignInFailure.self) { try IDClaims(Data(json.utf8)) }
  }
}
