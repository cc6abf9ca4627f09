/// A place in the site's tree: service › area › unit › touchpoint, any depth up to 16.
public struct Node: Sendable, Equatable {
  /// The kind whose nodes have a ``touchpoint`` and no children.
  public static let touchpointKind = "touchpoint"

  /// `[a-z0-9][a-z0-9-]{0,62}`, unique in the whole tree.
  public let id: String
  /// A word of the site's own, such as `service`, `area`, `unit`; `touchpoint` is reserved.
  public let kind: String
  /// Name by two-letter language; may be empty, then the node is shown by its id.
  public let name: [String: String]
  /// Its own, or those of the nearest node above it that has some; nil = nobody said.
  public let openingHours: OpeningHours?
  /// Whether its results are for everybody; inherited from the node above unless the file says.
  public let isPublic: Bool
  /// What is asked here and by which devices; nil unless ``kind`` is `touchpoint`.
  public let touchpoint: Touchpoint?
  /// The nodes below, in file order.
  public let children: [Node]

  /// The same with other device entries at and below it.
  func replacingAssignments(
    _ assignments: (_ touchpoint: String, [Assignment]) -> [Assignment]
  ) -> Node {
    let replaced = touchpoint.map { touchpoint in
      Touchpoint(
        channel: touchpoint.channel, questions: touchpoint.questions,
        repeatIntervalMilliseconds: touchpoint.repeatIntervalMilliseconds,
        assignments: assignments(id, touchpoint.assignments))
    }
    return Node(
      id: id, kind: kind, name: name, openingHours: openingHours, isPublic: isPublic,
      touchpoint: replaced, children: children.map { $0.replacingAssignments(assignments) })
  }
}
