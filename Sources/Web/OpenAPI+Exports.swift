extension OpenAPI {
  /// What leaves for other programs: single presses and files of a year.
  static let exportPaths = #"""
    "/api/v1/presses": {
      "get": {
        "operationId": "getPresses",
        "tags": ["exports"],
        "summary": "Single presses of a node",
        "description": "Every press of the touchpoints at and below a node with what became of \#
    it, in the order of time; an analyst's token is needed. Rows `lost` say how many presses the \#
    device reports as gone before the one that follows. The sum of `count` by outcome is what the \#
    results say, but for imported hours, which have no single presses. Presses at visits say their \#
    hour only, and nothing by which one could be found again. Pages follow each other by `next` \#
    and the header Link; a page that takes long to read is shorter, perhaps empty, and `next` goes \#
    on. What is received after the first page is on none.",
        "parameters": [
          { "$ref": "#/components/parameters/node" },
          { "$ref": "#/components/parameters/from" },
          { "$ref": "#/components/parameters/to" },
          { "$ref": "#/components/parameters/tableFormat" },
          { "$ref": "#/components/parameters/limitOfPresses" },
          { "$ref": "#/components/parameters/afterPresses" }
        ],
        "responses": {
          "200": {
            "description": "The same presses in either form.",
            "headers": {
              "Link": { "$ref": "#/components/headers/NextPage" }
            },
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
                      "received_at": "2026-11-21T10:00:02Z",
                      "count": 1,
                      "epoch": 7,
                      "sequence": 41,
                      "segment": 4711,
                      "frame": 3,
                      "excluded_by": null
                    }
                  ],
                  "next": null
                }
              },
              "text/csv": {
                "schema": { "type": "string" },
                "example": "touchpoint,question,at,button,outcome,estimated,imported,device,\#
    received_at,count,epoch,sequence,segment,frame,excluded_by_at,excluded_by_epoch,\#
    excluded_by_sequence\r\nkallio-aula,palvelu,2026-11-21T10:00:00.250Z,3,counted,false,false,\#
    rd-0042,2026-11-21T10:00:02Z,1,7,41,4711,3,,,\r\n"
              }
            }
          },
          "400": { "$ref": "#/components/responses/BadParameter" },
          "401": { "$ref": "#/components/responses/Unauthorized" },
          "403": { "$ref": "#/components/responses/Forbidden" },
          "404": { "$ref": "#/components/responses/NoNode" },
          "406": { "$ref": "#/components/responses/NotAcceptable" },
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
      "required": ["presses", "next"],
      "properties": {
        "next": {
          "type": ["string", "null"],
          "description": "What to give as `after` for the next page; null = this is the last."
        },
        "presses": {
          "type": "array",
          "items": {
            "type": "object",
            "required": [
              "touchpoint", "question", "at", "button", "outcome", "estimated", "imported", "device",
              "received_at", "count", "epoch", "sequence", "segment", "frame", "excluded_by"
            ],
            "properties": {
              "touchpoint": { "$ref": "#/components/schemas/NodeID" },
              "question": { "$ref": "#/components/schemas/QuestionID" },
              "at": {
                "type": "string",
                "format": "date-time",
                "description": "Of lost presses the time of the one that follows."
              },
              "button": {
                "type": ["integer", "null"],
                "minimum": 0,
                "maximum": 255,
                "description": "null for lost presses."
              },
              "outcome": { "enum": ["counted", "excluded", "invalid", "annulled", "lost"] },
              "estimated": { "type": "boolean" },
              "imported": { "type": "boolean" },
              "device": { "type": ["string", "null"] },
              "received_at": {
                "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "null" }]
              },
              "count": {
                "type": "integer",
                "minimum": 1,
                "description": "1; of lost presses how many."
              },
              "epoch": { "type": ["integer", "null"], "minimum": 0, "maximum": 4294967295 },
              "sequence": {
                "type": ["integer", "null"],
                "minimum": 0,
                "maximum": 4294967294,
                "description": "Its number in the device's journal, of lost presses that of the \#
    first; null for presses without one."
              },
              "segment": {
                "type": ["integer", "null"],
                "minimum": 1,
                "description": "Where its frame lies in the archive: `pikapalaute frame SEGMENT \#
    FRAME` shows it. null for imported presses."
              },
              "frame": { "type": ["integer", "null"], "minimum": 1 },
              "excluded_by": {
                "anyOf": [{ "$ref": "#/components/schemas/PressReference" }, { "type": "null" }]
              }
            }
          }
        }
      }
    },
    "PressReference": {
      "type": "object",
      "required": ["at", "epoch", "sequence"],
      "description": "The press that counted, and after which this one came too soon.",
      "properties": {
        "at": { "type": "string", "format": "date-time" },
        "epoch": { "type": ["integer", "null"], "minimum": 0, "maximum": 4294967295 },
        "sequence": { "type": ["integer", "null"], "minimum": 0, "maximum": 4294967294 }
      }
    }
    """#
}
