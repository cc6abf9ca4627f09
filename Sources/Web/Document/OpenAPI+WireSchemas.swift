extension OpenAPI {
  /// Presses, acknowledgements, problems.
  static let wireSchemas = #"""
    "PressFrame": {
      "type": "string", "contentMediaType": "application/octet-stream",
      "description": "28 to 8020 bytes, little-endian: u8 version 1, u8 flags (bit 0 UTC, bit \#
    1 OLDEST), u16 count 1…1000, u32 epoch, u32 first_sequence, u32 sent_at (s); per press u32 \#
    at (s, 0xFFFFFFFF unknown), u16 milliseconds 0…999, u8 button, u8 slot 0…15; u32 CRC-32 \#
    (IEEE 802.3) of all before. One press, in hex: \#
    010301000700000029000000a26b016ba06b016bfa0003001ca1517a"
    },
    "AckFrame": {
      "type": "string", "contentMediaType": "application/octet-stream",
      "description": "20 bytes, little-endian: u8 version 1, u8 flags (bit 0 REWIND), u16 0, \#
    u32 epoch, u32 next_sequence, u32 server_time (s, UTC), u32 CRC-32. In hex: \#
    01000000070000002a000000a36b016b6e56da86"
    },
    "Presses": {
      "type": "object", "required": ["presses"],
      "dependentRequired": { "epoch": ["first"], "first": ["epoch"] },
      "description": "Without epoch and first the presses are unsequenced, counted at least \#
    once. Unknown members are ignored.",
      "properties": {
        "epoch": {
          "type": "integer", "minimum": 0, "maximum": 4294967295,
          "description": "Names one journal of the device; another epoch counts from 0 again."
        },
        "first": {
          "type": "integer", "minimum": 0, "maximum": 4294967295,
          "description": "Sequence of the first press, the next follow by 1; plus their number \#
    at most 4294967295."
        },
        "oldest": {
          "type": "boolean", "default": false,
          "description": "The device holds nothing older than `first`: presses before it that \#
    did not come are counted as lost. Without it they are asked for (409)."
        },
        "sent_at": {
          "type": "string", "format": "date-time",
          "description": "The device's clock; if over 120 s ahead, `at` is corrected by the \#
    difference."
        },
        "presses": {
          "type": "array", "minItems": 1, "maxItems": 1000,
          "items": { "$ref": "#/components/schemas/Press" },
          "description": "In the order in which they were made."
        }
      }
    },
    "Press": {
      "type": "object", "required": ["button"],
      "properties": {
        "at": {
          "type": "string", "format": "date-time",
          "description": "1970 to 2106, to the millisecond; more than 24 hours after it came: \#
    invalid; absent: the time of receipt, estimated."
        },
        "button": {
          "type": "integer", "minimum": 0, "maximum": 255,
          "description": "From 0, the most negative; one that the question does not have \#
    counts as invalid."
        },
        "slot": {
          "type": "integer", "minimum": 0, "maximum": 15, "default": 0,
          "description": "Which of the touchpoint's questions was shown."
        }
      }
    },
    "Ack": {
      "type": "object", "required": ["epoch", "next", "rewind", "server_time"],
      "properties": {
        "epoch": {
          "type": ["integer", "null"], "minimum": 0, "maximum": 4294967295,
          "description": "null for unsequenced presses."
        },
        "next": {
          "type": ["integer", "null"], "minimum": 0, "maximum": 4294967295,
          "description": "The sequence expected next; what is below may be forgotten. null for \#
    unsequenced presses."
        },
        "rewind": {
          "type": "boolean",
          "description": "Nothing was counted; send again from `next`."
        },
        "server_time": {
          "type": "string", "format": "date-time", "description": "UTC, whole seconds."
        }
      }
    },
    "Problem": {
      "type": "object", "required": ["type", "title", "status", "detail"],
      "description": "RFC 9457.",
      "properties": {
        "type": { "type": "string", "const": "about:blank" },
        "title": { "type": "string", "description": "The status in words." },
        "status": { "type": "integer", "minimum": 400, "maximum": 599 },
        "detail": {
          "type": "string",
          "description": "What is wrong, the value, and what is allowed."
        },
        "parameter": { "type": "string", "description": "The query parameter at fault." },
        "request": {
          "type": "string", "description": "What the service's log calls the request."
        }
      }
    }
    """#
}
