import CivilTime
import Yams

/// A registry's text, and where its device entries stand in it.
struct RegistryText {
  /// The layout is not one that is seen through.
  struct Unseen: Error {}

  /// Characters that take the place of others.
  private struct Replacement {
    var range: Range<Int>
    var text: String
  }

  let lines: TextLines
  private let root: YAMLNode
  private var replacements: [Replacement] = []

  init(_ yaml: String) throws(RegistryError) {
    lines = TextLines(yaml)
    root = try YAMLSource(file: "").root(of: yaml)
  }

  /// The text with a plan's entries.
  func edited(by plan: RegistryEdit.Plan, _ zone: ZoneOffsets) throws(Unseen) -> String {
    var text = self
    var touchpoints = Set(plan.ends.keys.map(\.touchpoint))
    touchpoints.formUnion(plan.new.keys)
    for id in touchpoints.sorted() {
      guard let node = Self.node(id, in: root) else { throw Unseen() }
      let devices = node["devices"]
      for (entry, end) in plan.ends where entry.touchpoint == id {
        guard let list = devices?.sequence, list.indices.contains(entry.place) else {
          throw Unseen()
        }
        try text.end(list[entry.place], SiteMinute.text(end, zone))
      }
      if let new = plan.new[id] {
        try text.add(new.map { Self.entry($0, zone) }, to: devices, of: node)
      }
    }
    return text.result
  }

  /// The mapping of a node, wherever in the tree.
  private static func node(_ id: String, in parent: YAMLNode) -> YAMLNode? {
    for node in parent["nodes"]?.sequence ?? [] {
      if node["id"]?.string == id { return node }
      if let found = Self.node(id, in: node) { return found }
    }
    return nil
  }

  private static func entry(_ new: RegistryEdit.NewEntry, _ zone: ZoneOffsets) -> String {
    let minutes = new.assignment.minutes
    var members = ["id: \(new.assignment.device)"]
    if minutes.lowerBound > 0 {
      members.append("from: \(SiteMinute.text(minutes.lowerBound, zone))")
    }
    if minutes.upperBound < Registry.minuteEnd {
      members.append("to: \(SiteMinute.text(minutes.upperBound, zone))")
    }
    if let questions = new.questions {
      members.append(
        questions.count == 1
          ? "question: \(questions[0])" : "questions: [\(questions.joined(separator: ", "))]")
    }
    return "{\(members.joined(separator: ", "))}"
  }

  // MARK: Edits

  /// Gives an entry its end.
  private mutating func end(_ entry: YAMLNode, _ moment: String) throws(Unseen) {
    if let known = entry["to"] {
      let start = try offset(of: known)
      let end = lines.endOfScalar(from: start)
      replacements.append(Replacement(range: start..<end, text: moment))
      return
    }
    let start = try offset(of: entry)
    if lines.character(at: start) == "{" {
      let close = try closing(start)
      replacements.append(Replacement(range: close..<close, text: ", to: \(moment)"))
      return
    }
    // In a line of its own, below what says who or since when.
    guard let id = entry["id"], let key = entry.mapping?.first?.key.mark else { throw Unseen() }
    let above = try offset(of: entry["from"] ?? id)
    insertLine(
      after: above, "\(String(repeating: " ", count: key.column - 1))to: \(moment)")
  }

  /// Adds entries to a touchpoint's list, which may be empty or missing.
  private mutating func add(
    _ entries: [String], to devices: YAMLNode?, of node: YAMLNode
  ) throws(Unseen) {
    let flow = entries.joined(separator: ", ")
    guard let devices else {
      let start = try offset(of: node)
      if lines.character(at: start) == "{" {
        let close = try closing(start)
        replacements.append(Replacement(range: close..<close, text: ", devices: [\(flow)]"))
        return
      }
      guard let key = node.mapping?.first?.key.mark else { throw Unseen() }
      let indent = String(repeating: " ", count: key.column - 1)
      let list = entries.map { "\n\(indent)  - \($0)" }.joined()
      insertLine(after: try end(of: node), "\(indent)devices:\(list)")
      return
    }
    guard let list = devices.sequence else { throw Unseen() }
    let start = try offset(of: devices)
    if lines.character(at: start) == "[" {
      let close = try closing(start)
      replacements.append(
        Replacement(range: close..<close, text: list.isEmpty ? flow : ", \(flow)"))
      return
    }
    guard let last = list.last, lines.character(at: start) == "-", let mark = devices.mark else {
      throw Unseen()
    }
    let indent = String(repeating: " ", count: mark.column - 1)
    insertLine(
      after: try end(of: last), entries.map { "\(indent)- \($0)" }.joined(separator: "\n"))
  }

  private mutating func insertLine(after offset: Int, _ line: String) {
    let (place, isLast) = lines.endOfLine(from: offset)
    let text = isLast ? "\n\(line)" : "\(line)\n"
    replacements.append(Replacement(range: place..<place, text: text))
  }

  // MARK: Where things stand

  private func offset(of node: YAMLNode) throws(Unseen) -> Int {
    guard let mark = node.mark, let offset = lines.offset(line: mark.line, column: mark.column)
    else { throw Unseen() }
    return offset
  }

  private func closing(_ start: Int) throws(Unseen) -> Int {
    guard let close = lines.closing(from: start) else { throw Unseen() }
    return close
  }

  /// A character on the last line of a value.
  private func end(of node: YAMLNode) throws(Unseen) -> Int {
    let start = try offset(of: node)
    let first = lines.character(at: start)
    if first == "{" || first == "[" { return try closing(start) }
    var end = start
    for value in node.sequence ?? [] { end = max(end, try self.end(of: value)) }
    for (_, value) in node.mapping ?? [:] { end = max(end, try self.end(of: value)) }
    return end
  }

  private var result: String {
    var text = ""
    var place = 0
    // At one place what came first stays first.
    let ordered = replacements.enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }
    for (_, replacement) in ordered {
      text += lines.text(place..<replacement.range.lowerBound) + replacement.text
      place = replacement.range.upperBound
    }
    return text + lines.text(place..<lines.count)
  }
}
