public import CivilTime
import Queries
public import Registry
public import Reporting

/// All tables of one public period: how the tree of places becomes what may be shown of it.
public struct PublicPeriod: Sendable {
  public let hours: Range<UTCHour>
  /// What to read: the touchpoints below the public roots.
  public let plan: SeriesPlan

  private let registry: Registry
  private let roots: [Node]

  public init(registry: Registry, index: SiteIndex, hours: Range<UTCHour>) {
    self.registry = registry
    self.hours = hours
    roots = PublicPeriod.roots(of: registry)
    let touchpoints = roots.flatMap(PublicPeriod.touchpoints(below:))
    plan = SeriesPlan(index: index, nodes: touchpoints, hours: hours)
  }

  /// The public nodes with nothing public above them, in the registry's order.
  public static func roots(of registry: Registry) -> [Node] {
    var roots: [Node] = []
    var waiting = Array(registry.nodes.reversed())
    while let node = waiting.popLast() {
      if node.isPublic {
        roots.append(node)
      } else {
        waiting.append(contentsOf: node.children.reversed())
      }
    }
    return roots
  }

  private static func touchpoints(below node: Node) -> [String] {
    if node.touchpoint != nil { return [node.id] }
    return node.children.flatMap(touchpoints(below:))
  }

  /// The tables, one for each root and question.
  ///
  /// - Parameter sums: of ``plan`` over the one bin ``hours``.
  public func tables(_ sums: SeriesAggregates) -> [PublicTable] {
    var counts = Counts()
    let asked = Set(plan.spans.flatMap { $0.targets.compactMap(\.self) })
    for (number, series) in plan.series.enumerated() where asked.contains(number) {
      let question = AskedQuestion(question: series.question, buttons: series.buttons)
      counts.byNode[series.node, default: [:]][question] =
        sums.tally(series: number, bin: 0).counts
    }
    var tables: [PublicTable] = []
    for root in roots {
      counts.addUp(root)
      let questions = (counts.byNode[root.id] ?? [:]).keys.sorted {
        ($0.question, $0.buttons) < ($1.question, $1.buttons)
      }
      for question in questions {
        var table = PublicTable(question: question.question, buttons: question.buttons)
        add(root, parent: nil, question, counts, &table)
        tables.append(table)
      }
    }
    return tables
  }

  /// Adds a place where the question was asked, and the places below it if it is public.
  private func add(
    _ node: Node, parent: Int?, _ question: AskedQuestion, _ counts: Counts,
    _ table: inout PublicTable
  ) {
    guard let found = counts.byNode[node.id]?[question] else { return }
    let place = table.places.count
    table.add(
      PublicTable.Place(node: node.id, parent: parent, isPublic: node.isPublic, counts: found))
    guard node.isPublic else { return }
    for child in node.children { add(child, parent: place, question, counts, &table) }
  }

  /// Responses by node and question.
  private struct Counts {
    var byNode: [String: [AskedQuestion: [Int]]] = [:]

    mutating func addUp(_ node: Node) {
      for child in node.children {
        addUp(child)
        for (question, counts) in byNode[child.id] ?? [:] {
          let before = byNode[node.id]?[question] ?? Array(repeating: 0, count: counts.count)
          byNode[node.id, default: [:]][question] = zip(before, counts).map(+)
        }
      }
    }
  }
}
