import Registry
import Reporting

/// A node and the places it may be compared with.
struct SiblingFamily: Sendable {
  /// nil when there is nothing to be compared with.
  private(set) var parent: String?
  /// The node and its siblings, in the registry's order.
  private(set) var members: [String] = []
  /// Touchpoints of visits among them, which are not compared.
  private(set) var leftOut: [String] = []
  /// Why there are no siblings; nil when there are.
  private(set) var reason: String?

  init(of node: String, in index: SiteIndex, _ scope: Scope) {
    guard let parent = index.parent(of: node), node != Registry.unassigned else {
      reason = "'\(node)' has no siblings"
      return
    }
    guard scope.sees(parent) else {
      reason = "the siblings lie outside of '\(scope.node ?? "")', which this token is bound to"
      return
    }
    guard !index.isVisit(node) else {
      reason = "touchpoints of visits are not compared with each other: that would rank the workers"
      return
    }
    let places = index.placesBelow(parent)
    let compared = places.filter { !index.isVisit($0) }
    guard compared.count <= QueryLimits.placesMax else {
      reason =
        "'\(parent)' has \(compared.count) places below it; \(QueryLimits.placesMax) are compared at most"
      return
    }
    self.parent = parent
    members = compared
    leftOut = places.filter { index.isVisit($0) }
  }
}
