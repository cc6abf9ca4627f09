public import CivilTime
public import Registry

/// The sums of a plan's series over the bins of a calendar.
public struct SeriesAggregates: Sendable {
  public let plan: SeriesPlan
  /// Sorted, without gap.
  public let bins: [Range<UTCHour>]

  private static let numbersPerCell = CountNumber.allCases.count
  /// Bytes of memory of one series and bin.
  public static let cellBytes = numbersPerCell * MemoryLayout<Int>.stride
  private var values: [Int]

  public init(plan: SeriesPlan, bins: [Range<UTCHour>]) {
    self.plan = plan
    self.bins = bins
    values = Array(repeating: 0, count: plan.series.count * bins.count * Self.numbersPerCell)
  }

  /// Adds to one series and bin; `numbers` of one stretch of it.
  public mutating func add(series: Int, bin: Int, _ numbers: CountNumbers) {
    let cell = (series * bins.count + bin) * Self.numbersPerCell
    for index in 0..<Self.numbersPerCell { values[cell + index] += Int(numbers[index]) }
  }

  /// The numbers of one series and bin.
  public func numbers(series: Int, bin: Int) -> CountNumbers {
    let cell = (series * bins.count + bin) * Self.numbersPerCell
    var numbers = CountNumbers(repeating: 0)
    for index in 0..<Self.numbersPerCell { numbers[index] = Int64(values[cell + index]) }
    return numbers
  }

  /// Where a stored slot of a span counts; nil when that question is not asked for, or the slot is of
  /// another part of the hour.
  public func series(of span: SeriesPlan.Span, slot: Int) -> Int? {
    guard span.storedSlots.contains(slot) else { return nil }
    let own = slot - span.storedSlots.lowerBound
    return own < span.targets.count ? span.targets[own] : span.targets[0]
  }

  /// What one series says of one bin.
  public func tally(series: Int, bin: Int) -> Tally {
    let cell = (series * bins.count + bin) * Self.numbersPerCell
    let buttons = plan.series[series].buttons
    func value(_ number: CountNumber) -> Int { values[cell + number.rawValue] }
    return Tally(
      counts: Array(values[cell..<cell + buttons]), excluded: value(.excluded),
      invalid: value(.invalid), lost: value(.lost), estimated: value(.estimated),
      late: value(.late), imported: value(.imported), annulled: value(.annulled))
  }
}
