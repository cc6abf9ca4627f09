import Foundation
import Yams

/// A node of the YAML document; the field's own word for a place is ``Node``.
typealias YAMLNode = Yams.Node

/// One YAML document, read as mappings with known members, lists and texts.
///
/// Scalars stay as they are written: `no` is the Norwegian language, and `0042` is an id.
struct YAMLSource {
  /// The members of one mapping; their names are known and different.
  struct Members {
    /// The line on which the mapping begins.
    let line: Int
    /// What the mapping describes, such as `a device`.
    let what: String
    let values: [(name: String, line: Int, value: YAMLNode)]

    /// The value of a member, and the line of its name; nil when it is absent.
    func optional(_ name: String) -> (line: Int, value: YAMLNode)? {
      for member in values where member.name == name { return (member.line, member.value) }
      return nil
    }
  }

  /// A scalar and the line on which it stands.
  struct Text {
    let string: String
    let line: Int
  }

  let file: String
  private var valuesLeft = RegistryLimits.valuesMax

  init(file: String) {
    self.file = file
  }

  func error(_ line: Int?, _ reason: String) -> RegistryError {
    RegistryError(file: file, line: line, reason: reason)
  }

  /// The line on which a value stands.
  func line(of node: YAMLNode) -> Int? {
    node.mark?.line
  }

  /// The document's root.
  func root(of yaml: String) throws(RegistryError) -> YAMLNode {
    let bytes = yaml.utf8.count
    guard bytes <= RegistryLimits.fileBytesMax else {
      throw error(
        nil,
        "the file has \(bytes) bytes; at most \(RegistryLimits.fileBytesMax) are read; "
          + "split the site")
    }
    do {
      if let root = try Yams.compose(
        yaml: yaml.withoutByteOrderMark, .basic, .default, .utf8)
      {
        return root
      }
    } catch let problem as YamlError {
      throw refusal(of: problem)
    } catch {
      throw self.error(nil, "not YAML: \(quoted("\(error)"))")
    }
    throw error(1, "the file is empty; it needs 'site', 'time_zone', 'questions' and 'nodes'")
  }

  /// The members of a mapping that may have the `known` ones only.
  mutating func members(
    of node: YAMLNode, line: Int? = nil, _ what: String, known: [String]
  ) throws(RegistryError) -> Members {
    try spend(on: node)
    guard case .mapping(let mapping) = node else {
      throw error(
        node.mark?.line ?? line,
        "\(what) is \(YAMLSource.shape(of: node)); it must be a mapping of "
          + known.joined(separator: ", "))
    }
    var values: [(name: String, line: Int, value: YAMLNode)] = []
    for (key, value) in mapping {
      let name = try text(of: key, "a member's name in \(what)")
      guard known.contains(name.string) else {
        throw error(
          name.line,
          "unknown member \(quoted(name.string)) in \(what)"
            + Spelling.hint(for: name.string, among: known) + "; allowed are "
            + known.joined(separator: ", "))
      }
      values.append((name.string, name.line, value))
    }
    return Members(line: mapping.mark?.line ?? line ?? 1, what: what, values: values)
  }

  /// The value of a member that must be there.
  func required(_ name: String, of members: Members) throws(RegistryError) -> YAMLNode {
    guard let member = members.optional(name) else {
      throw error(members.line, "\(members.what) has no '\(name)'; add it")
    }
    return member.value
  }

  func isList(_ node: YAMLNode) -> Bool {
    if case .sequence = node { return true }
    return false
  }

  /// The elements of a list.
  mutating func list(of node: YAMLNode, _ what: String) throws(RegistryError) -> [YAMLNode] {
    try spend(on: node)
    guard case .sequence(let sequence) = node else {
      throw error(
        node.mark?.line,
        "\(what) is \(YAMLSource.shape(of: node)); it must be a list, [] if there are none")
    }
    return Array(sequence)
  }

  /// A scalar as it is written; not empty, not null.
  mutating func text(of node: YAMLNode, _ what: String) throws(RegistryError) -> Text {
    try spend(on: node)
    guard case .scalar(let scalar) = node, !YAMLSource.isNull(scalar),
      !scalar.string.allSatisfy(\.isWhitespace)
    else {
      throw error(
        node.mark?.line, "\(what) is \(YAMLSource.shape(of: node)); it must be a text, not empty")
    }
    return Text(string: scalar.string, line: scalar.mark?.line ?? 1)
  }

  /// Texts by language; at least one.
  mutating func translations(
    of node: YAMLNode, _ what: String
  ) throws(RegistryError) -> [String: String] {
    try spend(on: node)
    guard case .mapping(let mapping) = node, !mapping.isEmpty else {
      throw error(
        node.mark?.line,
        "\(what) is \(YAMLSource.shape(of: node)); it must be a mapping of two-letter languages "
          + "to texts, such as {fi: Aula}, or be left out")
    }
    var translations: [String: String] = [:]
    var latest: (language: String, line: Int, isPlain: Bool)?
    for (key, value) in mapping {
      let language = try text(of: key, "a language of \(what)")
      guard YAMLSource.isLanguage(language.string) else {
        // To YAML, {fi: Kallion terveysasema, aula} is a member 'aula' without a value; to
        // whoever wrote it, and to the contract's example, it is a name with a comma in it.
        // (The parser does not tell braces from indentation, but indentation has its own lines.)
        if let latest, latest.isPlain, latest.line == language.line,
          case .scalar(let scalar) = value,
          scalar.string.isEmpty, scalar.style == .plain
        {
          translations[latest.language, default: ""] += ", " + language.string
          continue
        }
        throw error(
          language.line,
          "language \(quoted(language.string)) of \(what); "
            + "allowed are two lower-case letters such as fi, sv, en; quote a text with a comma")
      }
      let translation = try text(of: value, "\(what) in language '\(language.string)'")
      translations[language.string] = translation.string
      latest = (language.string, translation.line, value.scalar?.style == .plain)
    }
    return translations
  }

  /// Counts a value that was walked over: aliases let a short file say the same thing for ever.
  private mutating func spend(on node: YAMLNode) throws(RegistryError) {
    guard valuesLeft > 0 else {
      throw error(
        node.mark?.line,
        "the file holds more than \(RegistryLimits.valuesMax) values with its aliases expanded; "
          + "use fewer aliases")
    }
    valuesLeft -= 1
  }

  private static func isLanguage(_ word: String) -> Bool {
    word.utf8.count == 2
      && word.utf8.allSatisfy((UInt8(ascii: "a")...UInt8(ascii: "z")).contains)
  }

  private static func isNull(_ scalar: YAMLNode.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  private static func shape(of node: YAMLNode) -> String {
    switch node {
    case .scalar(let scalar) where isNull(scalar): return "empty"
    case .scalar(let scalar): return quoted(scalar.string)
    case .mapping(let mapping): return mapping.isEmpty ? "an empty mapping" : "a mapping"
    case .sequence: return "a list"
    case .alias: return "an alias"
    }
  }

  /// The parser's complaint on one line.
  private func refusal(of problem: YamlError) -> RegistryError {
    switch problem {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
      return error(mark.line, "not YAML: \(problem)\(place); mend it at column \(mark.column)")
    case .reader(let problem, let offset, let value, let yaml):
      let before = yaml.prefix(offset ?? 0).utf8
      let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
      return error(line, "not YAML: \(problem), character \(value); remove it")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map(quoted).joined(separator: ", ")
      return error(
        context.mark.line,
        "member \(names) is given twice in one mapping; keep one, or quote a text with a comma")
    default:
      return error(nil, "not YAML: \(quoted("\(problem)"))")
    }
  }
}
