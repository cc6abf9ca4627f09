import Hummingbird
import Queries
import Store

/// Answers that a client may keep until a count changes.
extension Call {
  /// The answer to a query in the form that was asked for, or 304 where the client has it; whole in
  /// memory.
  func respond<Asked: RevisedQuery, Row>(
    _ query: Asked, _ what: String, _ model: Model<Asked.Answer>, _ table: Table<Row>,
    rows: @escaping (Asked.Answer) -> [Row]
  ) async throws -> Response {
    let (site, service, hours) = (try site, service, query.revisedHours)
    let (format, dialect) = (try self[Parameters.tableFormat], try self[Parameters.dialect])
    func tag(_ revision: DataRevision) -> EntityTag {
      service.tag(revision, form: format.rawValue, hours: hours)
    }
    let now = tag(try await service.reader.read { try $0.revision(hours: hours) })
    if let answer = now.notModified(request) { return answer }
    let (answer, lease) = try await answer(query)
    let bytes =
      format == .csv ? table.csv(rows(answer), site, dialect) : model.json(answer, site)
    return Response(format, tag(answer.revision), whole: bytes)
      .named(what, self, format, dialect).holding(lease)
  }
}

extension Endpoint {
  /// The response 200 of a ``Call/respond(_:_:_:_:rows:)`` or a ``Call/tagged(_:_:)``.
  static func revised<Value, Row>(
    _ text: String, _ model: Model<Value>, _ table: Table<Row>, example: String? = nil
  ) -> String {
    self.table(
      text, model, table, example: example,
      headers: ##""headers": { "ETag": { "$ref": "#/components/headers/ETag" } },"##)
  }

  /// The response 200 of an answer in JSON or as a table.
  static func table<Value, Row>(
    _ text: String, _ model: Model<Value>, _ table: Table<Row>, example: String? = nil,
    headers: String = ""
  ) -> String {
    let columns = table.columns.map(\.name).joined(separator: ",")
    return """
      { "description": \(OpenAPI.quoted(text)), \(headers)
      "content": {
      "application/json": { "schema": { "$ref": "#/components/schemas/\(model.name)" }
      \(example.map { ",\"example\": \($0)" } ?? "") },
      "text/csv": { "schema": { "type": "string",
      "description": \(OpenAPI.quoted("Columns: \(columns)")) } }
      } }
      """
  }
}
