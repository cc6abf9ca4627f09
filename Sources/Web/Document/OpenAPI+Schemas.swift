/// The schemas: those of ``Models``, of the wire, and of single values.
extension OpenAPI {
  static let schemas =
    ([
      wireSchemas, valueSchemas, annotationSchemas, enrolmentSchemas, deviceChangeSchemas,
      phoneSchemas, sessionSchemas,
    ]
    + models.map { "\"\($0.name)\": \($0.schema)" }).joined(separator: ",\n")

  private static let models: [any DescribedModel] =
    [
      Models.results, Models.series, Models.row, Models.coverage, Models.interval, Models.shares,
      Models.revision, Models.changes, Models.change,
    ] + Models.ofPlaces + Models.ofDevices + Models.ofFirmware + Models.ofComparison
    + Models.ofControlCharts
    + Models.ofRankings + Models.ofAnnotations + Models.ofPublic + Models.ofPresses
    + Models.ofRegistry + Models.ofEnrolment + Models.ofPhones + Models.ofSessions
    + Models.ofImports

  private static let valueSchemas = #"""
    "NodeID": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$" },
    "QuestionID": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$" },
    "DeviceID": { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,30}$" },
    "Texts": {
      "type": "object", "propertyNames": { "pattern": "^[a-z]{2}$" },
      "additionalProperties": { "type": "string" },
      "description": "Text by two-letter language; may be empty, then show the id."
    },
    "OpeningHours": {
      "type": ["string", "null"], "maxLength": 60000,
      "description": "The node's own or inherited ones, OpenStreetMap's opening_hours; where they \#
    changed, those of each period after its dates: `until 2026-06-01: Mo-Fr 08:00-16:00 | from \#
    2026-06-01: Mo-Fr 09:00-17:00`; null = \#
    nobody gave any, and every hour counts as open."
    },
    "Buttons": {
      "type": "integer", "minimum": 2, "maximum": 5,
      "description": "Number of buttons; button 0 is the most negative."
    },
    "Status": {
      "type": "object", "required": ["state"], "description": "What is absent was not sent.",
      "properties": {
        "state": { "type": "string", "enum": ["online", "offline", "sleeping"] },
        "epoch": {
          "type": "integer", "minimum": 0, "maximum": 4294967295,
          "description": "Names one journal of the device; another epoch counts from 0 again."
        },
        "firmware": { "type": "string", "description": "At most 64 characters." },
        "battery_mv": { "type": "integer", "description": "Millivolts." },
        "journal": {
          "type": "integer",
          "description": "Presses that wait in the device's journal."
        },
        "rssi_dbm": { "type": "integer", "description": "Signal strength, dBm." },
        "boot": {
          "type": "integer", "minimum": 0, "maximum": 4294967295,
          "description": "Another number after each start of the device."
        },
        "sent_at": { "type": "string", "format": "date-time", "description": "The device's clock." },
        "sleep_s": {
          "type": "integer",
          "description": "Seconds after which a sleeping device means to be heard again."
        },
        "config": {
          "type": "integer", "description": "The revision of the configuration that it has."
        },
        "model": { "type": "string", "description": "At most 64 characters." }
      }
    },
    "Period": {
      "type": "string",
      "enum": ["hour", "day", "week", "month", "quarter", "year", "total"]
    },
    "ResultsTable": {
      "type": "string",
      "description": "RFC 4180 in UTF-8, lines end with CRLF. As many count_ columns as the \#
    largest question has buttons; cells that have no value are empty."
    },
    "Share": { "type": "number", "minimum": 0, "maximum": 1 },
    "Index": {
      "type": ["number", "null"], "minimum": 0, "maximum": 100,
      "description": "Happy index; null without responses."
    },
    "Count": { "type": "integer", "minimum": 0 },
    "NodeIDs": { "type": "array", "items": { "$ref": "#/components/schemas/NodeID" } },
    "Rank": {
      "type": ["integer", "null"], "minimum": 1,
      "description": "1 is the highest; null when fewer than two places, or this one, have no \#
    responses."
    },
    "JSONStat": {
      "type": "object",
      "required": ["version", "class", "id", "size", "dimension", "value"],
      "description": "JSON-stat 2.0: node × question × time × measure.",
      "properties": {
        "version": { "const": "2.0" }, "class": { "const": "dataset" },
        "id": { "type": "array", "items": { "type": "string" } },
        "size": { "type": "array", "items": { "type": "integer", "minimum": 0 } },
        "dimension": { "type": "object" },
        "value": { "type": "array", "items": { "type": ["number", "null"] } },
        "status": {
          "type": "object", "additionalProperties": { "const": "c" },
          "description": "By the index of the value; c = hidden. Of published results alone."
        }
      }
    }
    """#
}

/// What the document says of a model, whatever it is made of.
protocol DescribedModel: Sendable {
  var name: String { get }
  /// JSON Schema.
  var schema: String { get }
}

extension Model: DescribedModel {
  var schema: String {
    let members = fields.flatMap(\.members)
    let required = members.filter(\.isRequired).map { OpenAPI.quoted($0.name) }
    let properties = members.map { "\(OpenAPI.quoted($0.name)): \($0.schema.json)" }
    let description = text.map { "\"description\": \(OpenAPI.quoted($0)), " } ?? ""
    return """
      { "type": "object", "required": [\(required.joined(separator: ", "))], \(description)\(more)
      "properties": {
      \(properties.joined(separator: ",\n"))
      } }
      """
  }
}
