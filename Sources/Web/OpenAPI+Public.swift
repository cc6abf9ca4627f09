extension OpenAPI {
  /// What everybody may use, and what was published.
  static let publicPaths = #"""
    "/public/v1/nodes": {
      "get": {
        "operationId": "getPublicNodes",
        "tags": ["public"],
        "summary": "The public places, and the rules of what is shown of them",
        "description": "The public trees only, without devices. Takes no parameters.",
        "security": [],
        "responses": {
          "200": {
            "description": "The public part of the site.",
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/PublicSite" },
                "example": {
                  "site": "helsinki",
                  "time_zone": "Europe/Helsinki",
                  "by": "month",
                  "cell_min": 5,
                  "total_min": 10,
                  "delay_days": 3,
                  "questions": [
                    { "id": "palvelu", "buttons": 4, "text": { "fi": "Kuinka tyytyväinen olit?" } }
                  ],
                  "nodes": [
                    {
                      "id": "terveysasemat",
                      "kind": "service",
                      "name": { "en": "Health stations", "fi": "Terveysasemat" },
                      "nodes": []
                    }
                  ]
                }
              }
            }
          },
          "400": { "$ref": "#/components/responses/BadParameter" },
          "404": { "$ref": "#/components/responses/NoRegistry" }
        }
      }
    },
    "/public/v1/results": {
      "get": {
        "operationId": "getPublicResults",
        "tags": ["public"],
        "summary": "What was published of a public node",
        "description": "A row per published period that lies in the range whole; without `from` \#
    and `to` all of them. A row is there whole or hidden whole: fewer responses than the minimums, \#
    or what others would be told by it. What was published stays as it was; a period that was \#
    published again says so, with what it said before; one that is known to be counted otherwise by \#
    now says that. `coarser=true` gives, instead, the sums of several periods that were published to \#
    correct them. A period in which no device asked the question has no row. docs/public.md tells \#
    the rules.",
        "security": [],
        "parameters": [
          { "$ref": "#/components/parameters/publicNode" },
          { "$ref": "#/components/parameters/publicFrom" },
          { "$ref": "#/components/parameters/publicTo" },
          { "$ref": "#/components/parameters/question" },
          { "$ref": "#/components/parameters/children" },
          { "$ref": "#/components/parameters/publicCoarser" },
          { "$ref": "#/components/parameters/tableFormat" }
        ],
        "responses": {
          "200": {
            "description": "The same numbers in either form; former answers in JSON only.",
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/PublicResults" },
                "example": {
                  "node": "terveysasemat",
                  "time_zone": "Europe/Helsinki",
                  "series": [
                    {
                      "node": "terveysasemat",
                      "question": "palvelu",
                      "buttons": 4,
                      "rows": [
                        {
                          "start": "2026-01-01T00:00:00+02:00",
                          "end": "2026-02-01T00:00:00+02:00",
                          "suppressed": true,
                          "responses": null,
                          "counts": null,
                          "index": null,
                          "interval": null,
                          "shares": null,
                          "published_at": "2026-02-04T00:10:00Z",
                          "revised_at": null,
                          "before": [],
                          "later_counts_differ": false
                        }
                      ]
                    }
                  ]
                }
              },
              "text/csv": {
                "schema": { "type": "string" },
                "example": "node,question,start,end,suppressed,responses,count_0,count_1,index,\#
    interval_low,interval_high,published_at,revised_at,later_counts_differ\r\nterveysasemat,jono,\#
    2026-01-01T00:00:00+02:00,2026-02-01T00:00:00+02:00,true,,,,,,,2026-02-04T00:10:00Z,,false\r\n"
              }
            }
          },
          "400": { "$ref": "#/components/responses/BadParameter" },
          "404": {
            "description": "No such public node, or no registry was ever applied.",
            "content": {
              "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "example": {
                  "type": "about:blank",
                  "title": "Not Found",
                  "status": 404,
                  "detail": "no public node 'atlantis'; see /public/v1/nodes"
                }
              }
            }
          },
          "406": { "$ref": "#/components/responses/NotAcceptable" },
          "503": { "$ref": "#/components/responses/Unavailable" }
        }
      }
    },
    "/api/v1/publications": {
      "get": {
        "operationId": "getPublications",
        "tags": ["results"],
        "summary": "What was published of a node, and what is counted now",
        "description": "Every published version of the periods in the range with its numbers, \#
    also those that were hidden, and whether they differ from what is counted now: presses that \#
    came late, a corrected registry. Needs the role manager.",
        "parameters": [
          { "$ref": "#/components/parameters/publicNode" },
          { "$ref": "#/components/parameters/publicFrom" },
          { "$ref": "#/components/parameters/publicTo" }
        ],
        "responses": {
          "200": {
            "description": "A series per question.",
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/Publications" },
                "example": {
                  "node": "kallio",
                  "time_zone": "Europe/Helsinki",
                  "series": [
                    {
                      "question": "jono",
                      "buttons": 2,
                      "periods": [
                        {
                          "start": "2026-01-01T00:00:00+02:00",
                          "end": "2026-02-01T00:00:00+02:00",
                          "versions": [
                            {
                              "published_at": "2026-02-04T00:10:00Z",
                              "suppressed": false,
                              "responses": 20,
                              "counts": [5, 15],
                              "index": 75.0
                            }
                          ],
                          "now": { "responses": 25, "counts": [5, 20], "index": 80.0 },
                          "differs": true,
                          "coarser": false
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
          "404": { "$ref": "#/components/responses/NoNode" },
          "503": { "$ref": "#/components/responses/Unavailable" }
        }
      }
    }
    """#

  static let publicParameters = #"""
    "publicNode": {
      "name": "node",
      "in": "query",
      "required": true,
      "description": "A node.",
      "schema": { "$ref": "#/components/schemas/NodeID" },
      "example": "terveysasemat"
    },
    "publicFrom": {
      "name": "from",
      "in": "query",
      "description": "Only periods that begin then or later. A bare date is local midnight; else \#
    RFC 3339 on a whole hour.",
      "schema": { "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] },
      "example": "2026-01-01"
    },
    "publicCoarser": {
      "name": "coarser",
      "in": "query",
      "description": "The coarser periods, quarters or years, that were published to correct those \#
    within them, instead of them: never add up both. `1` and `0` will do.",
      "schema": { "type": "boolean", "default": false },
      "example": false
    },
    "publicTo": {
      "name": "to",
      "in": "query",
      "description": "Only periods that end then or earlier; later than `from`.",
      "schema": { "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] },
      "example": "2027-01-01"
    }
    """#
}
