/// A question with its buttons, the most negative being button 0.
public struct Question: Sendable, Equatable {
  /// `[a-z0-9][a-z0-9-]{0,62}`, unique in the registry.
  public let id: String
  /// Number of buttons, 2…5.
  public let buttons: Int
  /// Text by two-letter language; may be empty, then the question is shown by its id.
  public let text: [String: String]
}
