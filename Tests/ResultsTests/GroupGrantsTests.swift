import Store
import Testing

@testable import Web

@Suite struct GroupGrantsTests {
  @Test("a list says which group gives which role, and which node")
  func list() throws {
    let grants = try #require(
      GroupGrants("city managers=manager, /kallio/a=b=reader:kallio\nadmins = administrator"))
    #expect(grants.grants.map(\.group) == ["city managers", "/kallio/a=b", "admins"])
    #expect(grants.grants.map(\.role) == [.manager, .reader, .administrator])
    #expect(grants.grants.map(\.node) == [nil, "kallio", nil])
  }

  @Test("of several groups the first of the list counts, and letters are compared as they are")
  func first() throws {
    let grants = try #require(GroupGrants("a=reader:kallio,b=manager"))
    #expect(grants.grant(to: ["b", "a"])?.node == "kallio")
    #expect(grants.grant(to: ["b"])?.role == .manager)
    #expect(grants.grant(to: ["A", "c"]) == nil)
    #expect(grants.grant(to: []) == nil)
  }

  @Test(
    "anything else is no such list",
    arguments: [
      "", ",", "a", "a=", "=reader", "a=owner", "a=device", "a=device:x", "a=reader:", "a=READER",
      "a=administrator:kallio", "a=reader,a=manager",
    ])
  func wrong(_ text: String) {
    #expect(GroupGrants(text) == nil)
  }
}
