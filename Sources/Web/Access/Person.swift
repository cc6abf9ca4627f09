import OpenID
import Store

/// Who signed in by the provider, and what their groups gave them then.
struct Person: Sendable, Equatable {
  let subject: String
  let name: String?
  let role: TokenRole
  /// nil = the whole site.
  let node: String?

  init(_ identity: Identity, _ grant: GroupGrants.Grant) {
    subject = identity.subject
    name = identity.name
    role = grant.role
    node = grant.node
  }

  var author: Annotation.Author { .person(subject, name: name ?? "") }

  /// For the audit log: what they were given, and as whom people know them.
  var description: String {
    [role.rawValue, node.map { "node \($0)" }, name.map { "name \($0)" }].compactMap { $0 }
      .joined(separator: ", ")
  }
}
