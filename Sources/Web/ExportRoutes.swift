import HTTPTypes
import Hummingbird
import Ingest
import Registry
import Reporting
import Store

/// What leaves for other programs: single presses, and a year as files.
struct ExportRoutes: Sendable {
  /// Bytes of memory of a file on its way, some: three questions by the hour.
  static let fileBytes = 4 << 20
  /// Bytes of memory of a press on its way, its line and its text.
  static let pressBytes = 1024

  let site: CurrentSite
  let reader: StoreReader
  /// For single presses alone.
  let pressReader: StoreReader
  let budget: AnswerBudget
  let startedAtMilliseconds: Int64
  let nowMilliseconds: @Sendable () -> Int64

  /// `GET /api/v1/presses`, a page of it.
  func presses(_ request: Request, _ scope: Scope) async throws -> Response {
    let (site, registry) = try site.require()
    let parameters = try QueryParameters(
      request, known: ["node", "from", "to", "format", "limit", "after"])
    let node = try parameters.required("node")
    let hours = try parameters.hours(site.calendar)
    let format = try TableFormat(request, parameters)
    let limit = try parameters.count(
      "limit", in: 1...PressesPage.pressesMax, default: PressesPage.pressesMax)
    let after = try parameters.text("after").map { text in
      guard let cursor = PressesPage.Cursor(text) else {
        throw Problem.parameter("after", "is not what an answer gave as 'next'")
      }
      return cursor
    }
    try scope.covers(node)
    let stays = try touchpoints(below: node, site).flatMap { touchpoint in
      touchpoint == Registry.unassigned
        ? SiteIndex.stays(unassignedOf: site.applied.devices.lazy.map(\.timeline), in: hours)
        : site.index?.stays(at: touchpoint, in: hours) ?? []
    }
    let wanted = Dictionary(grouping: stays, by: \.device).mapValues { $0.map(\.hours) }
    let devices = site.applied.devices
    let lease = try await budget.lease(
      bytes: limit * Self.pressBytes, reading: .presses, for: request)
    let read = try await readPresses(
      PressesPage(limit: limit, after: after, stays: stays, registry: registry, devices: devices),
      wanted, after)
    lease.endReading(needing: read.lines.count * Self.pressBytes)
    let next = try read.next?.text()
    let text = PressesText(lines: read.lines, next: next)
    var response = Response(format, pieces: 1) { _ in
      format == .csv ? text.csv() : text.json()
    }.holding(lease)
    if let next, let link = HTTPField.Name("Link") {
      response.headers[link] = "<\(parameters.address(request, with: "after", next))>; rel=\"next\""
    }
    return response
  }

  /// Fills a page until it is full, the presses end or the time is over.
  private func readPresses(
    _ empty: PressesPage, _ wanted: [Int: [Range<Int>]], _ after: PressesPage.Cursor?
  ) async throws -> (lines: [PressesPage.Line], next: PressesPage.Cursor?) {
    let changed = Problem.parameter(
      "after", "does not hold any more: what was counted before counts anew; begin without it")
    let from = Int((after?.key.atMilliseconds ?? 0) / 3_600_000)
    let hours = wanted.compactMapValues { ranges in
      let left = ranges.map { $0.clamped(to: from..<Int.max) }.filter { !$0.isEmpty }
      return left.isEmpty ? nil : left
    }
    do {
      return try await pressReader.read { snapshot in
        let end = try after?.end ?? snapshot.archiveEnd()
        guard try snapshot.holds(end) else { throw changed }
        var page = empty
        let clock = ContinuousClock()
        let began = clock.now
        let told = try snapshot.presses(
          hours: hours, upTo: end,
          isOver: { clock.now > began + .seconds(WebLimits.pressReadSecondsMax) },
          goesOn: { hour in
            clock.now < began + .seconds(WebLimits.pressReadSeconds) && !page.isFull(before: hour)
          }
        ) { page.add($0) }
        return page.finish(end, missingFrom: told.missingFrom)
      }
    } catch is PressesChanged {
      throw after == nil
        ? Problem.unavailable("what was counted counts anew at this moment; try again shortly")
        : changed
    } catch is PressesTakeTooLong {
      throw Problem.unavailable(
        "reading takes too long: the archive is being indexed, or an hour holds too many presses; "
          + "try again, or ask for fewer places")
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
    // A touchpoint at a time: its year, and the text of it.
    let lease = try await budget.lease(bytes: Self.fileBytes, for: request)
    let text = ExportText(calendar: site.calendar)
    return Response(TableFormat.csv.contentType, tag, pieces: touchpoints.count + 1) { index in
      if index == 0 { return ExportText.header }
      let query = ResultsQuery(
        touchpoint: touchpoints[index - 1], hours: hours, by: file.granularity)
      return text.lines(try await query.read(site: site, reader: reader, nowSeconds: 0).sums)
    }.holding(lease)
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
