extension Registry {
  /// Why a name is no device of the site, in one line; nil when it is one. Linear in the devices.
  public func refusal(ofDevice name: String) -> String? {
    var names: Set<String> = []
    for node in allNodes {
      for assignment in node.touchpoint?.assignments ?? [] { names.insert(assignment.device) }
    }
    if names.contains(name) { return nil }
    return "device \(quoted(name)) is not in the registry"
      + Spelling.hint(for: name, among: names.sorted())
  }
}
