import Registry
import Testing

@Suite struct RegistryLimitTests {
  static func tree(depth: Int) -> String {
    let open = (1...depth).map { "{id: n\($0), kind: area, nodes: [" }.joined(separator: "\n")
    return Files.nodes("- \(open)" + String(repeating: "]}", count: depth))
  }

  @Test("a tree of 16 levels is read, one of 17 refused")
  func depth() throws {
    #expect(try Files.read(RegistryLimitTests.tree(depth: 16)).allNodes.count == 16)
    Refusal("17 levels", RegistryLimitTests.tree(depth: 17), line: 23, "depth 17", "16 levels")
      .check()
  }

  @Test("nesting beyond all reason is refused and does not end the process")
  func nesting() {
    let yaml = "site: " + String(repeating: "[", count: 100_000)
    Refusal("brackets", yaml, line: 1, "not YAML").check()
    let deep = "site: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    Refusal("900 lists", deep, line: 1, "site is a list").check()
  }

  @Test("100 000 nodes are read, one more is refused")
  func nodes() throws {
    let lines = (1...100_000).map { "- {id: n\($0), kind: area}\n" }.joined()
    #expect(try Files.read(Files.nodes(lines)).allNodes.count == 100_000)
    Refusal(
      "100 001 nodes", Files.nodes(lines + "- {id: x, kind: area}"), line: 100_007,
      "more than 100000 nodes"
    ).check()
  }

  @Test("100 000 devices are read, one more is refused")
  func devices() throws {
    let lines = (1...100_000).map { "{id: d\($0)},\n" }.joined()
    #expect(try Files.read(Files.devices(lines)).timelines.count == 100_000)
    Refusal(
      "100 001 devices", Files.devices(lines + "{id: x}"), line: 100_008,
      "more than 100000 devices"
    ).check()
  }

  @Test("a file over 16 MiB is refused before it is parsed")
  func bytes() {
    let comment = String(repeating: "#", count: 16 * 1024 * 1024)
    Refusal("too long", comment + "\n", line: nil, "16777217 bytes", "at most 16777216").check()
  }

  @Test("aliases are followed, but not into a file without end")
  func aliases() throws {
    let shared = try Files.read(
      Files.nodes(
        """
        - {id: a, kind: area, name: &n {fi: Aula}}
        - {id: b, kind: area, name: *n}
        """))
    #expect(shared.node("b")?.name == ["fi": "Aula"])
    // 200 touchpoints with 20 000 devices each, in a file of 200 lines.
    var bomb = "- {id: y, kind: touchpoint, question: palvelu, devices: &l1 ["
    bomb += (0..<20_000).map { "{id: a\($0)}" }.joined(separator: ",") + "]}\n"
    for index in 0..<200 {
      bomb += "- {id: n\(index), kind: touchpoint, question: palvelu, devices: *l1}\n"
    }
    do {
      _ = try Files.read(Files.nodes(bomb))
      Issue.record("accepted")
    } catch let error as RegistryError {
      #expect(error.reason.contains("more than 4000000 values with its aliases"), "\(error)")
    }
  }
}
