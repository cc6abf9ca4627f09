import Hummingbird
import Ingest
import Registry
import Reporting
import Store

/// What leaves for other programs: single presses, and a year as files.
struct ExportRoutes: Sendable {
  let site: CurrentSite
  let reader: StoreReader
  let startedAtMilliseconds: Int64
  let nowMilliseconds: @Sendable () -> Int64

  /// `GET /api/v1/presses`.
  func presses(_ request: Request, _ scope: Scope) async throws -> Response {
    let (site, registry) = try site.require()
    let parameters = try QueryParameters(request, known: ["node", "from", "to", "format"])
    let node = try parameters.required("node")
    let hours = try parameters.hours(site.calendar)
    let format = try TableFormat(request, parameters)
    try scope.covers(node)
    let stays = try touchpoints(below: node, site).flatMap { touchpoint in
      touchpoint == Registry.unassigned
        ? SiteIndex.stays(unassignedOf: site.applied.devices.lazy.map(\.timeline), in: hours)
        : site.index?.stays(at: touchpoint, in: hours) ?? []
    }
    let wanted = Dictionary(grouping: stays, by: \.device).mapValues { $0.map(\.hours) }
    let presses = try await reader.read {
      try $0.presses(hours: wanted, limit: PressesText.pressesMax)
    }
    guard let presses else {
      throw Problem.parameter(
        "to", "over \(PressesText.pressesMax) presses; ask for a shorter range or fewer places")
    }
    let text = PressesText(
      presses, stays: stays, registry: registry, devices: site.applied.devices)
    return Response(format.contentType, pieces: 1) { _ in
      format == .csv ? text.csv() : text.json()
    }
  }

  /// `GET /api/v1/exports/{place}/{year}/{file}`.
  func file(
    _ request: Request, _ scope: Scope, _ context: BasicRequestContext
  ) async throws -> Response {
    _ = try QueryParameters(request, known: [])
    let (site, registry) = try site.require()
    let node = try context.parameters.require("place")
    try scope.covers(node)
    let touchpoints = try touchpoints(below: node, site)
    guard let year = context.parameters.get("year").flatMap(Int.init), (1970...2197).contains(year)
    else { throw Problem.parameter("year", "is a year from 1970 to 2197") }
    let bounds = try [year, year + 1].map { year throws(TimeTextError) in
      try site.calendar.hour(parsing: "\(year)-01-01")
    }
    let hours = bounds[0]..<bounds[1]
    let name = try context.parameters.require("file")
    if name == "datapackage.json" {
      let text = DataPackageText(
        node: registry.node(node), id: node, site: registry.site, year: year)
      return Response("application/json", pieces: 1) { _ in text.json() }
    }
    guard let file = ExportText.File.allCases.first(where: { "\($0.rawValue).csv" == name }) else {
      throw Problem(
        .notFound, "no file '\(name)'; there are hours.csv, days.csv and datapackage.json")
    }
    let tag = EntityTag(
      try await reader.read { try $0.revision(hours: hours) }, form: "export", hours: hours,
      startedAtMilliseconds: startedAtMilliseconds, nowMilliseconds: nowMilliseconds())
    if let answer = tag.notModified(request) { return answer }
    let text = ExportText(calendar: site.calendar)
    return Response(TableFormat.csv.contentType, tag, pieces: touchpoints.count + 1) { index in
      if index == 0 { return ExportText.header }
      let query = ResultsQuery(
        touchpoint: touchpoints[index - 1], hours: hours, by: file.granularity)
      return text.lines(try await query.read(site: site, reader: reader, nowSeconds: 0).sums)
    }
  }

  /// With what stands under no touchpoint, where it belongs to the node.
  private func touchpoints(below node: String, _ site: CurrentSite.Site) throws -> [String] {
    guard let index = site.index, index.isPlace(node) else {
      throw Problem(.notFound, "node '\(node)' is not in the registry; see /api/v1/nodes")
    }
    let hasUnassigned = node == index.registry.site || node == Registry.unassigned
    return index.touchpoints(of: node) + (hasUnassigned ? [Registry.unassigned] : [])
  }
}
