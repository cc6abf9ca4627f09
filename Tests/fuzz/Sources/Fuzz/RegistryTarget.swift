import Registry

/// The registry file: read or refused in one line, and what is read holds together.
@Sendable
func fuzzRegistry(_ input: [UInt8]) {
  let text = String(decoding: input, as: UTF8.self)
  do {
    let registry = try Registry(yaml: text, name: "fuzz.yaml")
    for node in registry.allNodes { require(registry.node(node.id) != nil, "node \(node.id)") }
    for timeline in registry.timelines { require(!timeline.device.isEmpty, "a nameless device") }
  } catch {
    require(!error.description.isEmpty, "a refusal without a word")
    require(!error.description.contains("\n"), "a refusal of several lines")
  }
}
