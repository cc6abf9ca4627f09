/// The OpenAPI 3.1 document, `GET /api/v1/openapi.json`.
///
/// Paths and parameters follow from ``Endpoint/all``; the schemas stand beside.
/// `Tests/outside-peer/test_openapi.py` compares the running service with it, and the document with
/// the one that was reviewed last. `\#` at the end of a line joins it with the next.
enum OpenAPI {
  static let bytes = Array(document.utf8)

  private static let document = #"""
    {
    "openapi": "3.1.0",
    "info": {
      "title": "Pikapalaute",
      "version": "\#(Program.version)",
      "summary": "Feedback buttons: presses in, results out.",
      "description": "Errors are RFC 9457 problems. What may be tried again is 503; a fault of the \#
    service itself is 500, with a member `request` by which its log tells more. HEAD is answered \#
    where GET is; another method is 405 with Allow. Times are RFC 3339. Answers are not cached \#
    (`no-store`), except results and exports with an ETag, and those below `/public/`.",
      "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
    },
    "servers": [{ "url": "/", "description": "Where this document came from." }],
    "security": [{ "bearer": [] }],
    "tags": [
      { "name": "ingest", "description": "For devices without MQTT." },
      { "name": "results", "description": "For whom the feedback is." },
      { "name": "public", "description": "For everybody; no token. Cacheable." },
      { "name": "exports", "description": "For other programs." },
      { "name": "operation", "description": "For who runs the service; no token." }
    ],
    "paths": {
    \#(paths)
    },
    "components": {
    "securitySchemes": {
      "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "Made with `pikapalaute token make`. A role may do what those before it \#
    may: reader, analyst, manager, administrator; a device's token posts its presses and no more. \#
    A token may be bound to a node: then all but that node and what is below it is 403. \#
    `pikapalaute routes` lists the role that each route needs; without a word here it is reader."
      }
    },
    "headers": {
      "ETag": {
        "description": "Holds until a count of the range or the registry changes, or the service \#
    starts anew.",
        "schema": { "type": "string" },
        "example": "\"mi9k2x1c-42-3-json\""
      },
      "NextPage": {
        "description": "RFC 8288, `rel=\"next\"`: the address of the next page; missing on the \#
    last.",
        "schema": { "type": "string" },
        "example": "</api/v1/presses?node=kallio&from=2026-11-21&to=2026-11-22&after=eyJlbmQi>; \#
    rel=\"next\""
      },
      "RetryAfter": {
        "required": true,
        "description": "Seconds to wait.",
        "schema": { "type": "integer", "minimum": 1 },
        "example": 5
      }
    },
    "parameters": {
    \#(parameters)
    },
    "responses": {
    \#(responses)
    },
    "schemas": {
    \#(schemas)
    }
    }
    }
    """#
}
