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
    ],
    success: #"""
      {
        "description": "Changes of the days that the range touches.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Revisions"
            },
            "example": {
              "revision": {
                "data": 4890,
                "registry": 3,
                "rule": "lockout/1"
              },
              "complete_after": 1,
              "changes": [
                {
                  "cause": "presses",
                  "start": "2026-01-14T02:00:00+02:00",
                  "end": "2026-01-15T02:00:00+02:00",
                  "first_at": "2026-02-20T08:00:02.120Z",
                  "last_at": "2026-02-20T08:00:02.871Z",
                  "first_revision": 4712,
                  "last_revision": 4713,
                  "import": null
                }
              ],
              "more": false
            }
          }
        }
      }
      """#,
    missing: .noRegistry
  ) { call in
    let site = try call.site
    let query = ChangesQuery(
      hours: try call.arguments.hours(), after: Int64(try call[Parameters.afterRevision]),
      limit: try call[Parameters.limitOfChanges])
    return .json(try await call.service.reader.answer(query).json(site))
  }
}

extension Changes {
  fileprivate func json(_ site: Site) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("revision", revision)
      json.member("complete_after", Int(completeAfter))
      json.list("changes", changes) { change, json in
        json.member("cause", change.cause.rawValue)
        json.member("start", change.days.map { site.calendar.format(hour: $0.lowerBound * 24) })
        json.member("end", change.days.map { site.calendar.format(hour: ($0.upperBound + 1) * 24) })
        json.member("first_at", change.firstAtMilliseconds.map(RFC3339.format(milliseconds:)))
        json.member("last_at", change.lastAtMilliseconds.map(RFC3339.format(milliseconds:)))
        json.member("first_revision", Int(change.revisions.lowerBound))
        json.member("last_revision", Int(change.revisions.upperBound))
        json.member("import", change.importID.map(Int.init))
      }
      json.member("more", hasMore)
    }
    return json.bytes
  }
}
