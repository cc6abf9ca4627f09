import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
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

  /// The phones of a team, or the teams below a node.
  static let phonesPage = Endpoint(
    page: "/phones/{node}", need: .role(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    let (site, now) = (try call.site, call.service.nowMilliseconds())
    let node = try call[Parameters.nodeOfPath]
    try call.scope.covers(node)
    guard site.index.isPlace(node) else { throw QueryError.unknownNode(node) }
    let devices = try await call.service.reader.answer(
      DevicesQuery(site: site, scope: call.scope, nowMilliseconds: now))
    let states = try await call.service.claims.states()
    return .page(
      PhonesPage(node, devices, states, site: site, nowMilliseconds: now).html(try call.frame))
  }

  /// Makes codes, and shows them this once.
  static let enrolPhonesForm = Endpoint(
    page: "/phones/{node}", .post, need: .form(.manager),
    parameters: [Parameters.nodeOfPath, Parameters.pageLanguage]
  ) { call in
    guard let count = call.form["count"].flatMap({ Int($0) }),
      let version = call.form["version"].flatMap({ Int64($0) })
    else { throw Problem(.badRequest, "the form needs whole numbers count and version") }
    let made = try await call.enrolPhones(count, expecting: version)
    let page = PhoneCodesPage(
      made.touchpoint, made.phones, expiresAtMilliseconds: made.expiresAtMilliseconds,
      site: try call.site)
    return .page(page.html(try call.frame))
  }
}
