public import CivilTime
import Reporting
public import Store

/// What was noted of a node and of the places above it, on the days of a range.
///
/// What happens above concerns a node too; what happens below is asked for there. A bound token sees
/// nothing of the places above its node.
///
/// Annotations lie in a file of their own, so they are read beside the snapshot of the numbers that a
/// page shows with them, and may be a moment newer.
public struct AnnotationsQuery: Sendable {
  private let nodes: [String]
  private let days: ClosedRange<Int>

  /// - Parameter hours: not empty; days that have an hour in it are asked about.
  /// - Throws: `.outside`, `.unknownNode`.
  public init(
    node: String, hours: Range<UTCHour>, site: Site, scope: Scope
  ) throws(QueryError) {
    try site.checkNoted(node, scope)
    var nodes = [node]
    while let above = nodes.last.flatMap(site.index.parent(of:)), scope.sees(above) {
      nodes.append(above)
    }
    self.nodes = nodes
    let first = site.calendar.date(of: hours.lowerBound).daysSince1970
    days = first...max(first, site.calendar.date(of: hours.upperBound - 1).daysSince1970)
  }

  /// By date, then in the order in which it was noted.
  ///
  /// - Throws: `StoreError`.
  public func answer(_ store: AnnotationStore) async throws -> [Annotation] {
    try await store.list(of: nodes, days: days)
  }
}

extension Site {
  /// Lets a node pass of which something may be noted.
  ///
  /// - Throws: `.outside`, `.unknownNode`.
  public func checkNoted(_ node: String, _ scope: Scope) throws(QueryError) {
    try scope.covers(node)
    guard index.isPlace(node) else { throw .unknownNode(node) }
  }
}
