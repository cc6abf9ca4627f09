extension OpenAPI {
  /// Errors that several operations share.
  static let responses = #"""
    "Malformed": {
      "description": "Neither a frame nor the JSON form. Kept for inspection; sending it again \#
    is no use: send fewer presses at once, and set a single refused one aside.",
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Bad Request", "status": 400,
            "detail": "not a press message (checksum_mismatch)"
          }
        }
      }
    },
    "BadParameter": {
      "description": "A parameter is wrong, missing, unknown or given twice; `parameter` names \#
    it.",
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Bad Request", "status": 400,
            "detail": "by: 'fortnight' is not one of hour, day, week, month, quarter, year, \#
    total",
            "parameter": "by"
          }
        }
      }
    },
    "Unauthorized": {
      "description": "No token, or one that is not known, was withdrawn or has expired.",
      "headers": {
        "WWW-Authenticate": {
          "required": true, "schema": { "type": "string" },
          "example": "Bearer realm=\"pikapalaute\""
        }
      },
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Unauthorized", "status": 401,
            "detail": "this token is not known; it may have been withdrawn"
          }
        }
      }
    },
    "Forbidden": {
      "description": "The token is good for something else: its role is not enough, or the \#
    node is neither the one it is bound to nor below it.",
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Forbidden", "status": 403,
            "detail": "node 'vallila' is not 'kallio', which this token is bound to, nor below it"
          }
        }
      }
    },
    "NoRegistry": {
      "description": "No registry was ever applied.",
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Not Found", "status": 404,
            "detail": "no registry was applied yet; set PIKAPALAUTE_REGISTRY"
          }
        }
      }
    },
    "NoNode": {
      "description": "No such node or question, or no registry was ever applied.",
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Not Found", "status": 404,
            "detail": "node 'atlantis' is not in the registry; see /api/v1/nodes"
          }
        }
      }
    },
    "NotAcceptable": {
      "description": "Accept gives JSON the weight 0, and nothing else that is here a higher \#
    one. The parameter `format` goes before Accept.",
      "headers": {
        "Vary": {
          "required": true, "schema": { "type": "string" }, "example": "Accept, Authorization, Cookie"
        }
      },
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Not Acceptable", "status": 406,
            "detail": "Accept: 'application/json;q=0' forbids what is here; allowed: \#
    application/json, text/csv; charset=utf-8; header=present, or the parameter format"
          }
        }
      }
    },
    "TooLarge": {
      "description": "More than 131072 bytes: send fewer presses at once.",
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Content Too Large", "status": 413,
            "detail": "a press message has at most 131072 bytes"
          }
        }
      }
    },
    "TooManyRequests": {
      "description": "16 requests of this device are waiting, or its share of epochs, of JSON \#
    or of hours is spent.",
      "headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Too Many Requests", "status": 429,
            "detail": "more than 16 requests of this device are waiting"
          }
        }
      }
    },
    "Unavailable": {
      "description": "Not possible now: nothing can be stored, read, no broker, or too much is \#
    on its way. Keep the presses, try again after Retry-After.",
      "headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },
      "content": {
        "application/problem+json": {
          "schema": { "$ref": "#/components/schemas/Problem" },
          "example": {
            "type": "about:blank", "title": "Service Unavailable", "status": 503,
            "detail": "nothing can be stored now; keep the presses and try again"
          }
        }
      }
    }
    """#
}
