extension OpenAPI {
  /// What whoever runs the service uses; without a token.
  static let operationPaths = #"""
    "/api/v1/openapi.json": {
      "get": {
        "operationId": "getOpenAPI",
        "tags": ["operation"],
        "summary": "This document",
        "security": [],
        "responses": {
          "200": {
            "description": "OpenAPI 3.1.",
            "content": {
              "application/json": {
                "schema": { "type": "object", "required": ["openapi", "info", "paths"] }
              }
            }
          }
        }
      }
    },
    "/healthz": {
      "get": {
        "operationId": "getHealth",
        "tags": ["operation"],
        "summary": "The process lives",
        "security": [],
        "description": "HTTP is served, and the thread that takes presses goes on. Nothing is said of the broker or of a store that fails; see /readyz.",
        "responses": {
          "200": {
            "description": "It lives.",
            "content": { "text/plain": { "schema": { "type": "string" }, "example": "ok\n" } }
          },
          "503": {
            "description": "The thread that takes presses is stuck: at what, and since when. Only a start anew helps, or that what it waits for comes back.",
            "headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },
            "content": {
              "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "example": {
                  "type": "about:blank",
                  "title": "Service Unavailable",
                  "status": 503,
                  "detail": "the ingest thread is stuck: committing for 31 s"
                }
              }
            }
          }
        }
      }
    },
    "/readyz": {
      "get": {
        "operationId": "getReadiness",
        "tags": ["operation"],
        "summary": "Presses are taken",
        "security": [],
        "description": "Says to anybody which parts are not ready: `ingest` (stuck, see /healthz), `store`, `broker`; \#
    with an administrator's token also why.",
        "responses": {
          "200": {
            "description": "Subscribed to the broker, and the store writes.",
            "content": { "text/plain": { "schema": { "type": "string" }, "example": "ready\n" } }
          },
          "503": {
            "description": "Not ready.",
            "headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },
            "content": {
              "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "example": {
                  "type": "about:blank",
                  "title": "Service Unavailable",
                  "status": 503,
                  "detail": "not ready: broker"
                }
              }
            }
          }
        }
      }
    },
    "/metrics": {
      "get": {
        "operationId": "getMetrics",
        "tags": ["operation"],
        "summary": "The service's own numbers",
        "security": [],
        "description": "Prometheus' text format 0.0.4; no names of places or devices. Where PIKAPALAUTE_METRICS_TOKEN is set, that token or an administrator's is needed (401, 403).",
        "responses": {
          "200": {
            "description": "Counters and histograms since the start, and gauges.",
            "content": {
              "text/plain": {
                "schema": { "type": "string" },
                "example": "# TYPE pikapalaute_presses_total counter\npikapalaute_presses_total \#
    42\n"
              }
            }
          }
        }
      }
    }
    """#
}
