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
    let targets = site.devices.map {
      PastTargets($0.timeline, plan, asked.hours, without: Set(site.guardedVisits))
    }
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
      try tellPastVisits(at: moment, bins, snapshot, &sums)
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

extension ResultsQuery {
  /// Adds what is counted today of the days of visits that were told then.
  ///
  /// What came late is told of every moment alike: the difference of two would be single ratings.
  private func tellPastVisits(
    at moment: PastMoment, _ bins: [Range<UTCHour>], _ snapshot: StoreReader.Snapshot,
    _ sums: inout SeriesAggregates
  ) throws {
    let then = Int(try snapshot.lastReceived(of: moment) / 1000)
    let visits = VisitReading(plan, bins, site: site, nowSeconds: min(then, nowSeconds))
    guard let visits, !visits.days.isEmpty else { return }
    for touchpoint in visits.touchpoints {
      visits.tell(
        try snapshot.sums(
          of: try visits.plan(of: touchpoint, in: visits.months), bins: visits.days,
          calendar: site.calendar),
        to: &sums)
    }
  }
}

/// Which series a device's hours count in.
private struct PastTargets {
  /// Each with its series by slot.
  var intervals: [(interval: DeviceTimeline.AssignmentInterval, series: [[Int]])] = []

  init(
    _ timeline: DeviceTimeline, _ plan: SeriesPlan, _ hours: Range<UTCHour>,
    without leftOut: Set<String> = []
  ) {
    for interval in timeline.intervals
    where interval.hours.overlaps(hours) && !leftOut.contains(interval.touchpoint) {
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

extension AsOf {
  /// As the command line takes it.
  fileprivate var text: String {
    switch self {
    case .revision(let revision): "\(revision)"
    case .time(let milliseconds): RFC3339.format(milliseconds: milliseconds)
    }
  }
}
