import Hummingbird
import Ingest
import Queries
import Reporting
import Store

extension Endpoint {
  /// What changed the numbers of a range, and when.
  static let changes = Endpoint(
    "/api/v1/revisions", id: "getRevisions", tag: .results, need: .role(.reader),
    summary: "What changed the numbers of a range, and when",
    description: """
      The newest first: presses that were received, told together by the hour of receipt and the \
      day of UTC that they count in; a registry; an import or its withdrawal; stored counts that \
      were replaced. `as_of` of the results answers with the numbers of each revision. Days are \
      those of the whole site, whichever place the presses belong to.
      """,
    parameters: [
      Parameters.from, Parameters.to, Parameters.afterRevision, Parameters.limitOfChanges,
      Parameters.tableFormat,
      Parameters.dialect,
    ],
    success: revised(
      "Changes of the days that the range touches.", Models.changes, Models.changesTable,
      example: #"""
        {
          "revision": { "data": 4890, "registry": 3, "rule": "lockout/1" },
          "complete_after": 1,
          "changes": [
            {
              "cause": "presses", "start": "2026-01-14T02:00:00+02:00",
              "end": "2026-01-15T02:00:00+02:00", "first_at": "2026-02-20T08:00:02.120Z",
              "last_at": "2026-02-20T08:00:02.871Z", "first_revision": 4712,
              "last_revision": 4713, "import": null
            }
          ],
          "more": false
        }
        """#),
    missing: .noRegistry,
    hasTag: true
  ) { call in
    _ = try call.site
    let query = ChangesQuery(
      hours: try call.arguments.hours(), after: Int64(try call[Parameters.afterRevision]),
      limit: try call[Parameters.limitOfChanges])
    return try await call.respond(
      query, "revisions", Models.changes, Models.changesTable, rows: \.changes)
  }
}
