import Registry
import Reporting
import Store

/// What results say of their own completeness when `coverage=true` asks for it.
struct ResultsCoverage: Sendable {
  /// Touchpoints of all series times hours of the range, at most: a city for eight years.
  static let placeHoursMax = 10_000_000

  /// Columns of a CSV, in the order of `cells`.
  static let columns = ["state", "open_hours", "device_hours", "alive_hours"]

  let coverage: SeriesCoverage

  /// - Throws: 400 when it would take too long.
  static func plan(_ index: SiteIndex, _ plan: SeriesPlan, hours: Range<Int>) throws
    -> CoveragePlan
  {
    let coverage = CoveragePlan(index: index, plan: plan, hours: hours)
    guard coverage.placeCount * hours.count <= placeHoursMax else {
      throw Problem.parameter(
        "coverage",
        "\(coverage.placeCount) touchpoints for \(hours.count) hours are too many for one answer "
          + "(\(placeHoursMax) together); ask for a shorter range or a node further down")
    }
    return coverage
  }

  /// Reads when the devices were alive, from the moment of the database that has the counts.
  init(
    _ plan: CoveragePlan, site: CurrentSite.Site, bins: [Range<Int>], nowSeconds: Int,
    snapshot: StoreReader.Snapshot
  ) throws {
    var evidence: [Int: [Range<Int>]] = [:]
    for (device, hours) in plan.evidenceHours {
      evidence[device] = try snapshot.lifeSigns(
        device: device, hours: hours, nowSeconds: nowSeconds)
    }
    coverage = SeriesCoverage(
      plan: plan, calendar: site.calendar, holidays: site.applied.registry?.holidays, bins: bins,
      nowSeconds: nowSeconds, evidence: evidence)
  }

  /// Members of a series, each with a comma after it.
  func openingHours(ofSeries series: Int, _ json: inout JSONText) {
    var members = JSONText()
    members.object { members in
      members.member("opening_hours", coverage.plan.openingHours(series: series))
      members.member("touchpoints", coverage.plan.touchpointCount(series: series))
      members.member(
        "touchpoints_without_opening_hours",
        coverage.plan.touchpointsWithoutOpeningHours(series: series))
    }
    json.raw(String(decoding: members.bytes.dropFirst().dropLast(), as: UTF8.self) + ",")
  }

  /// Members of a row.
  func row(series: Int, bin: Int, responses: Int, _ json: inout JSONText) {
    let row = coverage.row(series: series, bin: bin)
    json.member("state", row.state(responses: responses).rawValue)
    json.member("coverage") { json in
      json.member("open_hours", Self.hours(row.openSeconds))
      json.member("device_hours", Self.hours(row.deviceSeconds))
      json.member("alive_hours", Self.hours(row.aliveSeconds))
      json.member("share", row.share)
      json.member("touchpoints_silent", row.touchpointsSilent)
      json.member("touchpoints_without_device", row.touchpointsWithoutDevice)
    }
  }

  /// Cells of a line of CSV.
  func cells(series: Int, bin: Int, responses: Int) -> [String] {
    let row = coverage.row(series: series, bin: bin)
    return [row.state(responses: responses).rawValue]
      + [row.openSeconds, row.deviceSeconds, row.aliveSeconds].map { Self.hours($0).description }
  }

  private static func hours(_ seconds: Int) -> Double { Double(seconds) / 3600 }
}
