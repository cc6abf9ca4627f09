extension OpenAPI {
  /// Control charts.
  static let chartSchemas = #"""
    "ControlCharts": {
      "type": "object",
      "required": ["node", "time_zone", "by", "measure", "baseline", "series"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "time_zone": { "type": "string", "description": "IANA name." },
        "by": { "type": "string", "enum": ["day", "week", "month", "quarter"] },
        "measure": { "$ref": "#/components/schemas/Measure" },
        "baseline": { "type": ["integer", "null"], "minimum": 2, "description": "As asked." },
        "series": { "type": "array", "items": { "$ref": "#/components/schemas/ControlChart" } }
      }
    },
    "ControlChart": {
      "type": "object",
      "required": [
        "question", "buttons", "center", "sigma_z", "baseline_points", "trial", "points"
      ],
      "properties": {
        "question": { "$ref": "#/components/schemas/QuestionID" },
        "buttons": { "$ref": "#/components/schemas/Buttons" },
        "center": {
          "type": ["number", "null"],
          "minimum": 0,
          "maximum": 100,
          "description": "Value of all responses of the baseline; null without any."
        },
        "sigma_z": {
          "type": ["number", "null"],
          "exclusiveMinimum": 0,
          "description": "By how much neighbours vary more than chance alone; null with fewer \#
    than two points or without variation."
        },
        "baseline_points": {
          "$ref": "#/components/schemas/Count",
          "description": "Points with responses from which center and limits come."
        },
        "trial": {
          "type": "boolean",
          "description": "Fewer than 12 of them: limits will move. Fewer than 5 make none."
        },
        "points": {
          "type": "array",
          "minItems": 1,
          "items": { "$ref": "#/components/schemas/ChartPoint" }
        }
      }
    },
    "ChartPoint": {
      "type": "object",
      "required": ["start", "end", "responses", "value", "limits", "signals"],
      "properties": {
        "start": { "$ref": "#/components/schemas/Instant" },
        "end": { "$ref": "#/components/schemas/Instant" },
        "responses": { "$ref": "#/components/schemas/Count" },
        "value": {
          "type": ["number", "null"],
          "minimum": 0,
          "maximum": 100,
          "description": "null without responses: a gap, which belongs to no run."
        },
        "limits": {
          "anyOf": [{ "$ref": "#/components/schemas/Limits" }, { "type": "null" }],
          "description": "Three deviations from the center; of a point after the baseline more, by \#
    how few points made it. null at a gap, without sigma_z, or with a baseline of fewer than 5."
        },
        "signals": {
          "type": "array",
          "uniqueItems": true,
          "items": {
            "type": "string",
            "enum": ["beyond_limits", "run", "trend", "two_of_three"]
          },
          "description": "Rules that the point is part of; empty = common variation."
        }
      }
    },
    "Limits": {
      "type": "object",
      "required": ["lower", "upper"],
      "properties": {
        "lower": { "type": "number", "minimum": 0, "maximum": 100 },
        "upper": { "type": "number", "minimum": 0, "maximum": 100 }
      }
    }
    """#

  /// Rankings and hours of the week.
  static let rankSchemas = #"""
    "Rankings": {
      "type": "object",
      "required": ["node", "time_zone", "start", "end", "left_out", "series"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "time_zone": { "type": "string", "description": "IANA name." },
        "start": { "$ref": "#/components/schemas/Instant" },
        "end": { "$ref": "#/components/schemas/Instant" },
        "left_out": {
          "$ref": "#/components/schemas/NodeIDs",
          "description": "Touchpoints of visits, which are not ranked."
        },
        "series": { "type": "array", "items": { "$ref": "#/components/schemas/Ranking" } }
      }
    },
    "Ranking": {
      "type": "object",
      "required": [
        "question", "buttons", "mean", "between_variance", "within_variance", "units"
      ],
      "properties": {
        "question": { "$ref": "#/components/schemas/QuestionID" },
        "buttons": { "$ref": "#/components/schemas/Buttons" },
        "mean": { "$ref": "#/components/schemas/Index" },
        "between_variance": {
          "type": ["number", "null"],
          "minimum": 0,
          "description": "How much the places truly differ, squared points; 0 = they cannot be \#
    told apart."
        },
        "within_variance": {
          "type": ["number", "null"],
          "exclusiveMinimum": 0,
          "description": "How much single responses differ within a place, squared points."
        },
        "units": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/RankedUnit" },
          "description": "By rank; without responses last."
        }
      }
    },
    "RankedUnit": {
      "type": "object",
      "required": [
        "node", "responses", "index", "interval", "shrunk", "shrunk_interval", "rank", "rank_low",
        "rank_high"
      ],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "responses": { "$ref": "#/components/schemas/Count" },
        "index": { "$ref": "#/components/schemas/Index" },
        "interval": { "$ref": "#/components/schemas/MaybeInterval" },
        "shrunk": { "$ref": "#/components/schemas/Index" },
        "shrunk_interval": { "$ref": "#/components/schemas/MaybeInterval" },
        "rank": { "$ref": "#/components/schemas/Rank" },
        "rank_low": { "$ref": "#/components/schemas/Rank" },
        "rank_high": { "$ref": "#/components/schemas/Rank" }
      }
    },
    "Rank": {
      "type": ["integer", "null"],
      "minimum": 1,
      "description": "1 is the highest; null when fewer than two places, or this one, have no \#
    responses."
    },
    "HoursOfWeek": {
      "type": "object",
      "required": ["node", "time_zone", "start", "end", "series"],
      "properties": {
        "node": { "$ref": "#/components/schemas/NodeID" },
        "time_zone": { "type": "string", "description": "IANA name." },
        "start": { "$ref": "#/components/schemas/Instant" },
        "end": { "$ref": "#/components/schemas/Instant" },
        "series": { "type": "array", "items": { "$ref": "#/components/schemas/HourOfWeek" } }
      }
    },
    "HourOfWeek": {
      "type": "object",
      "required": ["question", "buttons", "cells"],
      "properties": {
        "question": { "$ref": "#/components/schemas/QuestionID" },
        "buttons": { "$ref": "#/components/schemas/Buttons" },
        "cells": {
          "type": "array",
          "minItems": 168,
          "maxItems": 168,
          "items": { "$ref": "#/components/schemas/HourCell" },
          "description": "Monday's first, by hour."
        }
      }
    },
    "HourCell": {
      "type": "object",
      "required": ["weekday", "hour", "hours", "responses", "index", "interval"],
      "properties": {
        "weekday": { "type": "integer", "minimum": 1, "maximum": 7, "description": "1 = Monday." },
        "hour": { "type": "integer", "minimum": 0, "maximum": 23, "description": "Local." },
        "hours": {
          "$ref": "#/components/schemas/Count",
          "description": "How often the range holds it: skipped by clocks not at all, passed twice \#
    twice."
        },
        "responses": { "$ref": "#/components/schemas/Count" },
        "index": { "$ref": "#/components/schemas/Index" },
        "interval": { "$ref": "#/components/schemas/MaybeInterval" }
      }
    }
    """#
}
