import HTTPTypes
import Hummingbird
import Queries
import Store

extension Endpoint {
  /// Single presses, a page of them.
  static let presses = Endpoint(
    "/api/v1/presses", id: "getPresses", tag: .exports, need: .role(.analyst),
    summary: "Single presses of a node",
    description: """
      Every press of the touchpoints at and below a node with what became of it, in the order of \
      time; an analyst's token is needed. Rows `lost` say how many presses the device reports as \
      gone before the one that follows. The sum of `count` by outcome is what the results say, \
      but for imported hours, which have no single presses. Presses at visits are \
      not listed; where the registry holds nothing back (`visits: {minimum: 0}`) they say their \
      hour only, and nothing by which one could be found again. Pages follow each other by `next` and \
      the header Link; a page that takes long to read is shorter, perhaps empty, and `next` goes \
      on. What is received after the first page is on none. Who reads which node and range stands in \
      the audit log, once an hour.
      """,
    parameters: [
      Parameters.node, Parameters.from, Parameters.to, Parameters.tableFormat,
      Parameters.dialect, Parameters.limitOfPresses, Parameters.afterPresses,
    ],
    success: #"""
      {
        "description": "The same presses in either form.",
        "headers": { "Link": { "$ref": "#/components/headers/NextPage" } },
        "content": {
          "application/json": {
            "schema": { "$ref": "#/components/schemas/SinglePresses" },
            "example": {
              "presses": [
                {
                  "touchpoint": "kallio-aula", "question": "palvelu",
                  "at": "2026-11-21T10:00:00.250Z", "button": 3, "outcome": "counted",
                  "estimated": false, "imported": false, "device": "rd-0042",
                  "received_at": "2026-11-21T10:00:02Z", "count": 1, "epoch": 7, "sequence": 41,
                  "segment": 4711, "frame": 3, "excluded_by": null
                }
              ],
              "next": null
            }
          },
          "text/csv": {
            "schema": { "type": "string" },
            "example": "touchpoint,question,at,button,outcome,estimated,imported,device,received_at,count,epoch,sequence,segment,frame,excluded_by_at,excluded_by_epoch,excluded_by_sequence\r\nkallio-aula,palvelu,2026-11-21T10:00:00.250Z,3,counted,false,false,rd-0042,2026-11-21T10:00:02Z,1,7,41,4711,3,,,\r\n"
          }
        }
      }
      """#,
    missing: .noNode
  ) { call in
    let (site, node, hours) = (try call.site, try call[Parameters.node], try call.arguments.hours())
    let query = try PressesQuery(
      node: node, hours: hours,
      limit: try call[Parameters.limitOfPresses], after: try call[Parameters.afterPresses],
      site: site, scope: call.scope)
    let (format, dialect) = (try call[Parameters.tableFormat], try call[Parameters.dialect])
    let lease = try await call.service.budget.lease(
      bytes: query.cost.bytes, reading: .presses, for: call.request)
    try await call.service.pressReads.note(
      PressReads.Read(actor: try call.author.actor, node: node, hours: hours),
      nowMilliseconds: call.service.nowMilliseconds(), in: call.service.access)
    let page = try await call.service.pressReader.answer(query)
    lease.endReading(needing: page.lines.count * QueryLimits.pressBytes)
    let next = try page.next?.text()
    var response = Response(format, chunks: 1) { _ in
      format == .csv
        ? Models.pressTable.csv(page.lines, site, dialect)
        : Models.presses.json(ShownPage(page: page, next: next), site)
    }.holding(lease).named("presses", call, format, dialect)
    if let next, let link = HTTPField.Name("Link") {
      response.headers[link] = "<\(call.arguments.address(with: "after", next))>; rel=\"next\""
    }
    return response
  }
}
