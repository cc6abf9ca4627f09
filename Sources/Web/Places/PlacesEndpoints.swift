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

  /// The devices and how they fare.
  static let devices = Endpoint(
    "/api/v1/devices", id: "getDevices", tag: .results, need: .role(.reader),
    summary: "The devices and how they fare",
    description: """
      Devices that the registry dropped are listed too. A bound token sees those that stand \
      below its node now. CSV has no epochs and no status.
      """,
    parameters: [Parameters.tableFormat, Parameters.dialect],
    success: table(
      "Every device ever registered.", Models.devices, Models.deviceTable,
      example: #"""
        {
          "devices": [
            {
              "id": "rd-0042", "registered": true, "touchpoint": "kallio-aula",
              "last_press_at": "2026-11-21T10:00:00.250Z", "unsequenced_presses": 0,
              "epochs": [{ "epoch": 7, "next": 42, "reused_at": null }],
              "reused_epoch_at": null,
              "status": {
                "state": "online", "epoch": 7, "firmware": "1.4.2", "battery_mv": 2950,
                "journal": 12
              },
              "status_received_at": "2026-11-21T09:58:12.031Z",
              "last_heard_at": "2026-11-21T10:00:00.250Z", "silent": false
            }
          ]
        }
        """#),
    missing: .noRegistry
  ) { call in
    let site = try call.site
    let query = DevicesQuery(
      site: site, scope: call.scope, nowMilliseconds: call.service.nowMilliseconds())
    let (format, dialect) = (try call[Parameters.tableFormat], try call[Parameters.dialect])
    let devices = try await call.service.reader.answer(query)
    let bytes =
      format == .csv
      ? Models.deviceTable.csv(devices.devices, site, dialect) : Models.devices.json(devices, site)
    return Response(format, whole: bytes).named("devices", call, format, dialect)
  }
}
