import Hummingbird
import Pages
import Publishing
import Queries
import Store

extension Endpoint {
  /// The public part of the tree.
  static let publicNodes = Endpoint(
    "/public/v1/nodes", id: "getPublicNodes", tag: .public, need: .nothing,
    summary: "The public places, and the rules of what is shown of them",
    description: "The public trees only, without devices. Takes no parameters.",
    parameters: [],
    success: answer(
      "The public part of the site.", Models.publicSite,
      example: #"""
        {
          "site": "helsinki", "time_zone": "Europe/Helsinki", "by": "month", "cell_min": 5,
          "total_min": 10, "delay_days": 3,
          "questions": [
            { "id": "palvelu", "buttons": 4, "text": { "fi": "Kuinka tyytyväinen olit?" } }
          ],
          "nodes": [
            {
              "id": "terveysasemat", "kind": "service",
              "name": { "en": "Health stations", "fi": "Terveysasemat" },
              "nodes": []
            }
          ]
        }
        """#),
    missing: .noRegistry
  ) { call in
    let site = try call.site
    let answer = try await call.service.publicAnswers.answer(
      ["nodes"], in: 0..<0, registry: site.revision, format: .json
    ) {
      PublicAnswers.Answer("application/json", Models.publicSite.json(site.registry, site))
    }
    return Response(answer, to: call.request)
  }

  /// What was published, for everybody: nothing that is counted now.
  static let publicResults = Endpoint(
    "/public/v1/results", id: "getPublicResults", tag: .public, need: .nothing,
    summary: "What was published of a public node",
    description: """
      A row per published period that lies in the range whole; without `from` and `to` all of \
      them. A row is there whole or hidden whole: fewer responses than the minimums, or what \
      others would be told by it. What was published stays as it was; a period that was \
      published again says so, with what it said before; one that is known to be counted \
      otherwise by now says that. `coarser=true` gives, instead, the sums of several periods \
      that were published to correct them. A period in which no device asked the question has no \
      row. docs/public.md tells the rules.
      """,
    parameters: [
      Parameters.publicNode, Parameters.publicFrom, Parameters.publicTo,
      Parameters.question, Parameters.children, Parameters.coarser, Parameters.resultsFormat,
      Parameters.dialect, Parameters.language,
    ],
    success: #"""
      {
        "description": "The same numbers in each form; former answers in JSON only. In JSON-stat \#
      what is hidden has the status `c`.",
        "content": {
          "application/json": {
            "schema": {
              "anyOf": [
                { "$ref": "#/components/schemas/PublicResults" },
                { "$ref": "#/components/schemas/JSONStat" }
              ]
            },
            "example": {
              "node": "terveysasemat", "time_zone": "Europe/Helsinki",
              "series": [
                {
                  "node": "terveysasemat", "question": "palvelu", "buttons": 4,
                  "rows": [
                    {
                      "start": "2026-01-01T00:00:00+02:00", "end": "2026-02-01T00:00:00+02:00",
                      "suppressed": true, "responses": null, "counts": null, "index": null,
                      "interval": null, "shares": null, "published_at": "2026-02-04T00:10:00Z",
                      "revised_at": null, "before": [], "later_counts_differ": false
                    }
                  ]
                }
              ]
            }
          },
          "text/csv": {
            "schema": { "type": "string" },
            "example": "node,question,start,end,suppressed,responses,count_0,count_1,index,interval_low,interval_high,published_at,revised_at,later_counts_differ\r\nterveysasemat,jono,2026-01-01T00:00:00+02:00,2026-02-01T00:00:00+02:00,true,,,,,,,2026-02-04T00:10:00Z,,false\r\n"
          }
        }
      }
      """#,
    missing: .other(
      #"""
      {
        "description": "No such public node, or no registry was ever applied.",
        "content": {
          "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": {
              "type": "about:blank", "title": "Not Found", "status": 404,
              "detail": "no public node 'atlantis'; see /public/v1/nodes"
            }
          }
        }
      }
      """#)
  ) { call in
    let (site, service) = (try call.site, call.service)
    let node = try call[Parameters.publicNode]
    let hours = try call.arguments.hours(Parameters.publicFrom, Parameters.publicTo)
    let query = try PublishedQuery(
      node: node, hours: hours, question: try call[Parameters.question],
      withChildren: try call[Parameters.children], isCoarser: try call[Parameters.coarser],
      site: site)
    let (format, dialect) = (try call[Parameters.resultsFormat], try call[Parameters.dialect])
    let language = try call[Parameters.language].rawValue
    let asked = ["results"] + call.arguments.listed(without: ["from", "to", TableFormat.parameter])
    let answer = try await service.publicAnswers.answer(
      asked, in: hours, registry: site.revision, format: format
    ) {
      let series = try await query.answer(service.publications)
      let bytes =
        switch format {
        case .json: Models.published.json((node, series), site)
        case .csv: series.csv(site, dialect)
        case .jsonStat:
          PublishedJSONStat(node, series, site: site, language: language).bytes()
        }
      return PublicAnswers.Answer(format.contentType, bytes)
    }
    return Response(answer, to: call.request).named("public", call, format, dialect)
  }

  /// What was published of a node, and whether the numbers are still the same.
  static let publications = Endpoint(
    "/api/v1/publications", id: "getPublications", tag: .results, need: .role(.manager),
    summary: "What was published of a node, and what is counted now",
    description: """
      Every published version of the periods in the range with its numbers, also those that were \
      hidden, and whether they differ from what is counted now: presses that came late, a \
      corrected registry. CSV has a line of each version. Needs the role manager.
      """,
    parameters: [
      Parameters.publicNode, Parameters.publicFrom, Parameters.publicTo, Parameters.tableFormat,
      Parameters.dialect,
    ],
    success: revised(
      "A series per question.", Models.history, Models.historyTable,
      example: #"""
        {
          "node": "kallio", "time_zone": "Europe/Helsinki",
          "series": [
            {
              "question": "jono", "buttons": 2,
              "rows": [
                {
                  "start": "2026-01-01T00:00:00+02:00", "end": "2026-02-01T00:00:00+02:00",
                  "versions": [
                    {
                      "published_at": "2026-02-04T00:10:00Z", "suppressed": false,
                      "responses": 20, "counts": [5, 15], "index": 75.0
                    }
                  ],
                  "now": { "responses": 25, "counts": [5, 20], "index": 80.0 },
                  "differs": true, "coarser": false
                }
              ]
            }
          ]
        }
        """#),
    missing: .noNode, hasTag: true
  ) { call in
    let site = try call.site
    let query = try PublicationsQuery(
      node: try call[Parameters.publicNode],
      hours: try call.arguments.hours(Parameters.publicFrom, Parameters.publicTo), site: site,
      scope: call.scope, nowSeconds: Int(call.service.nowMilliseconds() / 1000))
    let history = try await query.answer(call.service.publications, call.service.reader)
    return try call.tagged("publications") { format, dialect in
      format == .csv
        ? Models.historyTable.csv(history.rows, site, dialect) : Models.history.json(history, site)
    }
  }
}
