extension OpenAPI {
  /// Change, limits, ranks, hours of the week. Formulas: docs/statistics.md.
  static let statisticsPaths = #"""
    "/api/v1/comparison": {
      "get": {
        "operationId": "getComparison",
        "tags": ["results"],
        "summary": "A period beside the one before, the same a year ago, and the siblings",
        "description": "Before: as many whole calendar months, else days, else hours. A year ago: \#
    whole ISO weeks 52 weeks before, else the same dates. A series per question. At most 2000 \#
    siblings. Touchpoints of visits are not held against each other.",
        "parameters": [
          { "$ref": "#/components/parameters/node" },
          { "$ref": "#/components/parameters/from" },
          { "$ref": "#/components/parameters/to" },
          { "$ref": "#/components/parameters/question" }
        ],
        "responses": {
          "200": {
            "description": "The period and its comparisons.",
            "content": {
              "application/json": {
                "schema": { "$ref": "#/components/schemas/Comparison" },
                "example": {
                  "node": "terveysasemat",
                  "time_zone": "Europe/Helsinki",
                  "series": [
                    {
                      "question": "palvelu",
                      "buttons": 4,
                      "now": {
                        "start": "2026-10-01T00:00:00+03:00",
                        "end": "2026-11-01T00:00:00+02:00",
                        "responses": 219,
                        "counts": [17, 16, 60, 126],
                        "index": 78.23439878234399,
                        "interval": {
                          "low": 73.93945849405752,
                          "high": 82.0182291230158,
                          "level": 0.95
                        },
                        "shares": {
                          "very_positive": 0.5753424657534246,
                          "positive": 0.8493150684931506,
                          "negative": 0.1506849315068493
                        },
                        "excluded": 3,
                        "invalid": 0,
                        "lost": 0,
                        "estimated": 0,
                        "late": 0,
                        "imported": 0,
                        "annulled": 0
                      },
                      "before": {
                        "start": "2026-09-01T00:00:00+03:00",
                        "end": "2026-10-01T00:00:00+03:00",
                        "responses": 0,
                        "counts": [0, 0, 0, 0],
                        "index": null,
                        "interval": null,
                        "shares": null,
                        "excluded": 0,
                        "invalid": 0,
                        "lost": 0,
                        "estimated": 0,
                        "late": 0,
                        "imported": 0,
                        "annulled": 0,
                        "change": {
                          "word": "not enough responses",
                          "difference": null,
                          "estimate": null,
                          "interval": null,
                          "days": 24,
                          "other_days": 0,
                          "dispersion": null,
                          "degrees_of_freedom": null
                        }
                      },
                      "year_ago": null,
                      "siblings": {
                        "comparisons": 0,
                        "family_level": 0.95,
                        "units": [],
                        "left_out": [],
                        "reason": "'terveysasemat' has no siblings"
                      }
                    }
                  ]
                }
              }
            }
          },
          \#(statisticsErrors)
        }
      }
    },
    "/api/v1/control-chart": {
      "get": {
        "operationId": "getControlChart",
        "tags": ["results"],
        "summary": "A series with the limits of its own variation, and its signals",
        "description": "Laney's p′ chart; a series per question, at most 5000 points.",
        "parameters": [
          { "$ref": "#/components/parameters/node" },
          { "$ref": "#/components/parameters/from" },
          { "$ref": "#/components/parameters/to" },
          { "$ref": "#/components/parameters/chart_by" },
          { "$ref": "#/components/parameters/measure" },
          { "$ref": "#/components/parameters/baseline" },
          { "$ref": "#/components/parameters/question" }
        ],
        "responses": {
          "200": {
            "description": "Center, limits and points.",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/ControlCharts" } }
            }
          },
          \#(statisticsErrors)
        }
      }
    },
    "/api/v1/ranking": {
      "get": {
        "operationId": "getRanking",
        "tags": ["results"],
        "summary": "The places below a node by their index, drawn to the mean of all",
        "description": "A place with few responses lies near the mean, and its ranks far apart. \#
    At most 2000 places. Touchpoints of visits are left out; a node that has no others is 400.",
        "parameters": [
          { "$ref": "#/components/parameters/node" },
          { "$ref": "#/components/parameters/from" },
          { "$ref": "#/components/parameters/to" },
          { "$ref": "#/components/parameters/question" }
        ],
        "responses": {
          "200": {
            "description": "A ranking per question.",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/Rankings" } }
            }
          },
          \#(statisticsErrors)
        }
      }
    },
    "/api/v1/hour-of-week": {
      "get": {
        "operationId": "getHourOfWeek",
        "tags": ["results"],
        "summary": "The hours of the local week, over all weeks of a range",
        "description": "168 cells per question, Monday 00 first. At most 300000 hours over all \#
    questions.",
        "parameters": [
          { "$ref": "#/components/parameters/node" },
          { "$ref": "#/components/parameters/from" },
          { "$ref": "#/components/parameters/to" },
          { "$ref": "#/components/parameters/question" }
        ],
        "responses": {
          "200": {
            "description": "The cells of a heat map.",
            "content": {
              "application/json": { "schema": { "$ref": "#/components/schemas/HoursOfWeek" } }
            }
          },
          \#(statisticsErrors)
        }
      }
    }
    """#

  private static let statisticsErrors = #"""
    "400": { "$ref": "#/components/responses/BadParameter" },
          "401": { "$ref": "#/components/responses/Unauthorized" },
          "403": { "$ref": "#/components/responses/Forbidden" },
          "404": { "$ref": "#/components/responses/NoNode" },
          "503": { "$ref": "#/components/responses/Unavailable" }
    """#
}
