extension OpenAPI {
  /// Series, rows, the index.
  static let resultSchemas = #"""
    "Period": {
      "type": "string",
      "enum": ["hour", "day", "week", "month", "quarter", "year", "total"]
    },
    "Results": {
      "type": "object",
      "required": ["node", "time_zone", "by", "revision", "series"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "time_zone": { "type": "string", "description": "IANA name." },
        "by": { "$ref": "#/components/schemas/Period" },
        "revision": {
          "type": "object",
          "required": ["data", "registry", "rule"],
          "description": "What the numbers come from.",
          "properties": {
            "data": {
              "type": "integer",
              "description": "Grows whenever a count of the range changes; with `as_of` the one that \#
    held then, 0 = from before revisions were kept."
            },
            "registry": { "type": "integer", "description": "Grows with every registry applied." },
            "rule": { "const": "lockout/1", "description": "By which presses are kept back." }
          }
        },
        "series": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/Series" },
          "description": "The node's own first, then its children's."
        }
      }
    },
    "Series": {
      "type": "object",
      "required": ["node", "question", "buttons", "rows"],
      "description": "One node's answers to one question.",
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "question": { "$ref": "#/components/schemas/QuestionID" },
        "buttons": { "$ref": "#/components/schemas/Buttons" },
        "rows": {
          "type": "array",
          "minItems": 1,
          "items": { "$ref": "#/components/schemas/Row" },
          "description": "In order of time, without gaps."
        },
        "opening_hours": {
          "$ref": "#/components/schemas/OpeningHours",
          "description": "With `coverage=true` only."
        },
        "touchpoints": {
          "type": "integer",
          "minimum": 0,
          "description": "Touchpoints that ask the question. With `coverage=true` only."
        },
        "touchpoints_without_opening_hours": {
          "type": "integer",
          "minimum": 0,
          "description": "Of them, those whose every hour counts as open. With `coverage=true` only."
        }
      }
    },
    "Row": {
      "type": "object",
      "required": [\#(tallyRequired)],
      "properties": {
        \#(tallyProperties),
        "state": {
          "type": "string",
          "enum": [
            "responses",
            "no_responses",
            "closed",
            "device_silent",
            "no_device",
            "future"
          ],
          "description": "With `coverage=true` only. Without responses, why: open and alive, not \#
    open, no sign of the device in open hours, no device that asks the question, not begun yet."
        },
        "coverage": {
          "$ref": "#/components/schemas/Coverage",
          "description": "With `coverage=true` only."
        }
      }
    },
    "Coverage": {
      "type": "object",
      "required": [
        "open_hours",
        "device_hours",
        "alive_hours",
        "share",
        "touchpoints_silent",
        "touchpoints_without_device"
      ],
      "description": "Up to now; the hours of all touchpoints added up.",
      "properties": {
        "open_hours": { "type": "number", "minimum": 0 },
        "device_hours": {
          "type": "number",
          "minimum": 0,
          "description": "Open hours with a device assigned that asks the question."
        },
        "alive_hours": {
          "type": "number",
          "minimum": 0,
          "description": "Of these, those in which it was known to be alive: it was pressed within \#
    the hour, or had a session at the broker."
        },
        "share": {
          "type": ["number", "null"],
          "minimum": 0,
          "maximum": 1,
          "description": "alive_hours / open_hours; null without open hours."
        },
        "touchpoints_silent": {
          "type": "integer",
          "minimum": 0,
          "description": "Touchpoints with a device of which no sign came in open hours."
        },
        "touchpoints_without_device": {
          "type": "integer",
          "minimum": 0,
          "description": "Touchpoints that were open without a device."
        }
      }
    },
    "Interval": {
      "type": "object",
      "required": ["low", "high", "level"],
      "description": "Where the index lies: posterior mean ± 1.959964 standard deviations, \#
    Dirichlet prior ½ per button.",
      "properties": {
        "low": { "type": "number", "minimum": 0, "maximum": 100 },
        "high": { "type": "number", "minimum": 0, "maximum": 100 },
        "level": { "type": "number", "const": 0.95, "description": "Probability." }
      }
    },
    "ResultsTable": {
      "type": "string",
      "description": "RFC 4180 in UTF-8, lines end with CRLF. As many count_ columns as the \#
    largest question has buttons; cells that have no value are empty."
    }
    """#

  /// The members of a period and its numbers, as ``JSONText/members(_:)`` writes them.
  static let tallyRequired =
    (["start", "end", "responses", "counts", "index", "interval", "shares"]
    + Measure.others.map(\.name)).map { "\"\($0)\"" }.joined(separator: ", ")

  static let tallyProperties =
    (Measure.others.map { measure in
      let text = quoted(measure.text)
      return
        "\"\(measure.name)\": { \"type\": \"integer\", \"minimum\": 0, \"description\": \(text) }"
    } + [
      #"""
      "start": {
        "type": "string",
        "format": "date-time",
        "description": "Inclusive, with the site's offset then."
      },
      "end": { "type": "string", "format": "date-time", "description": "Exclusive." },
      "responses": {
        "type": "integer",
        "minimum": 0,
        "description": "Presses that counted: the sum of `counts`."
      },
      "counts": {
        "type": "array",
        "minItems": 2,
        "maxItems": 5,
        "items": { "type": "integer", "minimum": 0 },
        "description": "Responses by button, the most negative first."
      },
      "index": {
        "type": ["number", "null"],
        "minimum": 0,
        "maximum": 100,
        "description": \#(quoted(Measure.all.first { $0.name == "index" }?.text ?? ""))
      },
      "interval": {
        "anyOf": [{ "$ref": "#/components/schemas/Interval" }, { "type": "null" }],
        "description": "null without responses."
      },
      "shares": {
        "anyOf": [{ "$ref": "#/components/schemas/Shares" }, { "type": "null" }],
        "description": "null without responses."
      }
      """#
    ]).joined(separator: ",\n")
}
