extension OpenAPI {
  /// Changes, charts, ranks, hours of the week.
  static let statisticsSchemas = #"""
    "Shares": {
      "type": "object",
      "required": ["very_positive", "positive", "negative"],
      "description": "Parts of the responses, not rounded. The middle of an odd number of buttons \#
    is neither positive nor negative.",
      "properties": {
        "very_positive": {
          "$ref": "#/components/schemas/Share",
          "description": "The highest button."
        },
        "positive": {
          "$ref": "#/components/schemas/Share",
          "description": "Buttons above the middle, very positive included."
        },
        "negative": {
          "$ref": "#/components/schemas/Share",
          "description": "Buttons below the middle."
        }
      }
    },
    "Share": { "type": "number", "minimum": 0, "maximum": 1 },
    "Index": {
      "type": ["number", "null"],
      "minimum": 0,
      "maximum": 100,
      "description": "Happy index; null without responses."
    },
    "MaybeInterval": {
      "anyOf": [{ "$ref": "#/components/schemas/Interval" }, { "type": "null" }],
      "description": "null without responses."
    },
    "Instant": { "type": "string", "format": "date-time" },
    "Count": { "type": "integer", "minimum": 0 },
    "NodeIDs": { "type": "array", "items": { "$ref": "#/components/schemas/NodeID" } },
    "Measure": { "type": "string", "enum": ["index", "very_positive", "negative"] },
    "Comparison": {
      "type": "object",
      "required": ["node", "time_zone", "series"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "time_zone": { "type": "string", "description": "IANA name." },
        "series": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/ComparedSeries" }
        }
      }
    },
    "ComparedSeries": {
      "type": "object",
      "required": ["question", "buttons", "now", "before", "year_ago", "siblings"],
      "properties": {
        "question": { "$ref": "#/components/schemas/QuestionID" },
        "buttons": { "$ref": "#/components/schemas/Buttons" },
        "now": { "$ref": "#/components/schemas/PeriodNow" },
        "before": { "$ref": "#/components/schemas/MaybePeriodCompared" },
        "year_ago": { "$ref": "#/components/schemas/MaybePeriodCompared" },
        "siblings": { "$ref": "#/components/schemas/Siblings" }
      }
    },
    "MaybePeriodCompared": {
      "anyOf": [{ "$ref": "#/components/schemas/PeriodCompared" }, { "type": "null" }],
      "description": "null when the period began before 1970."
    },
    "PeriodNow": {
      "type": "object",
      "required": [\#(tallyRequired)],
      "properties": {\#(tallyProperties)
      }
    },
    "PeriodCompared": {
      "type": "object",
      "required": [\#(tallyRequired), "change"],
      "properties": {\#(tallyProperties),
        "change": {
          "$ref": "#/components/schemas/Change",
          "description": "From this period to `now`."
        }
      }
    },
    "Change": {
      "type": "object",
      "required": [
        "word", "difference", "estimate", "interval", "days", "other_days", "dispersion",
        "degrees_of_freedom"
      ],
      "properties": {
        "word": {
          "type": "string",
          "enum": [
            "higher", "lower", "no significant change", "not enough responses", "not enough days"
          ],
          "description": "Higher or lower when the interval does not hold 0. Not enough responses: \#
    a side has fewer than 10; not enough days: fewer than 3 days with responses. Then there is no \#
    interval."
        },
        "difference": {
          "type": ["number", "null"],
          "minimum": -100,
          "maximum": 100,
          "description": "Index less index, the middle of the interval before it was clipped; null \#
    when a side has no responses."
        },
        "estimate": {
          "type": ["number", "null"],
          "minimum": -100,
          "maximum": 100,
          "description": "The same as difference; kept for those who read it."
        },
        "interval": {
          "anyOf": [{ "$ref": "#/components/schemas/DifferenceInterval" }, { "type": "null" }]
        },
        "days": {
          "$ref": "#/components/schemas/Count",
          "description": "Local days with responses of `now`, or of the unit. Where siblings times \#
    days pass 300000: stretches of days."
        },
        "other_days": {
          "$ref": "#/components/schemas/Count",
          "description": "The same of the other side."
        },
        "dispersion": {
          "type": ["number", "null"],
          "minimum": 1,
          "description": "By how much days widen the variance over that of independent responses; \#
    1 = not at all. null without an interval."
        },
        "degrees_of_freedom": {
          "type": ["number", "null"],
          "exclusiveMinimum": 0,
          "description": "Of Student's t, whose quantile makes the interval. null without one."
        }
      }
    },
    "DifferenceInterval": {
      "type": "object",
      "required": ["low", "high", "level"],
      "properties": {
        "low": { "type": "number", "minimum": -100, "maximum": 100 },
        "high": { "type": "number", "minimum": -100, "maximum": 100 },
        "level": {
          "type": "number",
          "minimum": 0.95,
          "exclusiveMaximum": 1,
          "description": "Probability of this one interval: 0.95, of siblings 1 − \#
    0.05/comparisons."
        }
      }
    },
    "Siblings": {
      "type": "object",
      "required": ["comparisons", "family_level", "units", "left_out", "reason"],
      "properties": {
        "comparisons": {
          "$ref": "#/components/schemas/Count",
          "description": "How many intervals there are; each is adjusted for all of them."
        },
        "family_level": {
          "type": "number",
          "const": 0.95,
          "description": "Probability that all intervals hold together (Bonferroni)."
        },
        "units": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/SiblingUnit" },
          "description": "The node and its siblings that ask the question, in the registry's \#
    order."
        },
        "left_out": {
          "$ref": "#/components/schemas/NodeIDs",
          "description": "Touchpoints of visits, which are not compared."
        },
        "reason": {
          "type": ["string", "null"],
          "description": "Why there are no units."
        }
      }
    },
    "SiblingUnit": {
      "type": "object",
      "required": ["node", "responses", "index", "interval", "rest", "change"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "responses": { "$ref": "#/components/schemas/Count" },
        "index": { "$ref": "#/components/schemas/Index" },
        "interval": { "$ref": "#/components/schemas/MaybeInterval" },
        "rest": {
          "type": "object",
          "required": ["responses", "index"],
          "description": "All other units together.",
          "properties": {
            "responses": { "$ref": "#/components/schemas/Count" },
            "index": { "$ref": "#/components/schemas/Index" }
          }
        },
        "change": {
          "$ref": "#/components/schemas/Change",
          "description": "From the rest to the unit."
        }
      }
    },
    \#(chartSchemas),
    \#(rankSchemas)
    """#
}
