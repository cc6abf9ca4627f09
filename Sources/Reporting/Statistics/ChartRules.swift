extension ControlChart {
  /// Why a point is more than common variation.
  public enum Signal: String, CaseIterable, Sendable {
    /// Outside the limits.
    case beyondLimits = "beyond_limits"
    /// One of seven or more in a row on one side of the center.
    case run
    /// One of seven or more in a row that all rise, or all fall.
    case trend
    /// One of two, among three in a row, that lie beyond two thirds of the way to the limit on the
    /// same side.
    case twoOfThree = "two_of_three"
  }
}

/// The rules of NHS England's Making Data Count (as in NHSRplotthedots): run and trend of seven,
/// beyond the limits; and of the Western Electric handbook (1956): two of three beyond two sigma.
///
/// Gaps are not added: neighbours are the nearest points with responses. A point on the center
/// ends a run, two equal ones end a trend.
struct ChartRules {
  static let inARow = 7

  private struct Mark {
    var place: Int
    var value: Double
    /// Thirds of the way from the center to the limit; nil without limits.
    var deviations: Double?
  }

  private let center: Double
  private var marks: [Mark] = []

  init(center: Double) {
    self.center = center
  }

  /// - Parameter sigma: a third of the way to the limit; nil without limits.
  mutating func add(place: Int, value: Double, sigma: Double?) {
    marks.append(
      Mark(place: place, value: value, deviations: sigma.map { (value - center) / $0 }))
  }

  /// Places with their signals.
  func signals() -> [(place: Int, signals: [ControlChart.Signal])] {
    let sides = marks.map { ChartRules.sign($0.value - center) }
    // A step belongs to the two points at its ends.
    let steps = zip(marks, marks.dropFirst()).map { ChartRules.sign($1.value - $0.value) }
    var found: [ControlChart.Signal: Set<Int>] = [:]
    found[.beyondLimits] = Set(marks.indices.filter { abs(marks[$0].deviations ?? 0) > 3 })
    for run in ChartRules.stretches(sides) where run.count >= ChartRules.inARow {
      found[.run, default: []].formUnion(run)
    }
    for rise in ChartRules.stretches(steps) where rise.count >= ChartRules.inARow - 1 {
      found[.trend, default: []].formUnion(rise.lowerBound...rise.upperBound)
    }
    found[.twoOfThree] = twoOfThree()
    return marks.indices.map { index in
      (
        marks[index].place,
        ControlChart.Signal.allCases.filter { found[$0]?.contains(index) ?? false }
      )
    }
  }

  private func twoOfThree() -> Set<Int> {
    var found: Set<Int> = []
    for start in marks.indices.dropLast(2) {
      for side in [-1.0, 1] {
        let far = (start..<start + 3).filter { side * (marks[$0].deviations ?? 0) > 2 }
        if far.count >= 2 { found.formUnion(far) }
      }
    }
    return found
  }

  private static func sign(_ number: Double) -> Int {
    number > 0 ? 1 : number < 0 ? -1 : 0
  }

  /// Longest stretches of one sign; zeroes belong to none.
  private static func stretches(_ signs: [Int]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    for end in 1...max(1, signs.count) where end >= signs.count || signs[end] != signs[start] {
      if start < signs.count && signs[start] != 0 { found.append(start..<min(end, signs.count)) }
      start = end
    }
    return found
  }
}
