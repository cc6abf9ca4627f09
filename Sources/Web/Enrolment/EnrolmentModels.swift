import Queries
import Registry

/// What a device gets for its code.
struct Enrolment {
  var device: String
  var token: String
  /// Where it stands now; nil = nowhere.
  var touchpoint: String?
  /// nil = the service makes none.
  var login: Login?

  /// Who the device is to the broker.
  struct Login {
    var username: String
    var password: String
    /// What the device's four topics begin with.
    var topics: String
  }
}

extension Models {
  static let enrolment = Model<Enrolment>(
    "Enrolment", text: "What a device keeps; the service keeps the token's hash alone."
  ) {
    Field(name: "site", schema: .named("DeviceID", "Of the addresses and topics of the device.")) {
      _, site, json in json.member("site", site.registry.site)
    }
    Field.value("device", .named("DeviceID")) { $0.device }
    Field.value("token", .text("Its bearer token: it opens `/ingest/v1/{site}/{device}/…`.")) {
      $0.token
    }
    Field.value(
      "touchpoint",
      .json(#"{"type":["string","null"],"description":"Where it stands now; null = nowhere."}"#)
    ) { $0.touchpoint }
    Field.timeZone
    Field(
      name: "mqtt",
      schema: .named("BrokerLogin", "Only where the service makes the logins at the broker."),
      isRequired: false
    ) { enrolment, site, json in
      guard let login = enrolment.login else { return }
      json.member("mqtt") { brokerLogin.write(login, site, &$0) }
    }
  }

  private static let brokerLogin = Model<Enrolment.Login>("BrokerLogin") {
    Field.value("username", .named("DeviceID")) { $0.username }
    Field.value("password", .text("Told once.")) { $0.password }
    Field.value("topics", .text("Before `/press`, `/status`, `/ack` and `/config`.")) { $0.topics }
  }

  static let ofEnrolment: [any DescribedModel] = [enrolment, brokerLogin]
}

/// The body of a request that claims a credential.
struct ClaimBody: Decodable {
  var code: String
}

extension OpenAPI {
  static let enrolmentSchemas = #"""
    "ClaimBody": {
      "type": "object", "required": ["code"], "description": "Unknown members are ignored.",
      "properties": {
        "code": {
          "type": "string",
          "description": "Twelve letters and digits; case, dashes and blanks do not matter."
        }
      }
    },
    "FirmwareManifest": {
      "type": "object", "required": ["model", "version", "issued", "sha256", "url", "signature"],
      "description": "What the device is offered to run; absent when nothing.",
      "properties": {
        "model": { "type": "string" }, "version": { "type": "string" },
        "issued": {
          "type": "integer", "minimum": 0,
          "description": "When it was signed, UTC seconds since 1970."
        },
        "sha256": { "type": "string", "description": "Of the file, hexadecimal." },
        "url": { "type": "string", "description": "Where the file lies." },
        "signature": {
          "type": "string", "description": "Ed25519 in base64: firmware-protocol/SPEC.md, M2."
        }
      }
    },
    "Configuration": {
      "type": "object", "required": ["revision", "time_zone", "slots"],
      "description": "What the device shows; members that it does not know it ignores.",
      "properties": {
        "revision": {
          "type": "integer", "minimum": 1,
          "description": "Grows by one whenever anything else in it changes."
        },
        "time_zone": { "type": "string", "description": "IANA name." },
        "slots": {
          "type": "array", "minItems": 1, "maxItems": 16,
          "items": {
            "type": "object", "required": ["slot", "question", "buttons", "text"],
            "properties": {
              "slot": { "type": "integer", "minimum": 0, "maximum": 15 },
              "question": { "$ref": "#/components/schemas/QuestionID" },
              "buttons": { "$ref": "#/components/schemas/Buttons" },
              "text": { "$ref": "#/components/schemas/Texts" },
              "with_help": {
                "type": "object", "required": ["slot", "question"],
                "description": "Where answers go that were given with help, if the device asks whether they \#
    were: the same buttons and text. It is no question of its own.",
                "properties": {
                  "slot": { "type": "integer", "minimum": 0, "maximum": 15 },
                  "question": { "$ref": "#/components/schemas/QuestionID" }
                }
              }
            }
          }
        },
        "firmware": { "$ref": "#/components/schemas/FirmwareManifest" }
      }
    }
    """#
}
