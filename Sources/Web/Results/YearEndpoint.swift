import HTTPTypes
import Hummingbird
import Queries
import Reporting
import Store

extension Endpoint {
  /// A year of a node as files.
  static let yearExport = Endpoint(
    "/api/v1/exports/{node}/{year}/{file}", id: "getExport", tag: .exports, need: .role(.reader),
    summary: "A year of a node as files",
    description: """
      `hours.csv` and `days.csv`: every touchpoint at and below the node, rows with nothing in \
      them left out. `datapackage.json` describes both as a Frictionless Data Package; saved \
      side by side they validate. Takes no parameters in the query.
      """,
    parameters: [Parameters.nodeOfPath, Parameters.year, Parameters.file],
    success: #"""
      {
        "description": "The file.",
        "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        "content": {
          "text/csv": { "schema": { "type": "string" } },
          "application/json": { "schema": { "type": "object", "required": ["resources"] } }
        }
      }
      """#,
    missing: .noNode,
    hasTag: true
  ) { call in
    let (site, service) = (try call.site, call.service)
    let name = try call[Parameters.file]
    let file = YearExport.File.allCases.first { YearFile.name($0) == name }
    let spool = try SpoolFile(
      service.spoolSpace.lease(for: call.request), bytesMax: QueryLimits.fileBytesMax)
    let export = try YearExport(
      node: try call[Parameters.nodeOfPath], year: try call[Parameters.year], file ?? .days,
      site: site, scope: call.scope, nowSeconds: Int(service.nowMilliseconds() / 1000)
    ) { try spool.append(YearFile.lines($0, site.calendar)) }
    if name == YearFile.package { return .json(YearFile.package(export)) }
    guard file != nil else {
      throw Problem(
        .notFound,
        "no file '\(name)'; there are " + YearFile.names.joined(separator: ", "))
    }
    func tag(_ revision: DataRevision) -> EntityTag {
      service.tag(revision, form: "export", hours: export.hours)
    }
    let now = tag(try await service.reader.read { try $0.revision(hours: export.hours) })
    if let answer = now.notModified(call.request) { return answer }
    try spool.append(YearFile.header)
    do {
      let (revision, lease) = try await call.answer(export)
      var response = Response.csv(spool, tag(revision))
      if call.request.method == .head {
        response.body = ResponseBody()
        response.headers[.contentLength] = "\(spool.byteCount)"
      }
      return response.holding(lease)
    } catch is SpoolFile.TooLarge {
      throw Problem.parameter(
        "node",
        "the file would have more than \(QueryLimits.fileBytesMax >> 20) MiB; ask for a node "
          + "further down, or for days.csv")
    }
  }
}

extension Response {
  /// A file that was read already, chunk by chunk.
  fileprivate static func csv(_ spool: SpoolFile, _ tag: EntityTag) -> Response {
    let chunks = (spool.byteCount + QueryLimits.chunkBytes - 1) / QueryLimits.chunkBytes
    return Response(TableFormat.csv.contentType, tag, chunks: chunks) {
      try spool.read(from: $0 * QueryLimits.chunkBytes, count: QueryLimits.chunkBytes)
    }
  }
}
