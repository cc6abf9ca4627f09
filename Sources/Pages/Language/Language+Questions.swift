public import Registry

extension Language {
  /// A question's text, or its id where it has none. Answers that were given with help say so behind the
  /// question's own.
  public func question(_ id: String, in registry: Registry) -> String {
    let question = registry.question(id)
    let text = name(question?.text ?? [:], or: question?.withHelpOf ?? id)
    return question?.withHelpOf == nil ? text : withHelp(text)
  }

  /// What answers to a question are called that were given with help.
  public func withHelp(_ question: String) -> String {
    let word = Phrase("autettuna", "med hjälp", "with help")
    return "\(question) (\(word[self]))"
  }
}
