import Ingest
import Registry
import Reporting
import Store

/// Results as they were at an earlier moment, counted again from the archive.
extension ResultsQuery {
  /// Bytes of the archive that one request counts again at most: under a second.
  static let asOfBytesMax = 256 << 20

  /// The moment that `as_of` names: a revision, or a time.
  ///
  /// - Throws: 400 that names the parameter.
  static func asOf(_ parameters: QueryParameters, _ calendar: SiteCalendar) throws -> AsOf? {
    guard let text = parameters.text("as_of") else { return nil }
    if let revision = Int64(text) { return .revision(revision) }
    // A space is what decoding a form leaves of the plus before an offset.
    if let time = RFC3339.milliseconds(parsing: text.replacing(" ", with: "+")) {
      return .time(milliseconds: time)
    }
    do throws(TimeTextError) {
      return .time(milliseconds: Int64(try calendar.hour(parsing: text)) * 3_600_000)
    } catch {
      throw Problem.parameter(
        "as_of",
        "'\(error.text.prefix(40))' is neither 'data' of a revision, nor a date, nor an RFC 3339 "
          + "time such as 2026-11-21T10:00:00Z")
    }
  }

  /// The sums of a plan as they were, and the revision that held then.
  ///
  /// - Throws: 400 that names the parameter, also when too much would have to be counted again.
  func sums(
    _ plan: SeriesPlan, _ bins: [Range<Int>], asOf: AsOf, devices: [StoredDevice],
    snapshot: StoreReader.Snapshot
  ) throws -> (sums: SeriesSums, revision: Int64) {
    let targets = devices.map { PastTargets($0.timeline, plan, hours) }
    let wanted = Set(targets.indices.filter { !targets[$0].tiles.isEmpty })
    var sums = SeriesSums(plan: plan, bins: bins)
    do {
      let moment = try snapshot.moment(asOf)
      try snapshot.counts(
        at: moment, hours: hours, devices: wanted, bytesMax: Self.asOfBytesMax
      ) { device, hour, slot, numbers in
        let bin = bins.firstIndex(ending: hour)
        for series in targets[device].series(hour: hour, slot: slot) {
          sums.add(series: series, bin: bin, numbers)
        }
      }
      return (sums, moment.revision)
    } catch let error as PastError {
      if case .tooLong = error {
        throw Problem.parameter(
          "as_of",
          "\(error); ask the command line: pikapalaute as-of \(asOf.text) --node \(node) "
            + "--from … --to …")
      }
      throw Problem.parameter("as_of", error.description)
    }
  }
}

/// Which series a device's hours count in.
private struct PastTargets {
  /// Hours, and series by slot.
  var tiles: [(hours: Range<Int>, series: [[Int]])] = []

  init(_ timeline: DeviceTimeline, _ plan: SeriesPlan, _ hours: Range<Int>) {
    for tile in timeline.tiles where tile.hours.overlaps(hours) {
      let series = tile.questions.indices.map { slot in
        plan.series.indices.filter { number in
          let found = plan.series[number]
          return found.question == tile.questions[slot] && found.buttons == tile.buttons[slot]
            && (found.node == tile.touchpoint || tile.sums.contains(found.node))
        }
      }
      if series.contains(where: { !$0.isEmpty }) { tiles.append((tile.hours, series)) }
    }
  }

  /// Slots that do not exist count with slot 0.
  func series(hour: Int, slot: Int) -> [Int] {
    guard let tile = tiles.first(where: { $0.hours.contains(hour) }) else { return [] }
    return tile.series[slot < tile.series.count ? slot : 0]
  }
}

extension [Range<Int>] {
  /// The index of the first range that ends after `hour`; ranges are sorted and without gap.
  fileprivate func firstIndex(ending hour: Int) -> Int {
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
