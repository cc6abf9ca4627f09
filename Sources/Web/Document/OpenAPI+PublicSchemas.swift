extension OpenAPI {
  /// What everybody may see, and what was published.
  static let publicSchemas = #"""
    "PublicSite": {
      "type": "object",
      "required": [
        "site", "time_zone", "by", "cell_min", "total_min", "delay_days", "questions", "nodes"
      ],
      "properties": {
        "site": { "type": "string" },
        "time_zone": { "type": "string", "description": "IANA name." },
        "by": {
          "type": "string",
          "enum": ["week", "month", "quarter", "year"],
          "description": "The one length of public periods."
        },
        "cell_min": {
          "type": "integer",
          "minimum": 5,
          "description": "Responses of each button that a row needs to be shown."
        },
        "total_min": {
          "type": "integer",
          "minimum": 10,
          "description": "Responses that a row needs to be shown."
        },
        "delay_days": {
          "type": "integer",
          "minimum": 0,
          "description": "Days after its end until a period is published."
        },
        "questions": { "type": "array", "items": { "$ref": "#/components/schemas/Question" } },
        "nodes": { "type": "array", "items": { "$ref": "#/components/schemas/PublicNode" } }
      }
    },
    "PublicNode": {
      "type": "object",
      "required": ["id", "kind", "name", "nodes"],
      "properties": {
        "id": { "$ref": "#/components/schemas/NodeID" },
        "kind": { "type": "string" },
        "name": { "$ref": "#/components/schemas/Texts" },
        "nodes": { "type": "array", "items": { "$ref": "#/components/schemas/PublicNode" } }
      }
    },
    "PublicResults": {
      "type": "object",
      "required": ["node", "time_zone", "series"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "time_zone": { "type": "string", "description": "IANA name." },
        "series": {
          "type": "array",
          "description": "One per node and question.",
          "items": { "$ref": "#/components/schemas/PublicSeries" }
        }
      }
    },
    "PublicSeries": {
      "type": "object",
      "required": ["node", "question", "buttons", "rows"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "question": { "$ref": "#/components/schemas/QuestionID" },
        "buttons": { "$ref": "#/components/schemas/Buttons" },
        "rows": { "type": "array", "items": { "$ref": "#/components/schemas/PublicRow" } }
      }
    },
    "PublicRow": {
      "type": "object",
      "required": [
        "start", "end", "suppressed", "responses", "counts", "index", "interval", "shares",
        "published_at", "revised_at", "before", "later_counts_differ"
      ],
      "properties": {
        "start": { "type": "string", "format": "date-time" },
        "end": { "type": "string", "format": "date-time", "description": "Exclusive." },
        "suppressed": {
          "type": "boolean",
          "description": "True: all numbers are null; not even whether there were any is told."
        },
        "responses": { "type": ["integer", "null"], "minimum": 10 },
        "counts": {
          "type": ["array", "null"],
          "items": { "type": "integer", "minimum": 5 },
          "description": "From the most negative button."
        },
        "index": { "type": ["number", "null"], "minimum": 0, "maximum": 100 },
        "interval": {
          "anyOf": [{ "$ref": "#/components/schemas/Interval" }, { "type": "null" }]
        },
        "shares": {
          "anyOf": [{ "$ref": "#/components/schemas/Shares" }, { "type": "null" }]
        },
        "published_at": {
          "type": "string",
          "format": "date-time",
          "description": "When the period was published first."
        },
        "revised_at": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "When it was published again; null = never."
        },
        "before": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/PublicVersion" },
          "description": "What the row said before, the oldest first."
        },
        "later_counts_differ": {
          "type": "boolean",
          "description": "Something that was shown of this period, at this place or another, is \#
    counted otherwise by now. One word for the whole site; where and by how much is not told."
        }
      }
    },
    "PublicVersion": {
      "type": "object",
      "required": ["published_at", "suppressed", "responses", "counts", "index"],
      "properties": {
        "published_at": { "type": "string", "format": "date-time" },
        "suppressed": { "type": "boolean" },
        "responses": { "type": ["integer", "null"], "minimum": 0 },
        "counts": { "type": ["array", "null"], "items": { "type": "integer", "minimum": 0 } },
        "index": { "type": ["number", "null"], "minimum": 0, "maximum": 100 }
      }
    },
    "Publications": {
      "type": "object",
      "required": ["node", "time_zone", "series"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "time_zone": { "type": "string", "description": "IANA name." },
        "series": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/PublicationSeries" }
        }
      }
    },
    "PublicationSeries": {
      "type": "object",
      "required": ["question", "buttons", "periods"],
      "properties": {
        "question": { "$ref": "#/components/schemas/QuestionID" },
        "buttons": { "$ref": "#/components/schemas/Buttons" },
        "periods": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/PublicationPeriod" }
        }
      }
    },
    "PublicationPeriod": {
      "type": "object",
      "required": ["start", "end", "versions", "now", "differs", "coarser"],
      "properties": {
        "start": { "type": "string", "format": "date-time" },
        "end": { "type": "string", "format": "date-time", "description": "Exclusive." },
        "versions": {
          "type": "array",
          "minItems": 1,
          "items": { "$ref": "#/components/schemas/PublicVersion" },
          "description": "The oldest first; the numbers also of what was hidden."
        },
        "now": { "$ref": "#/components/schemas/PublicationNow" },
        "differs": {
          "type": "boolean",
          "description": "What is counted now is not what the last version says."
        },
        "coarser": {
          "type": "boolean",
          "description": "It is made of several periods and was published to correct them."
        }
      }
    },
    "PublicationNow": {
      "type": "object",
      "required": ["responses", "counts", "index"],
      "properties": {
        "responses": { "type": "integer", "minimum": 0 },
        "counts": { "type": "array", "items": { "type": "integer", "minimum": 0 } },
        "index": { "type": ["number", "null"], "minimum": 0, "maximum": 100 }
      }
    }
    """#
}
