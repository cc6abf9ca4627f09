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
        "responses": {
          "200": {
            "description": "Always, while HTTP is served.",
            "content": { "text/plain": { "schema": { "type": "string" }, "example": "ok\n" } }
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
        "responses": {
          "200": {
            "description": "Subscribed to the broker, and the store writes.",
            "content": { "text/plain": { "schema": { "type": "string" }, "example": "ready\n" } }
          },
          "503": { "$ref": "#/components/responses/Unavailable" }
        }
      }
    },
    "/metrics": {
      "get": {
        "operationId": "getMetrics",
        "tags": ["operation"],
        "summary": "The service's own numbers",
        "security": [],
        "description": "Prometheus' text format 0.0.4; no names of places or devices.",
        "responses": {
          "200": {
            "description": "Counters since the start, and gauges.",
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
