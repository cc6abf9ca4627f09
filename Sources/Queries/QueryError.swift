/// Why a question has no answer.
public enum QueryError: Error, Sendable, Equatable {
  /// A parameter cannot be used: the value, and what is allowed.
  case parameter(String, String)
  /// No registry was ever applied.
  case noRegistry
  /// No such node.
  case unknownNode(String)
  /// No such device, or none that the bearer sees.
  case unknownDevice(String)
  /// The site has no such question.
  case unknownQuestion(String)
  /// A node that the bearer, bound to another, may not see; or that is not there.
  case outside(node: String, bound: String)
  /// No such public node.
  case notPublic(String)
  /// The registry was changed since the question was planned: ask again.
  case registryChanged
  /// Not at this moment: why.
  case unavailable(String)
}
