import CivilTime
import Hummingbird
import Pages
import Queries
import Registry
import Reporting
import Store

extension Endpoint {
  private static let timesParameters: [any DescribedParameter] = [
    Parameters.pageFrom, Parameters.pageTo, Parameters.pageQuestion, Parameters.pageLanguage,
  ]
  private static let nodeParameters = timesParameters + [Parameters.pageBy]

  /// What the bearer may see, from the top.
  static let dashboardPage = Endpoint(
    page: "/dashboard", need: .role(.reader), parameters: nodeParameters
  ) { call in
    try await call.nodePage(call.scope.node ?? (try call.site).registry.site)
  }

  /// A node at a glance.
  static let nodePage = Endpoint(
    page: "/dashboard/{node}", need: .role(.reader),
    parameters: [Parameters.nodeOfPath] + nodeParameters
  ) { call in try await call.nodePage(try call[Parameters.nodeOfPath]) }

  /// A node by the hours of the week and the days of a calendar.
  static let timesPage = Endpoint(
    page: "/dashboard/{node}/times", need: .role(.reader),
    parameters: [Parameters.nodeOfPath] + timesParameters
  ) { call in
    let (site, now) = (try call.site, call.service.nowMilliseconds())
    let (node, hours) = (try call[Parameters.nodeOfPath], try call.hours(site, now))
    let query = try NodeTimesQuery(
      node: node, hours: hours, question: try call[Parameters.pageQuestion], site: site,
      scope: call.scope, nowMilliseconds: now)
    let (times, lease) = try await call.answer(query)
    let page = TimesPage(
      times, node: node, hours: hours, site: site, scope: call.scope, nowMilliseconds: now)
    return .page(page.html(try call.frame)).holding(lease)
  }

  /// The devices and how they fare.
  static let devicesPage = Endpoint(
    page: "/devices", need: .role(.reader), parameters: [Parameters.pageLanguage]
  ) { call in
    let site = try call.site
    let query = DevicesQuery(
      site: site, scope: call.scope, nowMilliseconds: call.service.nowMilliseconds())
    let devices = try await call.service.reader.answer(query)
    let isAdministrator = await call.service.access.isAdministrator(call.request)
    let unregistered =
      isAdministrator ? try await call.service.reader.answer(UnregisteredQuery(site: site)) : nil
    let rollouts = isAdministrator ? Rollouts(try await call.service.offers.all()) : nil
    let page = DevicesPage(
      devices, unregistered: unregistered, rollouts: rollouts, site: site)
    return .page(page.html(try call.frame))
  }

  /// One device.
  static let devicePage = Endpoint(
    page: "/devices/{device}", need: .role(.reader),
    parameters: [Parameters.device, Parameters.pageLanguage]
  ) { call in
    .page(DevicePage(try await call.deviceReport(), site: try call.site).html(try call.frame))
  }
}

extension Call {
  fileprivate func nodePage(_ node: String) async throws -> Response {
    let (site, now) = (try site, service.nowMilliseconds())
    let hours = try hours(site, now)
    let query = try NodeOverviewQuery(
      NodeOverviewQuery.Asked(
        node: node, hours: hours, by: try self[Parameters.pageBy] ?? .fitting(hours),
        question: try self[Parameters.pageQuestion]),
      site: site, scope: scope, nowMilliseconds: now)
    let (overview, lease) = try await answer(query)
    let annotations = try await AnnotationsQuery(
      node: node, hours: hours, site: site, scope: scope
    ).answer(service.annotations)
    let role = await service.access.role(of: request)
    let page = NodePage(
      overview, annotations: annotations, site: site, scope: scope,
      showsPresses: role?.includes(.analyst) ?? false,
      mayAnnotate: role?.includes(.manager) ?? false, nowMilliseconds: now)
    return .page(page.html(try frame)).holding(lease)
  }

  /// The range that was asked for; without one the last twelve months.
  fileprivate func hours(_ site: Site, _ nowMilliseconds: Int64) throws -> Range<UTCHour> {
    let calendar = site.calendar
    let today = calendar.date(of: UTC.hour(ofMilliseconds: nowMilliseconds))
    let yearAgo = CivilDate(year: today.year, carryingMonth: today.month - 11)
    let from =
      try self[Parameters.pageFrom] ?? calendar.startOfDay(yearAgo.daysSince1970)
    let to = try self[Parameters.pageTo] ?? calendar.startOfDay(today.daysSince1970 + 1)
    guard from < to else { throw Problem.parameter("to", "must be later than from") }
    return from..<to
  }
}

extension ControlChartQuery.Period {
  /// So long that a chart has some dozens of points.
  static func fitting(_ hours: Range<UTCHour>) -> ControlChartQuery.Period {
    switch hours.count {
    case ...(62 * 24): .day
    case ...(400 * 24): .week
    case ...(3700 * 24): .month
    default: .quarter
    }
  }
}
