import HTTPTypes
import Hummingbird
import Ingest
import NIOCore
import Queries
import Registry

extension Endpoint {
  /// What the device's config topic says.
  static let deviceConfiguration = Endpoint(
    "/ingest/v1/{site}/{device}/config", id: "getDeviceConfiguration", tag: .ingest, need: .device,
    summary: "What a device shows: its questions",
    description: """
      The same JSON that is published on its config topic. Ask with If-None-Match: 304 while \
      nothing changed. Needs the device's own token or the administrator's.
      """,
    parameters: [Parameters.site, Parameters.device],
    success: #"""
      {
        "description": "What it shows from now on.",
        "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        "content": {
          "application/json": {
            "schema": { "$ref": "#/components/schemas/Configuration" },
            "example": {
              "revision": 12, "time_zone": "Europe/Helsinki",
              "slots": [
                {
                  "slot": 0, "question": "palvelu", "buttons": 4,
                  "text": { "fi": "Kuinka tyytyväinen olit saamaasi palveluun?" }
                }
              ]
            }
          }
        }
      }
      """#,
    missing: .other(
      #"""
      {
        "description": "The site is not served here, or the device is not in its registry: it goes \#
      on showing what it shows.",
        "content": {
          "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": {
              "type": "about:blank", "title": "Not Found", "status": 404,
              "detail": "device 'hn-0009' is not in the registry"
            }
          }
        }
      }
      """#), hasTag: true
  ) { call in
    let (site, device) = (try call[Parameters.site], try call[Parameters.device])
    guard try call.site.registry.site == site else {
      throw Problem(.notFound, "site '\(site)' is not served here")
    }
    guard call.service.configurations.areKnown else {
      throw Problem.unavailable("the database is not open yet; try again shortly")
    }
    guard let bytes = call.service.configurations.message(of: device) else {
      throw Problem(.notFound, "device '\(device)' is not in the registry")
    }
    let tag = EntityTag(of: bytes, startedAtMilliseconds: call.service.startedAtMilliseconds)
    if let answer = tag.notModified(call.request) { return answer }
    var response = Response.json(bytes)
    response.headers.append(contentsOf: tag.headers)
    return response
  }
}
