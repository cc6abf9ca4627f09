import HTTPTypes
import Hummingbird
import NIOCore
import Reporting
import Store

/// Change, honestly: what differs, what varies by itself, and what can be told apart.
struct StatisticsRoutes: Sendable {
  /// Points of a control chart at most: thirteen years of days.
  static let pointsMax = 5000
  /// Places that are ranked or compared at once; each is held against each.
  static let placesMax = 2000

  let site: CurrentSite
  let reader: StoreReader
  let budget: AnswerBudget

  func add(to routes: inout GuardedRoutes) {
    routes.get("/api/v1/comparison") { try await comparison($0, $1) }
    routes.get("/api/v1/control-chart") { try await controlChart($0, $1) }
    routes.get("/api/v1/ranking") { try await ranking($0, $1) }
    routes.get("/api/v1/hour-of-week") { try await hourOfWeek($0, $1) }
  }

  private func comparison(_ request: Request, _ scope: Scope) async throws -> Response {
    let query = try StatisticsQuery(request, scope, site: site)
    // Now, before and a year ago, and the siblings.
    let siblings = query.index.parent(of: query.node).map(query.index.placesBelow) ?? []
    let lease = try await lease(query, places: 3 + siblings.count, for: request)
    defer { withExtendedLifetime(lease) {} }
    let text = try await ComparisonText.read(query, reader: reader)
    return Self.response(text.json())
  }

  private func controlChart(_ request: Request, _ scope: Scope) async throws -> Response {
    let query = try StatisticsQuery(
      request, scope, site: site, more: ["by", "measure", "baseline"])
    let by = try query.parameters.choice("by", default: ControlChartText.Period.month)
    let measure = try query.parameters.choice("measure", default: ControlChart.Measure.index)
    let baseline = try Self.baseline(query.parameters)
    let plan = try query.plan(of: query.node, in: query.hours)
    let bins = query.calendar.bins(
      from: query.hours.lowerBound, to: query.hours.upperBound, by: by.granularity)
    guard bins.count <= Self.pointsMax else {
      throw Problem.parameter(
        "by",
        "\(bins.count) points are too many for a chart (\(Self.pointsMax)); "
          + "ask for a shorter range or a coarser 'by'")
    }
    let lease = try await lease(query, places: 1, for: request)
    defer { withExtendedLifetime(lease) {} }
    let sums = try await reader.read { try $0.sums(of: plan, bins: bins, calendar: query.calendar) }
    let text = ControlChartText(
      query: query, by: by, measure: measure, baseline: baseline, sums: sums)
    return Self.response(text.json())
  }

  /// The share of memory and the turn to read of some places, day by day.
  private func lease(
    _ query: StatisticsQuery, places: Int, for request: Request
  ) async throws -> AnswerBudget.Lease {
    let days = (query.hours.count / 24 + 1) * places
    return try await budget.lease(bytes: days * SeriesSums.cellBytes, rows: days, for: request)
  }

  /// How many points the limits are taken from; nil = all.
  private static func baseline(_ parameters: QueryParameters) throws -> Int? {
    guard let text = parameters.text("baseline") else { return nil }
    guard let points = Int(text), (2...pointsMax).contains(points), String(points) == text else {
      throw Problem.parameter(
        "baseline", "'\(text)' is not a whole number of points from 2 to \(pointsMax)")
    }
    return points
  }

  private func ranking(_ request: Request, _ scope: Scope) async throws -> Response {
    let query = try StatisticsQuery(request, scope, site: site)
    let places = query.index.placesBelow(query.node).count
    let lease = try await lease(query, places: 1 + places, for: request)
    defer { withExtendedLifetime(lease) {} }
    let text = try await RankingText.read(query, reader: reader)
    return Self.response(text.json())
  }

  private func hourOfWeek(_ request: Request, _ scope: Scope) async throws -> Response {
    let query = try StatisticsQuery(request, scope, site: site)
    let plan = try query.plan(of: query.node, in: query.hours)
    let cells = query.hours.count * plan.series.count
    try query.check(cells: cells, parameter: "to")
    let lease = try await budget.lease(
      bytes: cells * SeriesSums.cellBytes, rows: plan.hourCount(of: query.hours), for: request)
    defer { withExtendedLifetime(lease) {} }
    let bins = query.calendar.bins(
      from: query.hours.lowerBound, to: query.hours.upperBound, by: .hour)
    let sums = try await reader.read { try $0.sums(of: plan, bins: bins, calendar: query.calendar) }
    return Self.response(HourOfWeekText(query: query, sums: sums).json())
  }

  private static func response(_ bytes: [UInt8]) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
