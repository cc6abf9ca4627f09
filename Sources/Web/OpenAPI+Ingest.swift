extension OpenAPI {
  /// What devices use.
  static let ingestPaths = #"""
    "/ingest/v1/{site}/{device}/press": {
      "parameters": [
        { "$ref": "#/components/parameters/site" },
        { "$ref": "#/components/parameters/device" }
      ],
      "post": {
        "operationId": "postPresses",
        "tags": ["ingest"],
        "summary": "Post presses of a device",
        "description": "A frame or the JSON form, told apart by the first byte `{` whatever the \#
    Content-Type. The answer has the same form and comes after the presses are on disk: what it \#
    covers is counted exactly once, so repeat until it comes. What becomes of the presses: 200 free \#
    them below `next`; 409 send again from `next`; 400 and 413 will not be accepted so, send fewer at \#
    once and set a single refused one aside; 401, 403 and 404 keep them until somebody mends the \#
    token or the registry; 408, 429, 5xx and no answer keep them and send the same again, after \#
    Retry-After. Needs the device's own token or the administrator's.",
        "requestBody": {
          "required": true,
          "description": "1 to 131072 bytes.",
          "content": {
            "application/octet-stream": { "schema": { "$ref": "#/components/schemas/PressFrame" } },
            "application/json": {
              "schema": { "$ref": "#/components/schemas/Presses" },
              "examples": {
                "smallest": {
                  "summary": "One press, now, without a sequence",
                  "value": { "presses": [{ "button": 3 }] }
                },
                "sequenced": {
                  "summary": "Counted exactly once",
                  "value": {
                    "epoch": 7,
                    "first": 41,
                    "oldest": false,
                    "sent_at": "2026-11-21T10:00:02Z",
                    "presses": [{ "at": "2026-11-21T10:00:00.250Z", "button": 3, "slot": 0 }]
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "Every press below `next` is on disk: the device may forget them.",
            "content": {
              "application/octet-stream": { "schema": { "$ref": "#/components/schemas/AckFrame" } },
              "application/json": {
                "schema": { "$ref": "#/components/schemas/Ack" },
                "examples": {
                  "sequenced": {
                    "value": {
                      "epoch": 7,
                      "next": 42,
                      "rewind": false,
                      "server_time": "2026-11-21T10:00:03Z"
                    }
                  },
                  "unsequenced": {
                    "value": {
                      "epoch": null,
                      "next": null,
                      "rewind": false,
                      "server_time": "2026-11-21T10:00:03Z"
                    }
                  }
                }
              }
            }
          },
          "400": { "$ref": "#/components/responses/Malformed" },
          "401": { "$ref": "#/components/responses/Unauthorized" },
          "403": { "$ref": "#/components/responses/Forbidden" },
          "404": {
            "description": "The site is not served here, or the device is not in its registry: \#
    the device keeps its presses and asks again later.",
            "content": {
              "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "example": {
                  "type": "about:blank",
                  "title": "Not Found",
                  "status": 404,
                  "detail": "device 'hn-0009' is not in the registry"
                }
              }
            }
          },
          "409": {
            "description": "Rewind: presses before `first` are missing and the device did not \#
    say that they are gone (`oldest`). Nothing was counted; send again from `next`.",
            "content": {
              "application/octet-stream": { "schema": { "$ref": "#/components/schemas/AckFrame" } },
              "application/json": {
                "schema": { "$ref": "#/components/schemas/Ack" },
                "example": {
                  "epoch": 7,
                  "next": 12,
                  "rewind": true,
                  "server_time": "2026-11-21T10:00:03Z"
                }
              }
            }
          },
          "413": { "$ref": "#/components/responses/TooLarge" },
          "429": { "$ref": "#/components/responses/TooManyRequests" },
          "503": { "$ref": "#/components/responses/Unavailable" }
        }
      }
    }
    """#
}
