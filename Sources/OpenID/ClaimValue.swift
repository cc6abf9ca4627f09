/// What a claim may hold, as far as anything here asks for it.
indirect enum ClaimValue: Sendable, Decodable, Equatable {
  case text(String)
  case number(Double)
  case list([ClaimValue])
  case members([String: ClaimValue])
  case other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if (try? container.decode(Bool.self)) != nil {
      self = .other
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let list = try? container.decode([ClaimValue].self) {
      self = .list(list)
    } else if let members = try? container.decode([String: ClaimValue].self) {
      self = .members(members)
    } else {
      self = .other
    }
  }

  var text: String? {
    if case .text(let text) = self { return text }
    return nil
  }

  /// One text, or those of a list; what is none is left out.
  var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let list): list.compactMap(\.text)
    case .number, .members, .other: []
    }
  }

  /// Whole seconds; nil for what is none.
  var seconds: Int64? {
    if case .number(let number) = self { return Int64(exactly: number.rounded(.down)) }
    return nil
  }

  subscript(name: String) -> ClaimValue? {
    if case .members(let members) = self { return members[name] }
    return nil
  }
}
