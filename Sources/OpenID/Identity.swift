/// A person, as the provider's checked ID token says.
public struct Identity: Sendable, Equatable {
  /// The provider's own, for ever the same: `sub`.
  public let subject: String
  /// `preferred_username`, else `email`, as people know it; nil = neither was given.
  public let name: String?
  public let groups: [String]

  public init(subject: String, name: String?, groups: [String]) {
    self.subject = subject
    self.name = name
    self.groups = groups
  }
}
