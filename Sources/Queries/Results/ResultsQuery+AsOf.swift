import CivilTime
import Ingest
import Registry
import Reporting
import Store

/// Results as they were at an earlier moment, counted again from the archive.
extension ResultsQuery {
  /// The sums of the plan as they were, and the revision that held then.
  ///
  /// - Throws: `.parameter`, also when too much would have to be counted again.
  func past(
    _ bins: [Range<UTCHour>], _ asOf: AsOf, _ snapshot: StoreReader.Snapshot
  ) throws -> (sums: SeriesAggregates, revision: Int64) {
    let targets = site.devices.map { PastTargets($0.timeline, plan, asked.hours) }
    let wanted = Set(targets.indices.filter { !targets[$0].intervals.isEmpty })
    var sums = SeriesAggregates(plan: plan, bins: bins)
    do {
      let moment = try snapshot.moment(asOf)
      try snapshot.counts(
        at: moment, hours: asked.hours, devices: wanted, bytesMax: QueryLimits.asOfBytesMax
      ) { device, hour, slot, numbers in
        let bin = bins.firstIndex(ending: hour)
        for series in targets[device].series(hour: hour, slot: slot) {
          sums.add(series: series, bin: bin, numbers)
        }
      }
      return (sums, moment.revision)
    } catch let error as PastError {
      if case .tooLong = error {
        throw QueryError.parameter(
          "as_of",
          "\(error); ask the command line: pikapalaute as-of \(asOf.text) --node \(asked.node) "
            + "--from … --to …")
      }
      throw QueryError.parameter("as_of", error.description)
    }
  }
}

/// Which series a device's hours count in.
private struct PastTargets {
  /// Each with its series by slot.
  var intervals: [(interval: DeviceTimeline.AssignmentInterval, series: [[Int]])] = []

  init(_ timeline: DeviceTimeline, _ plan: SeriesPlan, _ hours: Range<UTCHour>) {
    for interval in timeline.intervals where interval.hours.overlaps(hours) {
      let series = interval.questions.indices.map { slot in
        plan.series.indices.filter { number in
          let found = plan.series[number]
          return found.question == interval.questions[slot]
            && found.buttons == interval.buttons[slot]
            && (found.node == interval.touchpoint || interval.sums.contains(found.node))
        }
      }
      if series.contains(where: { !$0.isEmpty }) { intervals.append((interval, series)) }
    }
  }

  func series(hour: UTCHour, slot: Int) -> [Int] {
    for (interval, series) in intervals where interval.hours.contains(hour) {
      if let question = interval.question(ofStoredSlot: slot) { return series[question] }
    }
    return []
  }
}

extension [Range<Int>] {
  /// The index of the first range that ends after `hour`; ranges are sorted and without gap.
  fileprivate func firstIndex(ending hour: UTCHour) -> Int {
    var low = 0
    var high = count - 1
    while low < high {
      let middle = (low + high) / 2
      if self[middle].upperBound > hour { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension AsOf {
  /// As the command line takes it.
  fileprivate var text: String {
    switch self {
    case .revision(let revision): "\(revision)"
    case .time(let milliseconds): RFC3339.format(milliseconds: milliseconds)
    }
  }
}
