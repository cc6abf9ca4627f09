extension OpenAPI {
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
