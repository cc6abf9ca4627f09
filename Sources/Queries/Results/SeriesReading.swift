public import CivilTime
public import Reporting
public import Store

extension StoreReader.Snapshot {
  /// Reads the buckets of a plan and adds them up, by the day where no bin ends within one.
  public func sums(
    of plan: SeriesPlan, bins: [Range<UTCHour>], calendar: SiteCalendar
  ) throws -> SeriesAggregates {
    let isByDay = bins.dropFirst().allSatisfy { calendar.isStartOfDay($0.lowerBound) }
    func days(_ hours: Range<UTCHour>) -> Range<UTCHour> {
      isByDay ? calendar.wholeDays(in: hours) : 0..<0
    }
    let asked = (bins.first?.lowerBound ?? 0)..<(bins.last?.upperBound ?? 0)
    var sums = SeriesAggregates(plan: plan, bins: bins)
    for (number, series) in plan.series.enumerated() where series.hasSums {
      try self.sums(
        node: series.node, question: series.question, buttons: series.buttons,
        days: days(asked), bins: bins
      ) { bin, numbers in sums.add(series: number, bin: bin, numbers) }
    }
    for span in plan.spans {
      try buckets(
        device: span.device, hours: span.hours, days: days(span.hours), bins: bins
      ) { bin, slot, numbers in
        guard let number = sums.series(of: span, slot: slot) else { return }
        sums.add(series: number, bin: bin, numbers)
      }
    }
    return sums
  }
}
