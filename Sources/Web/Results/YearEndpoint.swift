import Hummingbird
import Queries
import Reporting
import Store

extension Endpoint {
  /// A year of a node as files.
  static let yearExport = Endpoint(
    "/api/v1/exports/{place}/{year}/{file}", id: "getExport", tag: .exports, need: .role(.reader),
    summary: "A year of a node as files",
    description: """
      `hours.csv` and `days.csv`: every touchpoint at and below the node, rows with nothing in \
      them left out. `datapackage.json` describes both as a Frictionless Data Package; saved \
      side by side they validate. Takes no parameters in the query.
      """,
    parameters: [Parameters.place, Parameters.year, Parameters.file],
    success: #"""
      {
        "description": "The file.",
        "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        "content": {
          "text/csv": { "schema": { "type": "string" } },
          "application/json": {
            "schema": {
              "type": "object",
              "required": ["resources"]
            }
          }
        }
      }
      """#,
    missing: .noNode,
    hasTag: true
  ) { call in
    let (site, service) = (try call.site, call.service)
    let export = try YearExport(
      node: try call[Parameters.place], year: Int(try call[Parameters.year]), site: site,
      scope: call.scope)
    let name = try call[Parameters.file]
    if name == YearFile.package {
      return Response("application/json", chunks: 1) { _ in YearFile.package(export) }
    }
    guard let file = YearExport.File.allCases.first(where: { YearFile.name($0) == name }) else {
      throw Problem(
        .notFound, "no file '\(name)'; there are hours.csv, days.csv and datapackage.json")
    }
    let tag = service.tag(
      try await service.reader.read { try $0.revision(hours: export.hours) }, form: "export",
      hours: export.hours)
    if let answer = tag.notModified(call.request) { return answer }
    // A touchpoint at a time: its year, and the text of it.
    let lease = try await service.budget.lease(bytes: QueryLimits.fileBytes, for: call.request)
    return Response(TableFormat.csv.contentType, tag, chunks: export.count + 1) { number in
      if number == 0 { return YearFile.header }
      let results = try await service.reader.answer(try export.query(number - 1, file))
      return YearFile.lines(results.sums, site.calendar)
    }.holding(lease)
  }
}
