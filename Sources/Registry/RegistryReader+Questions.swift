extension RegistryReader {
  /// The questions of the file, in its order.
  mutating func questions(_ value: YAMLNode) throws(RegistryError) -> [Question] {
    var questions: [Question] = []
    for element in try source.list(of: value, "questions") {
      let members = try source.members(
        of: element, "a question", known: ["id", "buttons", "text", "with_help_of"])
      let id = try id(source.required("id", of: members), "question id")
      if let line = questionLines[id] {
        throw source.error(
          members.line, "question id '\(id)' is taken by line \(line); give it another")
      }
      questionLines[id] = members.line
      let buttons = try buttons(source.required("buttons", of: members), question: id)
      var text: [String: String] = [:]
      if let member = members.optional("text") {
        text = try source.translations(of: member.value, "text of question '\(id)'")
      }
      if let member = members.optional("with_help_of") {
        if !text.isEmpty {
          throw source.error(
            member.line,
            "question '\(id)' has 'text' beside 'with_help_of'; it is asked in the other's words; "
              + "leave 'text' out")
        }
        helped[id] = try source.text(of: member.value, "with_help_of of question '\(id)'")
      }
      questions.append(
        Question(id: id, buttons: buttons, text: text, withHelpOf: helped[id]?.string))
    }
    return try withHelp(questions)
  }

  /// Gives those that are answered with help the words of the others, which may stand below them.
  private func withHelp(_ questions: [Question]) throws(RegistryError) -> [Question] {
    let known = Dictionary(uniqueKeysWithValues: questions.map { ($0.id, $0) })
    var taken: [String: String] = [:]
    return try questions.map { question throws(RegistryError) in
      guard let named = helped[question.id] else { return question }
      let what = "with_help_of of question '\(question.id)' is \(quoted(named.string))"
      guard let other = known[named.string] else {
        throw source.error(
          named.line,
          what + ", which is not among the registry's questions"
            + Spelling.hint(for: named.string, among: questions.map(\.id)))
      }
      guard other.withHelpOf == nil else {
        throw source.error(
          named.line, what + ", which is answered with help itself; name one that is asked")
      }
      guard other.buttons == question.buttons else {
        throw source.error(
          named.line,
          what + " of \(other.buttons) buttons, and it has \(question.buttons); both are answered "
            + "on one screen; give them the same")
      }
      if let first = taken.updateValue(question.id, forKey: other.id) {
        throw source.error(
          named.line, what + ", as that of question '\(first)' is; keep one")
      }
      return Question(
        id: question.id, buttons: question.buttons, text: other.text, withHelpOf: other.id)
    }
  }

  /// Refuses answers with help where nobody can say so: at a terminal, and without the question itself.
  func refuseHelp(
    _ slots: [String], _ channel: Touchpoint.Channel, _ line: Int, _ what: String
  ) throws(RegistryError) {
    for question in slots {
      guard let other = helped[question]?.string else { continue }
      if channel != .visit {
        throw source.error(
          line,
          "\(what) asks '\(question)', which is '\(other)' answered with help; only touchpoints with "
            + "'channel: visit' may; take it out")
      }
      if !slots.contains(other) {
        throw source.error(
          line,
          "\(what) asks '\(question)' without '\(other)', whose answers with help it counts; add "
            + "'\(other)'")
      }
    }
  }

  /// How many questions a visit is asked: those answered with help are none of their own.
  func asked(_ slots: [String]) -> Int { slots.count { helped[$0] == nil } }

  private mutating func buttons(
    _ value: YAMLNode, question: String
  ) throws(RegistryError) -> Int {
    let text = try source.text(of: value, "buttons of question '\(question)'")
    guard let buttons = Digits.number(Array(text.string.utf8)[...]),
      RegistryLimits.buttons.contains(buttons)
    else {
      throw source.error(
        text.line,
        "buttons of question '\(question)' is \(quoted(text.string)); allowed are 2, 3, 4 and 5")
    }
    return buttons
  }

  /// The questions by slot that a touchpoint or device names; nil when it names none.
  mutating func slots(
    of members: YAMLSource.Members
  ) throws(RegistryError) -> [String]? {
    let single = members.optional("question")
    let several = members.optional("questions")
    if let single, let several {
      throw source.error(
        max(single.line, several.line),
        "\(members.what) has both 'question' and 'questions'; keep one")
    }
    if let single { return [try reference(single.value, members.what)] }
    guard let several else { return nil }
    let list = try source.list(of: several.value, "questions of \(members.what)")
    guard (1...RegistryLimits.slotsMax).contains(list.count) else {
      throw source.error(
        several.line,
        "questions of \(members.what) are \(list.count); "
          + "allowed are 1 to \(RegistryLimits.slotsMax)")
    }
    var slots: [String] = []
    for element in list {
      let question = try reference(element, members.what)
      guard !slots.contains(question) else {
        throw source.error(
          source.line(of: element),
          "question '\(question)' is asked twice by \(members.what); keep one")
      }
      slots.append(question)
    }
    return slots
  }

  private mutating func reference(
    _ value: YAMLNode, _ what: String
  ) throws(RegistryError) -> String {
    let text = try source.text(of: value, "question of \(what)")
    guard questionLines[text.string] != nil else {
      throw source.error(
        text.line,
        "question \(quoted(text.string)) of \(what) is not among the registry's questions"
          + Spelling.hint(for: text.string, among: questionLines.keys.sorted())
          + "; add it there or name another")
    }
    return text.string
  }
}
