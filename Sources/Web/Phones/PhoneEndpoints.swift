import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Queries
import Registry
import Reporting
import Store

extension Endpoint {
  /// New phones of a team.
  static let enrolPhones = Endpoint(
    "/api/v1/phones/{node}", .post, id: "postPhones", tag: .operation, need: .role(.manager),
    summary: "Add phones to a team, and make a code for each",
    description: """
      `node` is a touchpoint with `channel: visit`. Its new phones, named by chance, come into the \
      registry in one version, in the name of who asks; whatever else changes meanwhile stays. The codes \
      are told once, and open POST /enrol/v1/claim once. Needs the role manager.
      """,
    parameters: [Parameters.nodeOfPath],
    success: answer(
      "The phones, whose codes are not told again.", Models.phoneEnrolment,
      example: #"""
        {
          "touchpoint": "kotihoito-etela", "expires_at": "2026-12-06T10:00:00.250Z",
          "phones": [
            {
              "device": "phone-k7w2m9xq4t", "code": "7K3M-QX9T-0VBN",
              "address": "https://palaute.example/visit#7K3M-QX9T-0VBN"
            }
          ]
        }
        """#),
    successStatus: "201", missing: .noRegistry,
    responses: [
      RegistryRequest.responses.first { $0.status == "413" },
      RegistryRequest.responses.first { $0.status == "422" },
    ].compactMap { $0 },
    requestBody: #"""
      {
        "required": true,
        "content": {
          "application/json": {
            "schema": { "$ref": "#/components/schemas/PhonesBody" }, "example": { "count": 12 }
          }
        }
      }
      """#
  ) { call in
    let body = try await call.request.body.collect(upTo: WebLimits.formBytesMax)
    guard let asked = try? JSONDecoder().decode(PhonesBody.self, from: Data(body.readableBytesView))
    else { throw Problem(.badRequest, "the body must be a JSON object with a whole number count") }
    let made = try await call.enrolPhones(asked.count, expecting: nil)
    var response = Response.json(Models.phoneEnrolment.json(made, try call.site))
    response.status = .created
    response.headers[.cacheControl] = "no-store"
    return response
  }
}
