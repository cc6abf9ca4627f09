extension RegistryReader {
  private static let knownMembers = [
    "id", "kind", "name", "opening_hours", "public", "nodes", "question", "questions",
    "repeat_interval_s", "visit_interval_s", "channel", "devices",
  ]
  private static let touchpointMembers = [
    "question", "questions", "repeat_interval_s", "visit_interval_s", "channel", "devices",
  ]

  /// The nodes of one list with everything below them, in file order.
  ///
  /// - Parameters:
  ///   - inherited: opening hours of those that give none.
  ///   - above: whether what stands above is public.
  mutating func nodes(
    _ value: YAMLNode, depth: Int, inherited: OpeningHours?, above: PublicState
  ) throws(RegistryError) -> [Node] {
    var nodes: [Node] = []
    for element in try source.list(of: value, "nodes") {
      nodes.append(try node(element, depth: depth, inherited: inherited, above: above))
    }
    return nodes
  }

  private mutating func node(
    _ element: YAMLNode, depth: Int, inherited: OpeningHours?, above: PublicState
  ) throws(RegistryError) -> Node {
    let members = try source.members(of: element, "a node", known: RegistryReader.knownMembers)
    guard depth <= RegistryLimits.depthMax else {
      throw source.error(
        members.line,
        "a node at depth \(depth); allowed are \(RegistryLimits.depthMax) levels; flatten the tree")
    }
    let idValue = try source.required("id", of: members)
    let id = try id(idValue, "node id")
    try claim(id, line: source.line(of: idValue) ?? members.line)
    let kind = try kind(source.required("kind", of: members), node: id)
    var name: [String: String] = [:]
    if let member = members.optional("name") {
      name = try source.translations(of: member.value, "name of node '\(id)'")
    }
    let openingHours = try openingHours(members, "node '\(id)'", inherited: inherited)
    let state = try isPublic(members, id: id, above: above)
    if kind == Node.touchpointKind {
      if let nodes = members.optional("nodes") {
        throw source.error(
          nodes.line,
          "touchpoint '\(id)' has 'nodes'; a touchpoint is a leaf; move them or change its kind")
      }
      let touchpoint = try touchpoint(members, id: id)
      return Node(
        id: id, kind: kind, name: name, openingHours: openingHours, isPublic: state == .open,
        touchpoint: touchpoint,
        children: [])
    }
    for member in members.values
    where RegistryReader.touchpointMembers.contains(member.name) {
      throw source.error(
        member.line,
        "'\(member.name)' on node '\(id)' of kind '\(kind)'; "
          + "only kind 'touchpoint' may have it; move it to a touchpoint")
    }
    var children: [Node] = []
    if let member = members.optional("nodes") {
      children = try nodes(
        member.value, depth: depth + 1, inherited: openingHours, above: state)
    }
    return Node(
      id: id, kind: kind, name: name, openingHours: openingHours, isPublic: state == .open,
      touchpoint: nil,
      children: children)
  }

  /// Takes an id for one node of the whole tree.
  private mutating func claim(_ id: String, line: Int) throws(RegistryError) {
    guard id != Registry.unassigned else {
      throw source.error(
        line,
        "node id 'unassigned' is reserved for presses outside every interval; choose another")
    }
    // A bearer that is bound to it would see all.
    guard id != site else {
      throw source.error(
        line, "node id '\(id)' is the site's own, which stands for all nodes; choose another")
    }
    if let taken = nodeLines[id] {
      throw source.error(line, "node id '\(id)' is taken by line \(taken); give it another")
    }
    guard nodeLines.count < RegistryLimits.nodesMax else {
      throw source.error(
        line, "more than \(RegistryLimits.nodesMax) nodes, the limit of a site; split the site")
    }
    nodeLines[id] = line
  }

  private mutating func kind(_ value: YAMLNode, node: String) throws(RegistryError) -> String {
    let text = try source.text(of: value, "kind of node '\(node)'")
    let bytes = Array(text.string.utf8)
    let isWell =
      bytes.count <= RegistryLimits.idCharactersMax && bytes.first != UInt8(ascii: "-")
      && bytes.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
      }
    guard isWell else {
      throw source.error(
        text.line,
        "kind of node '\(node)' is \(quoted(text.string)); allowed is a word of "
          + "1 to \(RegistryLimits.idCharactersMax) of a-z and -, such as service or touchpoint")
    }
    return text.string
  }

  private mutating func touchpoint(
    _ members: YAMLSource.Members, id: String
  ) throws(RegistryError) -> Touchpoint {
    guard let questions = try slots(of: members) else {
      throw source.error(
        members.line, "touchpoint '\(id)' has no 'question'; add 'question' or 'questions'")
    }
    var channel = Touchpoint.Channel.terminal
    if let member = members.optional("channel") {
      let text = try source.text(of: member.value, "channel of touchpoint '\(id)'")
      guard let known = Touchpoint.Channel(rawValue: text.string) else {
        throw source.error(
          text.line,
          "channel of touchpoint '\(id)' is \(quoted(text.string)); allowed are terminal and visit")
      }
      channel = known
    }
    var assignments: [Assignment] = []
    if let member = members.optional("devices") {
      assignments = try self.assignments(member.value, touchpoint: id, questions: questions)
    }
    try refuseHelp(questions, channel, members.line, "touchpoint '\(id)'")
    for assignment in assignments where assignment.questions != questions {
      try refuseHelp(
        assignment.questions, channel, members.line,
        "device '\(assignment.device)' of touchpoint '\(id)'")
    }
    let asked = ([questions] + assignments.map(\.questions)).map(asked).max() ?? 0
    let repeatInterval =
      try interval(of: members, touchpoint: id, channel)
      ?? channel.rule.defaultMilliseconds(questions: asked)
    return Touchpoint(
      channel: channel, questions: questions, repeatIntervalMilliseconds: repeatInterval,
      assignments: assignments)
  }

  /// The interval that the file names; at visits by either name, not by both.
  private mutating func interval(
    of members: YAMLSource.Members, touchpoint: String, _ channel: Touchpoint.Channel
  ) throws(RegistryError) -> Int? {
    let known = members.optional("repeat_interval_s")
    guard let own = members.optional("visit_interval_s") else {
      return try known.map { member throws(RegistryError) in
        try milliseconds(member.value, "repeat_interval_s", touchpoint: touchpoint)
      }
    }
    guard channel == .visit, known == nil else {
      throw source.error(
        own.line,
        "visit_interval_s of touchpoint '\(touchpoint)' "
          + (known == nil
            ? "without 'channel: visit'; terminals have repeat_interval_s"
            : "beside repeat_interval_s; they are the same; keep one"))
    }
    return try milliseconds(own.value, "visit_interval_s", touchpoint: touchpoint)
  }

  /// Reads seconds with up to three decimals digit by digit: 0.3 s is 300 ms and not 299.
  private mutating func milliseconds(
    _ value: YAMLNode, _ name: String, touchpoint: String
  ) throws(RegistryError) -> Int {
    let text = try source.text(of: value, "\(name) of touchpoint '\(touchpoint)'")
    let parts = Array(text.string.utf8)
      .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if (1...2).contains(parts.count), let seconds = Digits.number(parts[0]),
      seconds <= RegistryLimits.repeatIntervalMillisecondsMax / 1000
    {
      var milliseconds: Int? = 0
      if parts.count == 2 {
        let padding = [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 3 - parts[1].count))
        milliseconds =
          (1...3).contains(parts[1].count)
          ? Digits.number((Array(parts[1]) + padding)[...]) : nil
      }
      if let milliseconds,
        seconds * 1000 + milliseconds <= RegistryLimits.repeatIntervalMillisecondsMax
      {
        return seconds * 1000 + milliseconds
      }
    }
    throw source.error(
      text.line,
      "\(name) of touchpoint '\(touchpoint)' is \(quoted(text.string)); allowed are "
        + "0 to 3600 seconds with at most three decimals, 0 = off")
  }
}
