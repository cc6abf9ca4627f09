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
      only root. Takes no parameters.
      """,
    parameters: [],
    success: answer(
      "The site.", Models.places,
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
    missing: .noRegistry
  ) { call in
    let site = try call.site
    return .json(Models.places.json(Places(site: site, scope: call.scope), site))
  }
}
