public import Reporting

/// What a bearer may see: the whole site, or a node with all below it.
public struct Scope: Sendable {
  /// Everything, `unassigned` and the site included.
  public static let everything = Scope(node: nil, index: nil)

  /// The node that the token is bound to; nil = everything.
  public let node: String?
  private let index: SiteIndex?

  /// - Parameter index: given when `node` is; without it nothing is seen.
  public init(node: String?, index: SiteIndex?) {
    self.node = node
    self.index = index
  }

  /// Whether `place` may be shown.
  public func sees(_ place: String) -> Bool {
    guard let node else { return true }
    return index?.isPlace(place, within: node) ?? false
  }

  /// Lets nodes that may be seen pass; to be called for every node that a request names.
  ///
  /// A node that is not there is refused like one that is elsewhere, so that a bound token does
  /// not tell what there is.
  ///
  /// - Throws: `.outside` that names the node.
  public func covers(_ place: String) throws(QueryError) {
    if sees(place) { return }
    throw .outside(node: place, bound: node ?? "")
  }
}
