import Store

/// What the numbers of an answer come from.
struct AnswerRevision {
  var numbers: DataRevision
  /// Whose rules they were counted by; nil = the whole site.
  var node: String?
}
