import CivilTime
public import Registry

/// A site's tree, laid out for questions: what belongs below each node, and since when.
///
/// Made once when a registry is applied; a request then touches only what it asks for.
public struct SiteIndex: Sendable {
  /// A question as some devices ask it.
  public struct Asked: Sendable, Hashable {
    public var question: String
    /// 2…5.
    public var buttons: Int
  }

  /// Hours of one device at a touchpoint.
  struct PlacedInterval: Sendable {
    /// The device's number.
    var device: Int
    /// Numbers of an earlier supplier, and no device that stands there.
    var isImport: Bool
    var interval: DeviceTimeline.AssignmentInterval
  }

  public let registry: Registry
  private(set) var children: [String: [String]] = [:]
  private var parents: [String: String] = [:]
  /// Nodes that keep sums of their own; the others are touchpoints.
  private(set) var sumNodes: Set<String> = []
  /// What the touchpoints below a node ask by themselves, in the registry's order.
  private(set) var ownQuestions: [String: [Asked]] = [:]
  /// What devices below a node that keeps sums asked, and the hours within which they did; a
  /// touchpoint's few intervals are looked at when it is asked for.
  private(set) var askedHours: [String: [Asked: Range<UTCHour>]] = [:]
  /// Devices of each touchpoint.
  private(set) var intervals: [String: [PlacedInterval]] = [:]
  /// Place of each question in the registry.
  private(set) var order: [String: Int] = [:]

  /// - Parameter timelines: of every device, in the order of their numbers.
  public init(registry: Registry, timelines: [DeviceTimeline]) {
    self.registry = registry
    for (place, question) in registry.questions.enumerated() { order[question.id] = place }
    sumNodes = [registry.site, Registry.unassigned]
    children[registry.site] = registry.nodes.map(\.id) + [Registry.unassigned]
    for child in children[registry.site] ?? [] { parents[child] = registry.site }
    var asked: [String: Set<String>] = [:]
    for node in registry.nodes { asked[registry.site, default: []].formUnion(add(node, &asked)) }
    // Most nodes ask the same: one list in memory serves them all.
    var lists: [Set<String>: [Asked]] = [:]
    for (node, questions) in asked {
      let list =
        lists[questions]
        ?? registry.questions.filter { questions.contains($0.id) }.map {
          Asked(question: $0.id, buttons: $0.buttons)
        }
      lists[questions] = list
      ownQuestions[node] = list
    }
    for (device, timeline) in timelines.enumerated() {
      for interval in timeline.intervals {
        add(interval, device: device, isImport: timeline.isImport)
      }
    }
  }

  /// The node above, the site's own id above its roots; nil for the site and unknown nodes.
  public func parent(of node: String) -> String? {
    parents[node]
  }

  /// The places right below a node, in the registry's order; never `Registry.unassigned`.
  public func placesBelow(_ node: String) -> [String] {
    (children[node] ?? []).filter { $0 != Registry.unassigned }
  }

  /// Whether feedback is given there on a home-care worker's phone: no such touchpoint is ever
  /// compared with another, since that would rank the workers.
  public func isVisit(_ node: String) -> Bool {
    registry.node(node)?.touchpoint?.channel == .visit
  }

  /// Takes in a node and all below it; the questions their touchpoints ask.
  private mutating func add(_ node: Node, _ asked: inout [String: Set<String>]) -> Set<String> {
    children[node.id] = node.children.map(\.id)
    for child in node.children { parents[child.id] = node.id }
    var questions = Set(node.touchpoint?.questions ?? [])
    if node.touchpoint == nil { sumNodes.insert(node.id) }
    for child in node.children { questions.formUnion(add(child, &asked)) }
    asked[node.id] = questions
    return questions
  }

  private mutating func add(
    _ interval: DeviceTimeline.AssignmentInterval, device: Int, isImport: Bool
  ) {
    let isPlaced = interval.touchpoint != Registry.unassigned
    if isPlaced {
      intervals[interval.touchpoint, default: []].append(
        PlacedInterval(device: device, isImport: isImport, interval: interval))
    }
    for node in interval.sums { Self.widen(&askedHours[node, default: [:]], by: interval) }
  }

  /// Takes in the questions of an interval and its hours.
  private static func widen(
    _ hours: inout [Asked: Range<UTCHour>], by interval: DeviceTimeline.AssignmentInterval
  ) {
    for (slot, question) in interval.questions.enumerated() {
      let asked = Asked(question: question, buttons: interval.buttons[slot])
      let before = hours[asked] ?? interval.hours
      hours[asked] =
        min(
          before.lowerBound, interval.hours.lowerBound)..<max(
          before.upperBound, interval.hours.upperBound)
    }
  }

  /// Whether there is such a node, the site's own id and `Registry.unassigned` included.
  public func isPlace(_ node: String) -> Bool {
    sumNodes.contains(node) || children[node] != nil
  }

  /// Whether a node is `ancestor` or stands below it; false for what is no place. At most as many
  /// steps as the tree is deep.
  public func isPlace(_ node: String, within ancestor: String) -> Bool {
    guard isPlace(node) else { return false }
    var place: String? = node
    while let found = place {
      if found == ancestor { return true }
      place = parents[found]
    }
    return false
  }

  /// What a node shows in a range: its own questions, and any other that was asked then.
  func questions(of node: String, in hours: Range<UTCHour>) -> [Asked] {
    let own = ownQuestions[node] ?? []
    var asked = askedHours[node] ?? [:]
    for placed in intervals[node] ?? [] { Self.widen(&asked, by: placed.interval) }
    let others = asked.filter {
      $0.value.overlaps(hours) && !own.contains($0.key)
    }
    return (own + others.keys).sorted {
      (order[$0.question] ?? .max, $0.question, $0.buttons)
        < (order[$1.question] ?? .max, $1.question, $1.buttons)
    }
  }
}
