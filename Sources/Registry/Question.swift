/// A question with its buttons, the most negative being button 0.
public struct Question: Sendable, Equatable {
  /// `[a-z0-9][a-z0-9-]{0,62}`, unique in the registry.
  public let id: String
  /// Number of buttons, 2…5.
  public let buttons: Int
  /// Text by two-letter language; may be empty, then the question is shown by its id.
  public let text: [String: String]
  /// The question of visits that this one counts the answers to which somebody was helped to give; nil =
  /// it is asked by itself.
  ///
  /// Both have the same buttons and text, and the other is no such twin itself.
  public let withHelpOf: String?
}
