/// A person, as the provider's checked ID token says.
public struct Identity: Sendable, Equatable {
  /// The provider's own, for ever the same: `sub`.
  public let subject: String
  /// `preferred_username`, else `email`, as people know it; nil = neither was given.
  public let name: String?
  public let groups: [String]
  /// Where a browser ends their session at the provider; nil = it says no such address.
  public let farewell: String?

  public init(subject: String, name: String?, groups: [String], farewell: String? = nil) {
    self.farewell = farewell
    self.subject = subject
    self.name = name
    self.groups = groups
  }
}
