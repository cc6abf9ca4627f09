import Hummingbird
import Queries
import Store

extension Endpoint {
  /// The site's tree.
  static let nodes = Endpoint(
    "/api/v1/nodes", id: "getNodes", tag: .results, need: .role(.reader),
    summary: "The tree of places, and the questions",
    description: """
      In the order of the registry; `unassigned` comes last. A bound token sees its node as the \
      only root. CSV has a line of each place, under which it stands, and no questions' texts.
      """,
    parameters: [Parameters.tableFormat, Parameters.dialect],
    success: revised(
      "The site.", Models.places, Models.placeTable,
      example: #"""
        {
          "site": "helsinki", "time_zone": "Europe/Helsinki", "holidays": "fi",
          "questions": [
            {
              "id": "palvelu", "buttons": 4,
              "text": { "fi": "Kuinka tyytyväinen olit saamaasi palveluun?" }
            }
          ],
          "nodes": [
            {
              "id": "terveysasemat", "kind": "service",
              "name": { "en": "Health stations", "fi": "Terveysasemat" },
              "opening_hours": "Mo-Fr 08:00-16:00; PH off",
              "nodes": [
                {
                  "id": "kallio-aula", "kind": "touchpoint",
                  "name": { "fi": "Kallion terveysasema, aula" },
                  "opening_hours": "Mo-Fr 08:00-16:00; PH off", "channel": "terminal",
                  "questions": ["palvelu"], "repeat_interval_s": 2.0,
                  "devices": [
                    {
                      "id": "hn-0001", "from": "2016-01-01T00:00:00+02:00",
                      "to": "2019-05-13T00:00:00+03:00"
                    },
                    { "id": "rd-0042", "from": "2019-05-13T00:00:00+03:00", "to": null }
                  ],
                  "nodes": []
                }
              ]
            }
          ]
        }
        """#),
    missing: .noRegistry, hasTag: true
  ) { call in
    let site = try call.site
    let places = Places(site: site, scope: call.scope)
    return try call.tagged("nodes") { format, dialect in
      format == .csv
        ? Models.placeTable.csv(places.rows, site, dialect) : Models.places.json(places, site)
    }
  }
}
