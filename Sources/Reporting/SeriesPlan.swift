public import Registry

/// Which buckets make up which series: the answer to "what belongs to this node, when?"
///
/// A device's hours belong to the touchpoint it served then; a touchpoint's numbers belong to
/// every node above it. Questions are never mixed: each has a series of its own.
public struct SeriesPlan: Sendable, Equatable {
  /// One node's answers to one question.
  public struct Series: Sendable, Equatable, Hashable {
    public var node: String
    public var question: String
    /// 2…5.
    public var buttons: Int
  }

  /// Hours of one device, and where its slots count.
  public struct Span: Sendable, Equatable {
    /// The device's number.
    public var device: Int
    /// UTC hours since 1970.
    public var hours: Range<Int>
    /// Indexes into `series`, by slot; slots that do not exist count with slot 0.
    public var targets: [[Int]]
  }

  public private(set) var series: [Series] = []
  public private(set) var spans: [Span] = []

  /// - Parameters:
  ///   - timelines: of every device, in the order of their numbers.
  ///   - node: a node of the registry, `Registry.unassigned`, or the site's own id for all.
  ///   - hours: the range asked for, UTC hours since 1970.
  ///   - withChildren: also a series per child, after the node's own.
  ///   - question: only this one; nil = every question.
  /// - Returns: nil when there is no such node.
  public init?(
    registry: Registry, timelines: [DeviceTimeline], node id: String, hours: Range<Int>,
    withChildren: Bool, question: String?
  ) {
    guard var groups = Self.groups(registry, id) else { return nil }
    if !withChildren { groups.removeLast(groups.count - 1) }
    var membership: [String: [Int]] = [:]
    for (index, group) in groups.enumerated() {
      for touchpoint in group.touchpoints { membership[touchpoint, default: []].append(index) }
    }
    var wanted = groups.map { group in
      Self.ownQuestions(registry, group).map {
        Series(node: group.node, question: $0.id, buttons: $0.buttons)
      }
    }
    let order = Dictionary(
      uniqueKeysWithValues: registry.questions.enumerated().map { ($1.id, $0) })
    let tiles = Self.tiles(timelines, hours, membership)
    for found in tiles {
      for (slot, name) in found.tile.questions.enumerated() {
        for group in found.groups {
          let entry = Series(
            node: groups[group].node, question: name, buttons: found.tile.buttons[slot])
          if !wanted[group].contains(entry) { wanted[group].append(entry) }
        }
      }
    }
    for entries in wanted {
      series += entries.filter { question == nil || $0.question == question }
        .sorted {
          (order[$0.question] ?? .max, $0.question, $0.buttons)
            < (order[$1.question] ?? .max, $1.question, $1.buttons)
        }
    }
    let places = Dictionary(uniqueKeysWithValues: series.enumerated().map { ($1, $0) })
    for found in tiles {
      let targets = found.tile.questions.enumerated().map { slot, name in
        found.groups.compactMap { group in
          places[
            Series(node: groups[group].node, question: name, buttons: found.tile.buttons[slot])]
        }
      }
      if targets.contains(where: { !$0.isEmpty }) {
        spans.append(Span(device: found.device, hours: found.hours, targets: targets))
      }
    }
  }

  private struct Group {
    var node: String
    var touchpoints: Set<String>
  }

  private struct FoundTile {
    var device: Int
    var hours: Range<Int>
    var tile: DeviceTimeline.Tile
    var groups: [Int]
  }

  /// The node itself, then its children, each with the touchpoints below it.
  private static func groups(_ registry: Registry, _ id: String) -> [Group]? {
    if let node = registry.node(id) {
      return [Group(node: id, touchpoints: touchpoints(node))]
        + node.children.map { Group(node: $0.id, touchpoints: touchpoints($0)) }
    }
    guard id == registry.site else { return nil }
    var children = registry.nodes.map { Group(node: $0.id, touchpoints: touchpoints($0)) }
    children.append(Group(node: Registry.unassigned, touchpoints: [Registry.unassigned]))
    let all = children.reduce(into: Set<String>()) { $0.formUnion($1.touchpoints) }
    return [Group(node: id, touchpoints: all)] + children
  }

  private static func touchpoints(_ node: Node) -> Set<String> {
    if node.touchpoint != nil { return [node.id] }
    return node.children.reduce(into: []) { $0.formUnion(touchpoints($1)) }
  }

  /// What the touchpoints ask by themselves: shown also when nothing was answered.
  private static func ownQuestions(_ registry: Registry, _ group: Group) -> [Question] {
    let asked = group.touchpoints.reduce(into: Set<String>()) { asked, touchpoint in
      asked.formUnion(registry.node(touchpoint)?.touchpoint?.questions ?? [])
    }
    return registry.questions.filter { asked.contains($0.id) }
  }

  private static func tiles(
    _ timelines: [DeviceTimeline], _ hours: Range<Int>, _ membership: [String: [Int]]
  ) -> [FoundTile] {
    var found: [FoundTile] = []
    for (device, timeline) in timelines.enumerated() {
      for tile in timeline.tiles {
        guard let groups = membership[tile.touchpoint] else { continue }
        let shared = tile.hours.clamped(to: hours)
        if !shared.isEmpty {
          found.append(FoundTile(device: device, hours: shared, tile: tile, groups: groups))
        }
      }
    }
    return found
  }
}
