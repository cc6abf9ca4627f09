import Reporting
import Store

extension StoreReader.Snapshot {
  /// Reads the buckets of a plan and adds them up.
  func sums(of plan: SeriesPlan, bins: [Range<Int>]) throws -> SeriesSums {
    var sums = SeriesSums(plan: plan, bins: bins)
    for (number, series) in plan.series.enumerated() where series.hasSums {
      try self.sums(
        node: series.node, question: series.question, buttons: series.buttons, bins: bins
      ) { bin, numbers in sums.add(series: number, bin: bin, numbers) }
    }
    for span in plan.spans {
      try buckets(device: span.device, hours: span.hours, bins: bins) { bin, slot, numbers in
        guard let number = sums.series(of: span, slot: slot) else { return }
        sums.add(series: number, bin: bin, numbers)
      }
    }
    return sums
  }
}
