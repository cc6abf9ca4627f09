extension OpenAPI {
  /// Of paths and queries.
  static let parameters = #"""
    "site": {
      "name": "site",
      "in": "path",
      "required": true,
      "description": "The site that is served here.",
      "schema": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,30}$" },
      "example": "helsinki"
    },
    "device": {
      "name": "device",
      "in": "path",
      "required": true,
      "description": "A device of the registry.",
      "schema": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,30}$" },
      "example": "rd-0042"
    },
    "node": {
      "name": "node",
      "in": "query",
      "required": true,
      "description": "A node, `unassigned`, or the site's own id for everything.",
      "schema": { "$ref": "#/components/schemas/NodeID" },
      "example": "terveysasemat"
    },
    "from": {
      "name": "from",
      "in": "query",
      "required": true,
      "description": "Start, inclusive, from 1970-01-01T00:00:00Z on. A bare date is local \#
    midnight; else RFC 3339 on a whole hour, `+` written as `%2B`.",
      "schema": { "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] },
      "examples": {
        "date": { "value": "2017-01-01" },
        "time": { "value": "2017-01-01T00:00:00+02:00" }
      }
    },
    "to": {
      "name": "to",
      "in": "query",
      "required": true,
      "description": "End, exclusive, later than `from`, up to 2198-02-27T08:00:00Z. Written as \#
    `from`.",
      "schema": { "type": "string", "anyOf": [{ "format": "date" }, { "format": "date-time" }] },
      "examples": {
        "date": { "value": "2018-01-01" },
        "time": { "value": "2017-12-31T22:00:00Z" }
      }
    },
    "by": {
      "name": "by",
      "in": "query",
      "description": "The length of a row: periods of the local calendar, ISO weeks; the first \#
    and last are cut to the range.",
      "schema": { "$ref": "#/components/schemas/Period", "default": "total" },
      "example": "year"
    },
    "children": {
      "name": "children",
      "in": "query",
      "description": "Also a series per child, after the node's own; `1` and `0` will do.",
      "schema": { "type": "boolean", "default": false },
      "example": false
    },
    "question": {
      "name": "question",
      "in": "query",
      "description": "Only this question.",
      "schema": { "$ref": "#/components/schemas/QuestionID" },
      "example": "palvelu"
    },
    "details": {
      "name": "details",
      "in": "query",
      "description": "CSV gets the columns `late`, `imported` and `annulled` after `estimated`. JSON \#
    always has them.",
      "schema": { "type": "boolean", "default": false },
      "example": false
    },
    "coverage": {
      "name": "coverage",
      "in": "query",
      "description": "Also tell which part of the opening hours the devices were known to be \#
    alive: members `state` and `coverage` of each row, and three of each series; in CSV the columns \#
    state, open_hours, device_hours, alive_hours at the end; JSON-stat has none of it. Touchpoints \#
    of all series times hours of the range are at most 10000000.",
      "schema": { "type": "boolean", "default": false },
      "example": false
    },
    "lang": {
      "name": "lang",
      "in": "query",
      "description": "Language of names in JSON-stat, where the registry has them.",
      "schema": { "type": "string", "enum": ["fi", "sv", "en"], "default": "fi" },
      "example": "fi"
    },
    "tableFormat": {
      "name": "format",
      "in": "query",
      "description": "Without it what Accept wants most by RFC 9110, JSON where it wants nothing \#
    that is here.",
      "schema": { "type": "string", "enum": ["json", "csv"] },
      "example": "csv"
    },
    "asOf": {
      "name": "as_of",
      "in": "query",
      "description": "An earlier moment: `data` of an answer's revision, or a date or RFC 3339 \#
    time (all that had been received by then). Counted again from the archive and the imports that \#
    stood then, under today's registry and rules. 400 when over 256 MiB of the archive would have to \#
    be read: the detail names the command that does it. Not with `coverage`.",
      "schema": { "type": "string" },
      "examples": {
        "revision": { "value": "4711" },
        "time": { "value": "2026-11-21T10:00:00Z" }
      }
    },
    "afterRevision": {
      "name": "after",
      "in": "query",
      "description": "Only what came after this revision: `data` of an answer.",
      "schema": { "type": "integer", "minimum": 0, "default": 0 },
      "example": 4711
    },
    "limitOfChanges": {
      "name": "limit",
      "in": "query",
      "description": "So many changes at most, the newest.",
      "schema": { "type": "integer", "minimum": 1, "maximum": 10000, "default": 1000 },
      "example": 100
    },
    "limitOfPresses": {
      "name": "limit",
      "in": "query",
      "description": "Rows of the answer at most; fewer when reading them takes long.",
      "schema": { "type": "integer", "minimum": 1, "maximum": 100000, "default": 100000 },
      "example": 1000
    },
    "afterPresses": {
      "name": "after",
      "in": "query",
      "description": "What the answer before gave as `next`; node, from and to stay the same. 400 \#
    once a registry, an import or a rebuild made earlier presses count otherwise: begin again.",
      "schema": { "type": "string" }
    },
    "format": {
      "name": "format",
      "in": "query",
      "description": "Without it what Accept wants most by RFC 9110, JSON where it wants nothing \#
    that is here.",
      "schema": { "type": "string", "enum": ["json", "csv", "json-stat"] },
      "example": "json"
    }
    """#
}
