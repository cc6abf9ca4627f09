import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Queries
import Store

extension Endpoint {
  private static let annotationExample = #"""
    {
      "id": 3, "node": "kallio", "date": "2026-11-20", "text": "Pääte siirrettiin ovelta aulaan.",
      "author": "token 7: Kallion esimies", "created_at": "2026-11-21T10:00:00.250Z"
    }
    """#

  /// What was noted of a node and of the places above it.
  static let annotations = Endpoint(
    "/api/v1/annotations", id: "getAnnotations", tag: .results, need: .role(.reader),
    summary: "What was noted of a node and of the places above it",
    description: """
      On the local days that have an hour in the range. What happens above a node concerns it too; \
      what happens below is asked for there. A bound token sees nothing of the places above its \
      node. Withdrawn annotations are left out.
      """,
    parameters: [
      Parameters.node, Parameters.from, Parameters.to, Parameters.tableFormat, Parameters.dialect,
    ],
    success: table(
      "The annotations, by date.", Models.annotations, Models.annotationTable,
      example: "{ \"rows\": [\(annotationExample)] }"),
    missing: .noNode
  ) { call in
    let site = try call.site
    let query = try AnnotationsQuery(
      node: try call[Parameters.node], hours: try call.arguments.hours(), site: site,
      scope: call.scope)
    let (format, dialect) = (try call[Parameters.tableFormat], try call[Parameters.dialect])
    let rows = try await query.answer(call.service.annotations)
    let bytes =
      format == .csv
      ? Models.annotationTable.csv(rows, site, dialect) : Models.annotations.json(rows, site)
    return Response(format, whole: bytes).named("annotations", call, format, dialect)
  }

  /// Notes what happened.
  static let annotate = Endpoint(
    "/api/v1/annotations", .post, id: "postAnnotation", tag: .results, need: .role(.manager),
    summary: "Note what happened at a node on a day",
    description: """
      A manager's token is needed. Annotations are shown in charts to all who see the node or \
      places below it, and are kept for ever: write nothing about single persons. The audit log has \
      a line of each. At most \(AnnotationLimits.nodeMax) of a node and \
      \(AnnotationLimits.totalMax) in all, withdrawn ones included.
      """,
    parameters: [],
    success: answer(
      "The annotation as it stands now.", Models.annotation, example: annotationExample),
    successStatus: "201", missing: .noNode,
    responses: [
      ("409", problem("There are too many already.", "node 'kallio' has 500 annotations, …", 409)),
      ("413", problem("The body is too large.", "the body is too large", 413)),
    ],
    requestBody: #"""
      {
        "required": true,
        "content": {
          "application/json": {
            "schema": { "$ref": "#/components/schemas/AnnotationBody" },
            "example": {
              "node": "kallio", "date": "2026-11-20", "text": "Pääte siirrettiin ovelta aulaan."
            }
          }
        }
      }
      """#
  ) { call in
    let body = try await call.request.body.collect(upTo: WebLimits.formBytesMax)
    guard
      let asked = try? JSONDecoder().decode(AnnotationBody.self, from: Data(body.readableBytesView))
    else {
      throw Problem(
        .badRequest, "the body must be a JSON object with the texts node, date and text")
    }
    let made = try await call.annotate(asked)
    var response = Response.json(Models.annotation.json(made, try call.site))
    response.status = .created
    return response
  }

  /// Withdraws an annotation.
  static let withdrawAnnotation = Endpoint(
    "/api/v1/annotations/{annotation}", .delete, id: "deleteAnnotation", tag: .results,
    need: .role(.manager), summary: "Withdraw an annotation",
    description: """
      A manager's token is needed. It is shown no more, and kept with who withdrew it and when.
      """,
    parameters: [Parameters.annotation],
    success: #"{ "description": "Withdrawn." }"#, successStatus: "204",
    missing: .other(
      problem(
        "No such annotation, or it was withdrawn.",
        "no annotation of that number stands; see /api/v1/annotations",
        404))
  ) { call in
    try await call.withdrawAnnotation()
    return Response(status: .noContent)
  }

  private static func problem(_ text: String, _ detail: String, _ status: Int) -> String {
    let title = HTTPResponse.Status(code: status).reasonPhrase
    return """
      { "description": \(OpenAPI.quoted(text)), "content": { "application/problem+json": {
      "schema": { "$ref": "#/components/schemas/Problem" },
      "example": { "type": "about:blank", "title": \(OpenAPI.quoted(title)), "status": \(status),
      "detail": \(OpenAPI.quoted(detail)) } } } }
      """
  }
}

extension Call {
  /// Notes something in the name of who asks.
  ///
  /// - Throws: `QueryError` for nodes that are not there or not theirs, `AnnotationRefusal`.
  func annotate(_ asked: AnnotationBody) async throws -> Annotation {
    try site.checkNoted(asked.node, scope)
    return try await service.annotations.add(
      AnnotationDraft(node: asked.node, date: asked.date, text: asked.text), by: author,
      nowMilliseconds: service.nowMilliseconds())
  }

  /// Withdraws the annotation that the path names.
  ///
  /// - Throws: 404 when none of that number stands, 403 for one of a node that is not theirs.
  func withdrawAnnotation() async throws {
    let missing = Problem(.notFound, "no annotation of that number stands; see /api/v1/annotations")
    guard let id = try self[Parameters.annotation],
      let found = try await service.annotations.find(id: id)
    else { throw missing }
    guard scope.sees(found.node) else {
      throw Problem(
        .forbidden,
        "annotation \(id) is neither of '\(scope.node ?? "")', which this token is bound to, nor of a "
          + "place below it")
    }
    guard
      try await service.annotations.withdraw(
        id: id, by: author, nowMilliseconds: service.nowMilliseconds())
    else { throw missing }
  }
}
