public import CivilTime
import Registry

/// Which stored numbers make up which series: the answer to "what belongs to this node, when?"
///
/// A device's hours belong to the touchpoint it served then. A touchpoint's series are read from
/// the buckets of its devices; every node above has sums of its own. Questions are never mixed:
/// each has a series of its own.
public struct SeriesPlan: Sendable {
  /// One node's answers to one question.
  public struct Series: Sendable, Equatable, Hashable {
    public var node: String
    public var question: String
    /// 2…5.
    public var buttons: Int
    /// Read from the node's own sums; else from the spans that have it as a target.
    public var hasSums: Bool
  }

  /// Hours of one device, and where its slots count.
  public struct Span: Sendable, Equatable {
    /// The device's number.
    public var device: Int
    public var hours: Range<UTCHour>
    /// Others for each part of an hour that the device shares between places.
    public var storedSlots: Range<Int>
    /// Index into `series` by slot; slots that do not exist count with slot 0. nil = not asked.
    public var targets: [Int?]
  }

  public private(set) var series: [Series] = []
  public private(set) var spans: [Span] = []

  /// - Parameters:
  ///   - node: a node of the registry, `Registry.unassigned`, or the site's own id for all.
  ///   - hours: the range asked for.
  ///   - withChildren: also a series per child, after the node's own.
  ///   - question: only this one; nil = every question.
  /// - Returns: nil when there is no such node.
  public init?(
    index: SiteIndex, node: String, hours: Range<UTCHour>, withChildren: Bool, question: String?
  ) {
    guard index.sumNodes.contains(node) || index.children[node] != nil else { return nil }
    add(index, node, hours, question)
    if withChildren {
      for child in index.children[node] ?? [] { add(index, child, hours, question) }
    }
  }

  /// Every question of several nodes, each a node of the registry.
  public init(index: SiteIndex, nodes: [String], hours: Range<UTCHour>) {
    for node in nodes { add(index, node, hours, nil) }
  }

  private mutating func add(
    _ index: SiteIndex, _ node: String, _ hours: Range<UTCHour>, _ question: String?
  ) {
    let hasSums = index.sumNodes.contains(node)
    var places: [SiteIndex.Asked: Int] = [:]
    for asked in index.questions(of: node, in: hours) {
      guard question == nil || question == asked.question else { continue }
      places[asked] = series.count
      series.append(
        Series(
          node: node, question: asked.question, buttons: asked.buttons, hasSums: hasSums))
    }
    if hasSums { return }
    for placed in index.intervals[node] ?? [] {
      let shared = placed.interval.hours.clamped(to: hours)
      if shared.isEmpty { continue }
      let targets = placed.interval.questions.enumerated().map { slot, question in
        places[SiteIndex.Asked(question: question, buttons: placed.interval.buttons[slot])]
      }
      spans.append(
        Span(
          device: placed.device, hours: shared,
          storedSlots: placed.interval.storedSlots, targets: targets))
    }
  }
}
