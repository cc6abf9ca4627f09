extension OpenAPI {
  /// What changed, and when.
  static let revisionPaths = #"""
    "/api/v1/revisions": {
      "get": {
        "operationId": "getRevisions",
        "tags": ["results"],
        "summary": "What changed the numbers of a range, and when",
        "description": "The newest first: presses that were received, told together by the hour of \#
    receipt and the day of UTC that they count in; a registry; an import or its withdrawal; stored \#
    counts that were replaced. `as_of` of the results answers with the numbers of each revision. Days \#
    are those of the whole site, whichever place the presses belong to.",
        "parameters": [
          { "$ref": "#/components/parameters/from" },
          { "$ref": "#/components/parameters/to" },
          { "$ref": "#/components/parameters/afterRevision" },
          { "$ref": "#/components/parameters/limitOfChanges" }
        ],
        "responses": {
          "200": {
            "description": "Changes of the days that the range touches.",
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/Revisions" },
                "example": {
                  "revision": { "data": 4890, "registry": 3, "rule": "lockout/1" },
                  "complete_after": 1,
                  "changes": [
                    {
                      "cause": "presses",
                      "start": "2026-01-14T02:00:00+02:00",
                      "end": "2026-01-15T02:00:00+02:00",
                      "first_at": "2026-02-20T08:00:02.120Z",
                      "last_at": "2026-02-20T08:00:02.871Z",
                      "first_revision": 4712,
                      "last_revision": 4713,
                      "import": null
                    }
                  ],
                  "more": false
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

  static let revisionSchemas = #"""
    "Revisions": {
      "type": "object",
      "required": ["revision", "complete_after", "changes", "more"],
      "properties": {
        "revision": {
          "type": "object",
          "required": ["data", "registry", "rule"],
          "description": "Of the range, as in the results.",
          "properties": {
            "data": { "type": "integer" },
            "registry": { "type": "integer" },
            "rule": { "const": "lockout/1" }
          }
        },
        "complete_after": {
          "type": "integer",
          "minimum": 0,
          "description": "Every change after this revision is known; of those before, the oldest \#
    are not kept."
        },
        "changes": { "type": "array", "items": { "$ref": "#/components/schemas/RevisionChange" } },
        "more": { "type": "boolean", "description": "There are older ones than `limit` lets in." }
      }
    },
    "RevisionChange": {
      "type": "object",
      "required": [
        "cause", "start", "end", "first_at", "last_at", "first_revision", "last_revision", "import"
      ],
      "properties": {
        "cause": {
          "enum": [
            "presses", "registry", "import", "withdrawal", "annulment", "annulment_undone", "recount"
          ]
        },
        "start": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "Of what may have changed, a day of UTC or several; null = any."
        },
        "end": { "type": ["string", "null"], "format": "date-time", "description": "Exclusive." },
        "first_at": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "When the first of them came; null where nobody said."
        },
        "last_at": { "type": ["string", "null"], "format": "date-time" },
        "first_revision": {
          "type": "integer",
          "description": "The first revision that it made; not each one up to the last is its own."
        },
        "last_revision": { "type": "integer" },
        "import": { "type": ["integer", "null"], "description": "Number of the import." }
      }
    }
    """#
}
