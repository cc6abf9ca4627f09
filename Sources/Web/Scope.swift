import HTTPTypes
import Reporting

/// What a bearer may see: the whole site, or a node with all below it.
struct Scope: Sendable {
  /// The node that the token is bound to; nil = everything, `unassigned` and the site included.
  let node: String?
  /// Given when `node` is.
  let index: SiteIndex?

  /// Whether `place` may be shown.
  func sees(_ place: String) -> Bool {
    guard let node else { return true }
    return index?.isPlace(place, within: node) ?? false
  }

  /// Lets nodes that may be seen pass; to be called for every node that a request names.
  ///
  /// A node that is not there is refused like one that is elsewhere, so that a bound token does
  /// not tell what there is.
  ///
  /// - Throws: 403 that names the node.
  func covers(_ place: String) throws {
    if sees(place) { return }
    throw Problem(
      .forbidden,
      "node '\(place)' is not '\(node ?? "")', which this token is bound to, nor below it")
  }
}
