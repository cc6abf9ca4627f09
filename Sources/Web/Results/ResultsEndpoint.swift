import Hummingbird
import Pages
import Queries
import Reporting
import Store

extension Endpoint {
  /// What was counted at a node, period by period.
  ///
  /// What is known of devices changes without any count, and what was is counted under the registry
  /// of today; so such answers have no tag and are always made anew.
  static let results = Endpoint(
    "/api/v1/results", id: "getResults", tag: .results, need: .role(.reader),
    summary: "Counts and happy index of a node",
    description: """
      A row per period of the site's calendar, empty ones too, and a series per question: \
      questions are never mixed. At most 300000 rows over all series. Each parameter at most \
      once. `as_of` asks for the numbers as they were; such answers have no ETag. Numbers of visits are \
      told by the day, some days late and some days together, as `visits` of the registry says; a \
      day's stand in its first hour. Whole months are exact.
      """,
    parameters: [
      Parameters.node, Parameters.from, Parameters.to, Parameters.by, Parameters.children,
      Parameters.question, Parameters.resultsFormat, Parameters.dialect, Parameters.details,
      Parameters.coverage, Parameters.language, Parameters.asOf,
    ],
    success: #"""
      {
        "description": "The same numbers in each form; `Accept` or `format` chooses. JSON-stat \#
      is `application/json; profile=\"https://json-stat.org/format/\"`.",
        "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        "content": {
          "application/json": {
            "schema": {
              "anyOf": [
                { "$ref": "#/components/schemas/Results" },
                { "$ref": "#/components/schemas/JSONStat" }
              ]
            },
            "example": {
              "node": "terveysasemat", "time_zone": "Europe/Helsinki", "by": "year",
              "revision": { "data": 4711, "registry": 3, "rule": "lockout/1" },
              "series": [
                {
                  "node": "terveysasemat", "question": "palvelu", "buttons": 4,
                  "rows": [
                    {
                      "start": "2017-01-01T00:00:00+02:00", "end": "2018-01-01T00:00:00+02:00",
                      "responses": 120725, "counts": [6480, 7311, 16570, 90364],
                      "index": 86.02001794712501,
                      "interval": {
                        "low": 85.8636067338595, "high": 86.17523572336493, "level": 0.95
                      },
                      "shares": {
                        "very_positive": 0.7485110788983226, "positive": 0.8857651687720025,
                        "negative": 0.11423483122799752
                      },
                      "excluded": 31, "invalid": 0, "lost": 0, "estimated": 12, "late": 7,
                      "imported": 0, "annulled": 0
                    }
                  ]
                }
              ]
            }
          },
          "text/csv": {
            "schema": { "$ref": "#/components/schemas/ResultsTable" },
            "example": "node,question,start,end,responses,count_0,count_1,count_2,count_3,index,interval_low,interval_high,excluded,invalid,lost,estimated\r\nterveysasemat,palvelu,2017-01-01T00:00:00+02:00,2018-01-01T00:00:00+02:00,120725,6480,7311,16570,90364,86.02001794712501,85.8636067338595,86.17523572336493,31,0,0,12\r\n"
          }
        }
      }
      """#,
    missing: .noNode,
    hasTag: true
  ) { call in
    let (site, service) = (try call.site, call.service)
    let asked = try ResultsQuery.Asked(call.arguments)
    let withDetails = try call[Parameters.details]
    let language = try call[Parameters.language].rawValue
    let (format, dialect) = (try call[Parameters.resultsFormat], try call[Parameters.dialect])
    let query = try ResultsQuery(
      asked, site: site, scope: call.scope, nowSeconds: Int(service.nowMilliseconds() / 1000))
    let hasTag = !asked.withCoverage && asked.asOf == nil
    func tag(_ revision: DataRevision) -> EntityTag {
      service.tag(revision, form: format.rawValue, hours: asked.hours)
    }
    if hasTag {
      let revision = try await service.reader.read { try $0.revision(hours: asked.hours) }
      if let answer = tag(revision).notModified(call.request) { return answer }
    }
    let (results, lease) = try await call.answer(query)
    let made = hasTag ? tag(results.revision) : nil
    switch format {
    case .json:
      let encoder = ResultsEncoder(results, site: site, withDetails: withDetails, dialect: dialect)
      return Response(format, made, chunks: encoder.chunkCount, encoder.json).holding(lease)
    case .csv:
      let encoder = ResultsEncoder(results, site: site, withDetails: withDetails, dialect: dialect)
      return Response(format, made, chunks: encoder.chunkCount, encoder.csv)
        .named("results", call, format, dialect).holding(lease)
    case .jsonStat:
      let encoder = JSONStatEncoder(results, site: site, language: language)
      return Response(format, made, chunks: encoder.chunkCount, encoder.chunk).holding(lease)
    }
  }
}

extension ResultsQuery.Asked {
  /// - Throws: 400 that names the parameter.
  init(_ arguments: Arguments) throws {
    self.init(
      node: try arguments[Parameters.node], hours: try arguments.hours(),
      by: try arguments[Parameters.by], withChildren: try arguments[Parameters.children],
      question: try arguments[Parameters.question],
      withCoverage: try arguments[Parameters.coverage], asOf: try arguments[Parameters.asOf])
  }
}
