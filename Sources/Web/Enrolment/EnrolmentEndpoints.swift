import CivilTime
import Foundation
import HTTPTypes
import Hummingbird
import Ingest
import NIOCore
import Queries
import Registry
import Store

extension Endpoint {
  /// A code for a credential, once.
  static let claimDevice = Endpoint(
    "/enrol/v1/claim", .post, id: "claimDevice", tag: .ingest, need: .nothing,
    summary: "Claim a device's credential by its code",
    description: """
      The code comes from `pikapalaute claim make` and opens this once. The token is the device's \
      own, and replaces what it claimed before; `mqtt` comes where the service makes the logins at \
      the broker. When the answer is lost, the code is used all the \
      same: ask for a new one. \(WebLimits.claimGuessesPerAddressMax) wrong codes of one address, \
      and \(WebLimits.claimGuessesMax) of all, are looked up in a minute.
      """,
    parameters: [],
    success: answer(
      "The credential, which is not told again.", Models.enrolment,
      example: #"""
        {
          "site": "helsinki", "device": "phone-17",
          "token": "pp_0b6QpYJmYl2m3nG0cT8v3qk1J9m0cF6y7H1uXc2lq5s",
          "touchpoint": "kotihoito-etela", "time_zone": "Europe/Helsinki",
          "mqtt": {
            "username": "phone-17", "password": "pp_u8Zk2YwJmYl2m3nG0cT8v3qk1J9m0cF6y7H1uXc2lq5",
            "topics": "pikapalaute/v1/helsinki/phone-17"
          }
        }
        """#),
    missing: .other(
      refused("The code is wrong, was used or has expired; or no registry was applied.", noCode)),
    responses: [
      ("400", refused("The body is no object with a code.", noBody)),
      (
        "413", refused("The body is too large.", Problem(.contentTooLarge, "the body is too large"))
      ),
      (
        "429",
        refused(
          "Too many codes were wrong.",
          Problem(.tooManyRequests, "too many codes were wrong; wait a minute"),
          headers: retryAfter)
      ),
    ],
    requestBody: #"""
      {
        "required": true,
        "content": {
          "application/json": {
            "schema": { "$ref": "#/components/schemas/ClaimBody" },
            "example": { "code": "7K3M-QX9T-0VBN" }
          }
        }
      }
      """#
  ) { call in
    let body = try await call.request.body.collect(upTo: WebLimits.formBytesMax)
    guard let asked = try? JSONDecoder().decode(ClaimBody.self, from: Data(body.readableBytesView))
    else { throw noBody }
    return .json(Models.enrolment.json(try await call.claim(asked.code), try call.site))
  }

  /// The same whatever is wrong with a code: who guesses learns nothing.
  fileprivate static let noCode: Problem = {
    var problem = Problem(
      .notFound, "this code is wrong, was used or has expired; ask for a new one")
    problem.refusal = .code
    return problem
  }()

  private static let noBody = Problem(
    .badRequest, "the body must be a JSON object with a text code")

  private static let retryAfter =
    ##""headers": { "Retry-After": { "$ref": "#/components/headers/RetryAfter" } },"##

  private static func refused(_ text: String, _ problem: Problem, headers: String = "") -> String {
    """
    { "description": \(OpenAPI.quoted(text)), \(headers)
    "content": { "application/problem+json": {
    "schema": { "$ref": "#/components/schemas/Problem" },
    "example": { "type": "about:blank", "title": \(OpenAPI.quoted(problem.status.reasonPhrase)),
    "status": \(problem.status.code), "detail": \(OpenAPI.quoted(problem.detail)) } } } }
    """
  }
}

extension Call {
  /// Gives the device of a code its credential.
  ///
  /// - Throws: 404 for any code that opens nothing, 429 after too many of them.
  fileprivate func claim(_ written: String) async throws -> Enrolment {
    let site = try site
    try service.claimGuesses.take(address)
    let now = service.nowMilliseconds()
    guard let code = ClaimCode(written),
      let claim = try await service.claims.find(code, nowMilliseconds: now),
      let device = site.devices.first(where: { $0.name == claim.device }), device.isRegistered
    else { throw Endpoint.noCode }
    service.claimGuesses.giveBack(address)
    return try await service.claimsUnderWay.alone(claim.device) {
      // Who used it since has a login that must stay theirs.
      guard try await service.claims.isWaiting(claim) else { throw Endpoint.noCode }
      // The broker first: when it cannot be told, the code stays good.
      let login = try await makeLogin(claim.device, site.registry.site)
      let token = Token.make()
      let isUsed = try await service.claims.use(
        claim, token: token, origin: address.kind, hasLogin: login != nil, nowMilliseconds: now)
      guard isUsed else { throw Endpoint.noCode }
      return Enrolment(
        device: claim.device, token: token, touchpoint: device.touchpoint(now), login: login)
    }
  }

  /// A login at the broker, where the service makes them.
  private func makeLogin(_ device: String, _ site: String) async throws -> Enrolment.Login? {
    guard let logins = service.logins else { return nil }
    let login = Enrolment.Login(
      username: device, password: Token.make(), topics: "pikapalaute/v1/\(site)/\(device)")
    try await logins.set(device: device, site: site, password: login.password)
    return login
  }
}

extension StoredDevice {
  /// Where it stands at a time; nil = nowhere.
  fileprivate func touchpoint(_ nowMilliseconds: Int64) -> String? {
    let minute = UTC.minute(ofMilliseconds: nowMilliseconds)
    let place = timeline.intervals.first { $0.minutes.contains(minute) }?.touchpoint
    return place == Registry.unassigned ? nil : place
  }
}
