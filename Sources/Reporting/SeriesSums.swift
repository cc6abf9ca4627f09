/// The sums of a plan's series over the bins of a calendar.
public struct SeriesSums: Sendable {
  public let plan: SeriesPlan
  /// UTC hours, sorted, without gap.
  public let bins: [Range<Int>]

  /// Nine numbers a cell: counts by button, excluded, invalid, lost, estimated.
  private static let stride = 9
  private var values: [Int]

  public init(plan: SeriesPlan, bins: [Range<Int>]) {
    self.plan = plan
    self.bins = bins
    values = Array(repeating: 0, count: plan.series.count * bins.count * Self.stride)
  }

  /// The bin of `hour`, searched from `hint` on; hours of a span come in order.
  ///
  /// - Precondition: the bins cover `hour`, and none before `hint` does.
  public func bin(of hour: Int, from hint: Int) -> Int {
    var bin = hint
    while bins[bin].upperBound <= hour { bin += 1 }
    return bin
  }

  /// Adds a bucket of a span to every series it belongs to.
  public mutating func add(
    span: SeriesPlan.Span, slot: Int, bin: Int, counts: InlineArray<5, Int>, excluded: Int,
    invalid: Int, lost: Int, estimated: Int
  ) {
    let targets = slot < span.targets.count ? span.targets[slot] : span.targets[0]
    for series in targets {
      let cell = (series * bins.count + bin) * Self.stride
      for button in 0..<5 { values[cell + button] += counts[button] }
      values[cell + 5] += excluded
      values[cell + 6] += invalid
      values[cell + 7] += lost
      values[cell + 8] += estimated
    }
  }

  /// What one series says of one bin.
  public func tally(series: Int, bin: Int) -> Tally {
    let cell = (series * bins.count + bin) * Self.stride
    let buttons = plan.series[series].buttons
    return Tally(
      counts: Array(values[cell..<cell + buttons]), excluded: values[cell + 5],
      invalid: values[cell + 6], lost: values[cell + 7], estimated: values[cell + 8])
  }
}
