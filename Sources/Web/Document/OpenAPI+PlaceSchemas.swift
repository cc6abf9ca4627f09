extension OpenAPI {
  /// The site's tree and its devices.
  static let placeSchemas = #"""
    "NodeID": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$" },
    "QuestionID": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$" },
    "DeviceID": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,30}$" },
    "Texts": {
      "type": "object",
      "propertyNames": { "pattern": "^[a-z]{2}$" },
      "additionalProperties": { "type": "string" },
      "description": "Text by two-letter language; may be empty, then show the id."
    },
    "Site": {
      "type": "object",
      "required": ["site", "time_zone", "holidays", "questions", "nodes"],
      "properties": {
        "site": {
          "type": "string",
          "pattern": "^[a-z0-9][a-z0-9-]{0,30}$",
          "description": "Also a node id in results: everything."
        },
        "time_zone": { "type": "string", "description": "IANA name." },
        "holidays": {
          "type": ["string", "null"],
          "enum": ["fi", "fi-with-eves", null],
          "description": "What `PH` means in opening hours."
        },
        "questions": { "type": "array", "items": { "$ref": "#/components/schemas/Question" } },
        "nodes": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } }
      }
    },
    "OpeningHours": {
      "type": ["string", "null"],
      "maxLength": 1000,
      "description": "The node's own or inherited ones, OpenStreetMap's opening_hours; null = \#
    nobody gave any, and every hour counts as open."
    },
    "Question": {
      "type": "object",
      "required": ["id", "buttons", "text"],
      "properties": {
        "id": { "$ref": "#/components/schemas/QuestionID" },
        "buttons": { "$ref": "#/components/schemas/Buttons" },
        "text": { "$ref": "#/components/schemas/Texts" }
      }
    },
    "Buttons": {
      "type": "integer",
      "minimum": 2,
      "maximum": 5,
      "description": "Number of buttons; button 0 is the most negative."
    },
    "Node": {
      "type": "object",
      "required": ["id", "kind", "name", "opening_hours", "nodes"],
      "description": "A place. Those of kind `touchpoint` have no nodes below, and the members \#
    from `channel` on.",
      "if": { "properties": { "kind": { "const": "touchpoint" } } },
      "then": { "required": ["channel", "questions", "repeat_interval_s", "devices"] },
      "properties": {
        "id": { "$ref": "#/components/schemas/NodeID" },
        "kind": {
          "type": "string",
          "pattern": "^[a-z][a-z-]{0,62}$",
          "description": "A word of the site's own, such as service, area, unit; `touchpoint` is \#
    where feedback is given."
        },
        "name": { "$ref": "#/components/schemas/Texts" },
        "opening_hours": { "$ref": "#/components/schemas/OpeningHours" },
        "nodes": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
        "channel": {
          "type": "string",
          "enum": ["terminal", "visit"],
          "description": "`visit`: phones of home care."
        },
        "questions": {
          "type": "array",
          "maxItems": 16,
          "items": { "$ref": "#/components/schemas/QuestionID" },
          "description": "By slot; empty for `unassigned`."
        },
        "repeat_interval_s": {
          "type": "number",
          "minimum": 0,
          "maximum": 3600,
          "description": "Seconds after a press that counted in which the next is excluded (rule \#
    lockout/1); 0 = off."
        },
        "devices": { "type": "array", "items": { "$ref": "#/components/schemas/Assignment" } }
      }
    },
    "Assignment": {
      "type": "object",
      "required": ["id", "from", "to"],
      "description": "A device and when it serves the touchpoint.",
      "properties": {
        "id": { "$ref": "#/components/schemas/DeviceID" },
        "from": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "Inclusive; null = since ever."
        },
        "to": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "Exclusive; null = open."
        }
      }
    },
    "Devices": {
      "type": "object",
      "required": ["devices"],
      "properties": {
        "devices": { "type": "array", "items": { "$ref": "#/components/schemas/Device" } }
      }
    },
    "Device": {
      "type": "object",
      "required": [
        "id",
        "registered",
        "touchpoint",
        "last_press_at",
        "unsequenced_presses",
        "epochs",
        "reused_epoch_at",
        "status",
        "status_received_at",
        "last_heard_at",
        "silent"
      ],
      "properties": {
        "id": { "$ref": "#/components/schemas/DeviceID" },
        "registered": {
          "type": "boolean",
          "description": "False once the registry no longer lists it."
        },
        "touchpoint": {
          "$ref": "#/components/schemas/NodeID",
          "description": "Where it stands now, or `unassigned`."
        },
        "last_press_at": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "UTC time of the last press that counted."
        },
        "unsequenced_presses": {
          "type": "integer",
          "minimum": 0,
          "description": "Presses without a sequence: counted at least once."
        },
        "epochs": {
          "type": "array",
          "items": { "$ref": "#/components/schemas/Epoch" },
          "description": "The one that moved last comes last."
        },
        "reused_epoch_at": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "UTC time when it was last noticed that two journals of the device use one \#
    epoch: it repeated sequences with other presses than were counted. Those are not counted; they \#
    are in the quarantine (`reused_epoch`). null: never."
        },
        "status": {
          "anyOf": [{ "$ref": "#/components/schemas/Status" }, { "type": "null" }],
          "description": "As the device sent it last."
        },
        "status_received_at": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "UTC."
        },
        "last_heard_at": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "UTC time of the latest sign of life: a press that counted, or a message \#
    that it is online."
        },
        "silent": {
          "type": ["boolean", "null"],
          "description": "Its touchpoint is open now, it has no session at the broker, and nothing \#
    was heard of it for an hour. null: nothing is expected, it stands nowhere or its touchpoint is \#
    closed."
        }
      }
    },
    "Epoch": {
      "type": "object",
      "required": ["epoch", "next", "reused_at"],
      "properties": {
        "epoch": {
          "type": "integer",
          "minimum": 0,
          "maximum": 4294967295,
          "description": "Names one journal of the device; another epoch counts from 0 again."
        },
        "next": {
          "type": "integer",
          "minimum": 0,
          "maximum": 4294967295,
          "description": "The sequence expected next."
        },
        "reused_at": {
          "type": ["string", "null"],
          "format": "date-time",
          "description": "As `reused_epoch_at`, of this epoch."
        }
      }
    },
    "Status": {
      "type": "object",
      "required": ["state"],
      "description": "What is absent was not sent.",
      "properties": {
        "state": { "type": "string", "enum": ["online", "offline"] },
        "epoch": {
          "type": "integer",
          "minimum": 0,
          "maximum": 4294967295,
          "description": "Names one journal of the device; another epoch counts from 0 again."
        },
        "firmware": { "type": "string", "description": "At most 64 characters." },
        "battery_mv": { "type": "integer", "description": "Millivolts." },
        "journal": {
          "type": "integer",
          "description": "Presses that wait in the device's journal."
        }
      }
    }
    """#
}
