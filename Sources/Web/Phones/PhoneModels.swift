import Pages
import Registry

extension Models {
  static let phoneEnrolment = Model<PhoneEnrolment>("PhoneEnrolment") {
    Field.value("touchpoint", .named("NodeID")) { $0.touchpoint }
    Field.moment("expires_at", .time("UTC; from then on the codes open nothing.")) {
      $0.expiresAtMilliseconds
    }
    Field.list("phones", newPhone, "In no order.") { $0.phones }
  }

  private static let newPhone = Model<PhoneCodesPage.Code>("NewPhone") {
    Field.value("device", .named("DeviceID")) { $0.phone }
    Field.value("code", .text("Told once; the service keeps a hash.")) { $0.code }
    Field.value("address", .text("Opens the app with the code, on this host.")) { $0.address }
  }

  static let ofPhones: [any DescribedModel] = [phoneEnrolment, newPhone]
}

/// The body of a request for new phones.
struct PhonesBody: Decodable {
  var count: Int
}

extension OpenAPI {
  static let phoneSchemas = #"""
    "PhonesBody": {
      "type": "object", "required": ["count"], "description": "Unknown members are ignored.",
      "properties": {
        "count": { "type": "integer", "minimum": 1, "maximum": \#(RegistryEdit.phonesMax) }
      }
    }
    """#
}
