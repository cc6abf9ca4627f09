public import CivilTime
public import Registry

/// What a row says about the time that it stands for: why there is no response where there is none.
public enum RowState: String, CaseIterable, Sendable {
  /// There are responses.
  case responses
  /// Open, a device was known to be alive, and nobody pressed.
  case noResponses = "no_responses"
  /// Not open at any time.
  case closed
  /// Open and a device assigned, which nothing was heard of.
  case deviceSilent = "device_silent"
  /// Open, and no device assigned that asks the question.
  case noDevice = "no_device"
  /// Not begun yet.
  case future
}

/// How much of one row's time is covered.
///
/// Times of all touchpoints are added up: two that are open for an hour are open two hours.
public struct Coverage: Sendable, Equatable {
  /// Seconds that touchpoints were open, up to now.
  public internal(set) var openSeconds = 0
  /// Of them, those with a device assigned that asks the question.
  public internal(set) var deviceSeconds = 0
  /// Of these, those in which the device was known to be alive.
  public internal(set) var aliveSeconds = 0
  /// Touchpoints with a device that was not known to be alive at any open time of the row.
  public internal(set) var touchpointsSilent = 0
  /// Touchpoints that were open without any device.
  public internal(set) var touchpointsWithoutDevice = 0
  var isFuture = false

  public init() {}

  /// The known part of the opening hours, 0…1; nil when there were none.
  public var share: Double? {
    openSeconds == 0 ? nil : Double(aliveSeconds) / Double(openSeconds)
  }

  public func state(responses: Int) -> RowState {
    if responses > 0 { return .responses }
    if isFuture { return .future }
    if openSeconds == 0 { return .closed }
    if deviceSeconds == 0 { return .noDevice }
    return aliveSeconds == 0 ? .deviceSilent : .noResponses
  }
}

/// The coverage of every series and bin of a plan.
public struct SeriesCoverage: Sendable {
  public let plan: CoveragePlan
  private var rows: [[Coverage]]

  /// - Parameters:
  ///   - bins: in order and without gap.
  ///   - nowSeconds: nothing after it is counted, UTC since 1970.
  ///   - evidence: for each device the UTC seconds in which it is known to have been alive.
  public init(
    plan: CoveragePlan, calendar: SiteCalendar, holidays: Holidays?, bins: [Range<UTCHour>],
    nowSeconds: Int, evidence: [Int: [Range<Int>]]
  ) {
    self.plan = plan
    rows = Array(
      repeating: bins.map { bin in
        var row = Coverage()
        row.isFuture = bin.lowerBound * 3600 >= nowSeconds
        return row
      }, count: plan.places.count)
    guard let first = bins.first, let last = bins.last else { return }
    let start = first.lowerBound * 3600
    let range = start..<max(start, min(last.upperBound * 3600, nowSeconds))
    let alive = evidence.mapValues { Spans(joining: $0) }
    var known: [String?: Spans] = [:]
    for (series, places) in plan.places.enumerated() {
      for place in places {
        let hours = place.openingHours
        let open = known[hours?.text] ?? calendar.open(hours, holidays: holidays, in: range)
        known[hours?.text] = open
        add(place, open: open, alive: alive, bins, to: series)
      }
    }
  }

  /// The coverage of one row.
  public func row(series: Int, bin: Int) -> Coverage { rows[series][bin] }

  private mutating func add(
    _ place: CoveragePlan.Place, open: Spans, alive: [Int: Spans], _ bins: [Range<UTCHour>],
    to series: Int
  ) {
    let served = place.served.map {
      (
        device: $0.device,
        spans: Spans(joining: [$0.minutes.lowerBound * 60..<$0.minutes.upperBound * 60])
      )
    }
    let assigned = Spans(joining: served.flatMap(\.spans.ranges)).intersection(open)
    let living = Spans(
      joining: served.flatMap { device, spans in
        alive[device].map { spans.intersection($0).ranges } ?? []
      }
    ).intersection(open)
    let openSeconds = open.seconds(in: bins)
    let deviceSeconds = assigned.seconds(in: bins)
    let aliveSeconds = living.seconds(in: bins)
    for bin in bins.indices where openSeconds[bin] > 0 {
      rows[series][bin].openSeconds += openSeconds[bin]
      rows[series][bin].deviceSeconds += deviceSeconds[bin]
      rows[series][bin].aliveSeconds += aliveSeconds[bin]
      if deviceSeconds[bin] == 0 {
        rows[series][bin].touchpointsWithoutDevice += 1
      } else if aliveSeconds[bin] == 0 {
        rows[series][bin].touchpointsSilent += 1
      }
    }
  }

}

extension SiteCalendar {
  /// When a place is open within UTC seconds; without opening hours all of them.
  func open(_ hours: OpeningHours?, holidays: Holidays?, in range: Range<Int>) -> Spans {
    guard let hours, !range.isEmpty else { return Spans(joining: [range]) }
    let first = offsets.day(of: range.lowerBound / 3600)
    let last = offsets.day(of: (range.upperBound - 1) / 3600)
    return Spans(
      joining: (first...last).flatMap { day in
        hours.minutes(ofDay: day, holidays: holidays).map { minutes in
          let start = offsets.second(ofDay: day, minute: minutes.lowerBound)
          let end = offsets.second(ofDay: day, minute: minutes.upperBound)
          return (start..<max(start, end)).clamped(to: range)
        }
      })
  }

  /// Whether a place is open at a moment, UTC seconds since 1970; without opening hours always.
  public func isOpen(_ hours: OpeningHours?, holidays: Holidays?, atSeconds second: Int) -> Bool {
    !open(hours, holidays: holidays, in: second..<second + 1).ranges.isEmpty
  }
}
