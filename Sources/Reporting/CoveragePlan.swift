public import CivilTime
import Registry

/// Which touchpoints and devices tell how well the series of a plan are covered.
public struct CoveragePlan: Sendable {
  /// A touchpoint that asks a series' question.
  struct Place: Sendable {
    var openingHours: OpeningHours?
    /// Devices that asked the question there, and when.
    var served: [(device: Int, minutes: Range<UTCMinute>)]
  }

  /// The places of each series, in the order of the plan's series.
  let places: [[Place]]
  private let openingHours: [String?]
  /// The hours of each device for which signs of life are asked.
  public private(set) var evidenceHours: [Int: Range<UTCHour>] = [:]

  /// - Parameters:
  ///   - hours: the range asked for.
  ///   - leftOut: touchpoints whose signs of life are not told.
  public init(
    index: SiteIndex, plan: SeriesPlan, hours: Range<UTCHour>, without leftOut: Set<String> = []
  ) {
    openingHours = plan.series.map { index.registry.node($0.node)?.openingHours?.text }
    let asked = hours.lowerBound * 60..<hours.upperBound * 60
    var below: [String: [String]] = [:]
    places = plan.series.map { series in
      let touchpoints = below[series.node] ?? index.touchpoints(of: series.node)
      below[series.node] = touchpoints
      return touchpoints.compactMap { touchpoint in
        if leftOut.contains(touchpoint) { return nil }
        let node = index.registry.node(touchpoint)
        let served = (index.intervals[touchpoint] ?? []).filter { placed in
          !placed.isImport && placed.interval.hours.overlaps(hours)
            && zip(placed.interval.questions, placed.interval.buttons).contains {
              $0 == series.question && $1 == series.buttons
            }
        }.map { (device: $0.device, minutes: $0.interval.minutes.clamped(to: asked)) }
        let asksItself = node?.touchpoint?.questions.contains(series.question) ?? false
        if served.isEmpty && !asksItself { return nil }
        return Place(openingHours: node?.openingHours, served: served)
      }
    }
    for place in places.joined() {
      for (device, minutes) in place.served {
        let hours = minutes.lowerBound / 60..<(minutes.upperBound + 59) / 60
        let known = evidenceHours[device] ?? hours
        evidenceHours[device] =
          min(known.lowerBound, hours.lowerBound)..<max(known.upperBound, hours.upperBound)
      }
    }
  }

  /// The opening hours of a series' node, its own or inherited; nil when nobody gave any.
  public func openingHours(series: Int) -> String? { openingHours[series] }

  /// Touchpoints of a series.
  public func touchpointCount(series: Int) -> Int { places[series].count }

  /// Those of them whose opening hours nobody gave.
  public func touchpointsWithoutOpeningHours(series: Int) -> Int {
    places[series].count { $0.openingHours == nil }
  }

  /// Touchpoints of all series together: what the work grows with, times the range.
  public var placeCount: Int { places.reduce(0) { $0 + $1.count } }
}

extension SiteIndex {
  /// The touchpoints at or below a node, in the registry's order; none below `unassigned`.
  public func touchpoints(of node: String) -> [String] {
    if node != registry.site && registry.node(node)?.touchpoint != nil {
      return node == Registry.unassigned ? [] : [node]
    }
    return (children[node] ?? []).flatMap { touchpoints(of: $0) }
  }
}
