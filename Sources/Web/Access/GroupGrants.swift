public import Store

/// Which of a provider's groups may do what: `city-managers=manager,kallio-team=reader:kallio`.
///
/// The order counts: of a person's groups the one that stands first here gives role and node, so
/// that who writes the list decides, and never gets a sum of two.
public struct GroupGrants: Sendable, Equatable {
  /// What a group gives.
  public struct Grant: Sendable, Equatable {
    public let group: String
    public let role: TokenRole
    /// The node whose subtree is all that is seen; nil = the whole site.
    public let node: String?
  }

  /// In their order.
  public let grants: [Grant]

  /// Groups at most: a person without any of them is shown all.
  static let grantsMax = 200

  /// - Returns: nil for what is no such list, or names a group twice.
  public init?(_ text: String) {
    var grants: [Grant] = []
    for entry in text.split(whereSeparator: { $0 == "," || $0.isNewline }) {
      guard let equals = entry.lastIndex(of: "=") else { return nil }
      let group = Self.trimmed(entry[..<equals])
      let given = Self.trimmed(entry[entry.index(after: equals)...])
        .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard !group.isEmpty, !grants.contains(where: { $0.group == group }),
        let role = TokenRole(rawValue: String(given.first ?? "")), role != .device
      else { return nil }
      let node = given.count > 1 ? String(given[1]) : nil
      // As with tokens: who administers the service administers all of it.
      if let node, node.isEmpty || role == .administrator { return nil }
      grants.append(Grant(group: group, role: role, node: node))
    }
    guard (1...Self.grantsMax).contains(grants.count) else { return nil }
    self.grants = grants
  }

  /// What a person of these groups may do; nil = nothing.
  func grant(to groups: [String]) -> Grant? {
    let groups = Set(groups)
    return grants.first { groups.contains($0.group) }
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
