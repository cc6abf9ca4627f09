public import Registry

/// The part of a site's tree that a bearer sees.
public struct Places: Sendable {
  public let site: Site
  public let roots: [Node]

  /// A bound token sees its own node as the root, and nothing of what is above.
  public init(site: Site, scope: Scope) {
    self.site = site
    let registry = site.registry
    if let node = scope.node, node != registry.site {
      roots = registry.node(node).map { [$0] } ?? []
    } else {
      roots = registry.nodes + (registry.node(Registry.unassigned).map { [$0] } ?? [])
    }
  }
}
