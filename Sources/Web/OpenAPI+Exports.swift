extension OpenAPI {
  /// What leaves for other programs: single presses and files of a year.
  static let exportPaths = #"""
    "/api/v1/presses": {
      "get": {
        "operationId": "getPresses",
        "tags": ["exports"],
        "summary": "Single presses of a node",
        "description": "Every press of the touchpoints at and below a node with what became of \#
    it, in the order of time; an analyst's token is needed. Presses at visits say their hour only, \#
    and no device. At most 100000 presses, else 400.",
        "parameters": [
          { "$ref": "#/components/parameters/node" },
          { "$ref": "#/components/parameters/from" },
          { "$ref": "#/components/parameters/to" },
          { "$ref": "#/components/parameters/formatOfPresses" }
        ],
        "responses": {
          "200": {
            "description": "The same presses in either form.",
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/SinglePresses" },
                "example": {
                  "presses": [
                    {
                      "touchpoint": "kallio-aula",
                      "question": "palvelu",
                      "at": "2026-11-21T10:00:00.250Z",
                      "button": 3,
                      "outcome": "counted",
                      "estimated": false,
                      "imported": false,
                      "device": "rd-0042",
                      "received_at": "2026-11-21T10:00:02Z"
                    }
                  ]
                }
              },
              "text/csv": {
                "schema": { "type": "string" },
                "example": "touchpoint,question,at,button,outcome,estimated,imported,device,\#
    received_at\r\nkallio-aula,palvelu,2026-11-21T10:00:00.250Z,3,counted,false,false,rd-0042,\#
    2026-11-21T10:00:02Z\r\n"
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
    },
    "/api/v1/exports/{place}/{year}/{file}": {
      "get": {
        "operationId": "getExport",
        "tags": ["exports"],
        "summary": "A year of a node as files",
        "description": "`hours.csv` and `days.csv`: every touchpoint at and below the node, rows \#
    with nothing in them left out. `datapackage.json` describes both as a Frictionless Data \#
    Package; saved side by side they validate. Takes no parameters in the query.",
        "parameters": [
          {
            "name": "place",
            "in": "path",
            "required": true,
            "description": "A node, or the site's own id for everything.",
            "schema": { "$ref": "#/components/schemas/NodeID" },
            "example": "terveysasemat"
          },
          {
            "name": "year",
            "in": "path",
            "required": true,
            "description": "A year of the site's calendar.",
            "schema": { "type": "integer", "minimum": 1970, "maximum": 2197 },
            "example": 2017
          },
          {
            "name": "file",
            "in": "path",
            "required": true,
            "schema": { "type": "string", "enum": ["hours.csv", "days.csv", "datapackage.json"] },
            "example": "hours.csv"
          }
        ],
        "responses": {
          "200": {
            "description": "The file.",
            "headers": {
              "ETag": { "$ref": "#/components/headers/ETag" }
            },
            "content": {
              "text/csv": { "schema": { "type": "string" } },
              "application/json": { "schema": { "type": "object", "required": ["resources"] } }
            }
          },
          "304": { "description": "Nothing changed since the copy that If-None-Match names." },
          "400": { "$ref": "#/components/responses/BadParameter" },
          "401": { "$ref": "#/components/responses/Unauthorized" },
          "403": { "$ref": "#/components/responses/Forbidden" },
          "404": { "$ref": "#/components/responses/NoNode" },
          "503": { "$ref": "#/components/responses/Unavailable" }
        }
      }
    }
    """#

  static let exportSchemas = #"""
    "JSONStat": {
      "type": "object",
      "required": ["version", "class", "id", "size", "dimension", "value"],
      "description": "JSON-stat 2.0: node × question × time × measure.",
      "properties": {
        "version": { "const": "2.0" },
        "class": { "const": "dataset" },
        "id": { "type": "array", "items": { "type": "string" } },
        "size": { "type": "array", "items": { "type": "integer", "minimum": 0 } },
        "dimension": { "type": "object" },
        "value": { "type": "array", "items": { "type": ["number", "null"] } }
      }
    },
    "SinglePresses": {
      "type": "object",
      "required": ["presses"],
      "properties": {
        "presses": {
          "type": "array",
          "items": {
            "type": "object",
            "required": [
              "touchpoint", "question", "at", "button", "outcome", "estimated", "imported", "device",
              "received_at"
            ],
            "properties": {
              "touchpoint": { "$ref": "#/components/schemas/NodeID" },
              "question": { "$ref": "#/components/schemas/QuestionID" },
              "at": { "type": "string", "format": "date-time" },
              "button": { "type": "integer", "minimum": 0, "maximum": 255 },
              "outcome": { "enum": ["counted", "excluded", "invalid"] },
              "estimated": { "type": "boolean" },
              "imported": { "type": "boolean" },
              "device": { "type": ["string", "null"] },
              "received_at": {
                "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "null" }]
              }
            }
          }
        }
      }
    }
    """#
}
