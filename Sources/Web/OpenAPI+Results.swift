extension OpenAPI {
  /// What whoever reads the feedback uses.
  static let resultPaths = #"""
    "/api/v1/nodes": {
      "get": {
        "operationId": "getNodes",
        "tags": ["results"],
        "summary": "The tree of places, and the questions",
        "description": "In the order of the registry; `unassigned` comes last. A bound token sees \#
    its node as the only root. Takes no parameters.",
        "responses": {
          "200": {
            "description": "The site.",
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/Site" },
                "example": {
                  "site": "helsinki",
                  "time_zone": "Europe/Helsinki",
                  "holidays": "fi",
                  "questions": [
                    {
                      "id": "palvelu",
                      "buttons": 4,
                      "text": { "fi": "Kuinka tyytyväinen olit saamaasi palveluun?" }
                    }
                  ],
                  "nodes": [
                    {
                      "id": "terveysasemat",
                      "kind": "service",
                      "name": { "en": "Health stations", "fi": "Terveysasemat" },
                      "opening_hours": "Mo-Fr 08:00-16:00; PH off",
                      "nodes": [
                        {
                          "id": "kallio-aula",
                          "kind": "touchpoint",
                          "name": { "fi": "Kallion terveysasema, aula" },
                          "opening_hours": "Mo-Fr 08:00-16:00; PH off",
                          "channel": "terminal",
                          "questions": ["palvelu"],
                          "repeat_interval_s": 2.0,
                          "devices": [
                            {
                              "id": "hn-0001",
                              "from": "2016-01-01T00:00:00+02:00",
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
              }
            }
          },
          "400": { "$ref": "#/components/responses/BadParameter" },
          "401": { "$ref": "#/components/responses/Unauthorized" },
          "403": { "$ref": "#/components/responses/Forbidden" },
          "404": { "$ref": "#/components/responses/NoRegistry" },
          "503": { "$ref": "#/components/responses/Unavailable" }
        }
      }
    },
    "/api/v1/results": {
      "get": {
        "operationId": "getResults",
        "tags": ["results"],
        "summary": "Counts and happy index of a node",
        "description": "A row per period of the site's calendar, empty ones too, and a series \#
    per question: questions are never mixed. At most 300000 rows over all series. Each \#
    parameter at most once. `as_of` asks for the numbers as they were; such answers have no ETag.",
        "parameters": [
          { "$ref": "#/components/parameters/node" },
          { "$ref": "#/components/parameters/from" },
          { "$ref": "#/components/parameters/to" },
          { "$ref": "#/components/parameters/by" },
          { "$ref": "#/components/parameters/children" },
          { "$ref": "#/components/parameters/question" },
          { "$ref": "#/components/parameters/format" },
          { "$ref": "#/components/parameters/details" },
          { "$ref": "#/components/parameters/coverage" },
          { "$ref": "#/components/parameters/lang" },
          { "$ref": "#/components/parameters/asOf" }
        ],
        "responses": {
          "200": {
            "description": "The same numbers in each form; `Accept` or `format` chooses. JSON-stat is \#
    `application/json; profile=\"https://json-stat.org/format/\"`.",
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
                  "node": "terveysasemat",
                  "time_zone": "Europe/Helsinki",
                  "by": "year",
                  "revision": { "data": 4711, "registry": 3, "rule": "lockout/1" },
                  "series": [
                    {
                      "node": "terveysasemat",
                      "question": "palvelu",
                      "buttons": 4,
                      "rows": [
                        {
                          "start": "2017-01-01T00:00:00+02:00",
                          "end": "2018-01-01T00:00:00+02:00",
                          "responses": 120725,
                          "counts": [6480, 7311, 16570, 90364],
                          "index": 86.02001794712501,
                          "interval": {
                            "low": 85.8636067338595,
                            "high": 86.17523572336493,
                            "level": 0.95
                          },
                          "shares": {
                            "very_positive": 0.7485110788983226,
                            "positive": 0.8857651687720025,
                            "negative": 0.11423483122799752
                          },
                          "excluded": 31,
                          "invalid": 0,
                          "lost": 0,
                          "estimated": 12,
                          "late": 7,
                          "imported": 0,
                          "annulled": 0
                        }
                      ]
                    }
                  ]
                }
              },
              "text/csv": {
                "schema": { "$ref": "#/components/schemas/ResultsTable" },
                "example": "node,question,start,end,responses,count_0,count_1,count_2,count_3,\#
    index,interval_low,interval_high,excluded,invalid,lost,estimated\r\nterveysasemat,palvelu,\#
    2017-01-01T00:00:00+02:00,2018-01-01T00:00:00+02:00,120725,6480,7311,16570,90364,\#
    86.02001794712501,85.8636067338595,86.17523572336493,31,0,0,12\r\n"
              }
            }
          },
          "304": { "description": "Nothing changed since the copy that If-None-Match names." },
          "400": { "$ref": "#/components/responses/BadParameter" },
          "401": { "$ref": "#/components/responses/Unauthorized" },
          "403": { "$ref": "#/components/responses/Forbidden" },
          "404": { "$ref": "#/components/responses/NoNode" },
          "406": { "$ref": "#/components/responses/NotAcceptable" },
          "503": { "$ref": "#/components/responses/Unavailable" }
        }
      }
    },
    "/api/v1/devices": {
      "get": {
        "operationId": "getDevices",
        "tags": ["results"],
        "summary": "The devices and how they fare",
        "description": "Devices that the registry dropped are listed too. A bound token sees \#
    those that stand below its node now. Takes no parameters.",
        "responses": {
          "200": {
            "description": "Every device ever registered.",
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/Devices" },
                "example": {
                  "devices": [
                    {
                      "id": "rd-0042",
                      "registered": true,
                      "touchpoint": "kallio-aula",
                      "last_press_at": "2026-11-21T10:00:00.250Z",
                      "unsequenced_presses": 0,
                      "epochs": [{ "epoch": 7, "next": 42, "reused_at": null }],
                      "reused_epoch_at": null,
                      "status": {
                        "state": "online",
                        "epoch": 7,
                        "firmware": "1.4.2",
                        "battery_mv": 2950,
                        "journal": 12
                      },
                      "status_received_at": "2026-11-21T09:58:12.031Z",
                      "last_heard_at": "2026-11-21T10:00:00.250Z",
                      "silent": false
                    }
                  ]
                }
              }
            }
          },
          "400": { "$ref": "#/components/responses/BadParameter" },
          "401": { "$ref": "#/components/responses/Unauthorized" },
          "403": { "$ref": "#/components/responses/Forbidden" },
          "404": { "$ref": "#/components/responses/NoRegistry" },
          "503": { "$ref": "#/components/responses/Unavailable" }
        }
      }
    }
    """#
}
