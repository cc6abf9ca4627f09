import HTTPTypes
import Hummingbird
import Queries
import Store

extension Endpoint {
  static let registryPath = "/api/v1/registry"

  /// The registry that holds, as it was applied.
  static let registry = Endpoint(
    registryPath, id: "getRegistry", tag: .operation, need: .role(.administrator),
    summary: "The registry that holds, as YAML",
    description: "Its tag is its version: what PUT asks for. Needs the role administrator.",
    parameters: [],
    success: #"""
      {
        "description": "The text as it was applied.",
        "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        "content": {
          "application/yaml": {
            "schema": { "description": "A registry file." },
            "example": "site: helsinki\ntime_zone: Europe/Helsinki\nquestions: []\nnodes: []\n"
          }
        }
      }
      """#,
    missing: .noRegistry
  ) { call in
    let (version, yaml) = try await call.service.reader.read {
      (try $0.registryRevision(), try $0.registryYAML())
    }
    guard let yaml else { throw QueryError.noRegistry }
    var response = Response.text(yaml, RegistryRequest.type)
    response.headers[.eTag] = RegistryRequest.tag(version)
    return response
  }

  /// Another registry in its place.
  static let putRegistry = Endpoint(
    registryPath, .put, id: "putRegistry", tag: .operation, need: .role(.administrator),
    summary: "Apply a registry, or preview what it changes",
    description: """
      The text of a registry file takes the place of the version that If-Match names (`*` = \
      whichever holds), while presses come; devices are told, and what is counted by other rules \
      is counted again before the answer. Nothing changes where anything is wrong. With \
      `preview=true` only what would change is told, and If-Match may be left out. Needs the role \
      administrator.
      """,
    parameters: [Parameters.preview],
    success: answer(
      "What it changes.", Models.registryChange,
      example: #"""
        {
          "version": 8, "applied": true,
          "changes": [
            "question palvelu: 4 buttons become 5, its presses are counted again",
            "device hn-0007 added at kallio-aula"
          ],
          "devices_added": ["hn-0007"],
          "devices_moved": [
            {
              "device": "hn-0001", "from": "kallio-aula", "to": "kallio-ovi",
              "start": "2026-11-22T00:00:00+02:00", "end": null
            }
          ],
          "devices_removed": [], "devices_asking_otherwise": [],
          "devices_counted_again": ["hn-0001"], "places_added": [], "places_removed": [],
          "places_renamed": [], "places_moved": [],
          "buttons_changed": [{ "id": "palvelu", "from": 4, "to": 5 }], "help_changed": [],
          "intervals_changed": []
        }
        """#),
    responses: RegistryRequest.responses,
    requestBody: #"""
      {
        "required": true, "description": "A registry file of at most 8 MiB.",
        "content": {
          "application/yaml": {
            "schema": { "type": "string", "maxLength": 8388608 },
            "example": "site: helsinki\ntime_zone: Europe/Helsinki\nquestions: []\nnodes: []\n"
          }
        }
      }
      """#
  ) { call in
    let request = try RegistryRequest(call, name: "request")
    return try await request.answer(try await request.text(), request.expectedVersion())
  }
}
