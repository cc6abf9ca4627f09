import HTTPTypes
import Hummingbird
import Ingest
import NIOCore
import Queries
import Registry
import Store

extension Endpoint {
  private static let registryPath = "/api/v1/registry"

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
    var response = Response.text(yaml, RegistryBody.type)
    response.headers[.eTag] = RegistryBody.tag(version)
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
          "buttons_changed": [{ "id": "palvelu", "from": 4, "to": 5 }], "intervals_changed": []
        }
        """#),
    responses: RegistryBody.responses,
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
    try await RegistryBody(call).answer()
  }
}

/// A registry that was sent, on its way to be applied.
private struct RegistryBody {
  static let type = "application/yaml"
  /// What the audit log and messages call its file.
  static let name = "request"

  let call: Call
  let isPreview: Bool

  init(_ call: Call) throws {
    self.call = call
    isPreview = try call[Parameters.preview]
  }

  static func tag(_ version: Int64) -> String { "\"\(version)\"" }

  func answer() async throws -> Response {
    let expected = try expectedVersion()
    let yaml = try await text()
    let registry: Registry
    do throws(RegistryError) {
      // A wrong one never reaches the ingest thread.
      registry = try Registry(yaml: yaml, name: Self.name)
    } catch {
      throw Problem(.unprocessableContent, error.description)
    }
    if isPreview { return try preview(registry, expected) }
    guard call.service.status.current.isStoring else { throw Self.unavailable }
    let request = RegistryQueue.Request(
      yaml: yaml, name: Self.name, origin: .request,
      actor: try call.author.actor, expected: expected)
    switch await call.service.registries.apply(request) {
    case .applied(let applied):
      return response(
        RegistryChange(
          version: applied.revision, isApplied: applied.isNewRevision,
          difference: applied.difference), Site(applied))
    case .outdated(let outdated): throw Problem(.preconditionFailed, "\(outdated)")
    case .refused(let reason): throw Problem(.unprocessableContent, reason)
    case .unavailable: throw Self.unavailable
    }
  }

  private func preview(_ registry: Registry, _ expected: Int64?) throws -> Response {
    let current = call.service.site.current
    let held = current?.revision ?? 0
    if let expected, expected != held {
      throw Problem(.preconditionFailed, "\(RegistryOutdated(held: held))")
    }
    if let current, current.registry.site != registry.site {
      throw Problem(
        .unprocessableContent,
        "site '\(current.registry.site)' is served here, the registry is of '\(registry.site)'")
    }
    let difference = RegistryDifference(from: current?.registry, to: registry)
    return response(
      RegistryChange(version: held, isApplied: false, difference: difference),
      current ?? Site(AppliedSite(registry: registry, devices: [])))
  }

  private func response(_ change: RegistryChange, _ site: Site?) -> Response {
    guard let site else { return .json([]) }
    var response = Response.json(Models.registryChange.json(change, site))
    response.headers[.eTag] = Self.tag(change.version)
    return response
  }

  /// nil = whichever holds.
  private func expectedVersion() throws -> Int64? {
    guard let given = call.request.headers[.ifMatch] else {
      if isPreview { return nil }
      throw Problem(
        .preconditionRequired,
        "If-Match is missing: the ETag of GET \(call.request.uri.path), or * for whichever holds")
    }
    if given == "*" { return nil }
    guard given.hasPrefix("\""), given.hasSuffix("\""), given.count > 2,
      let version = Int64(given.dropFirst().dropLast())
    else {
      throw Problem(
        .preconditionFailed,
        "If-Match names no version; it is the ETag of GET \(call.request.uri.path)")
    }
    return version
  }

  private func text() async throws -> String {
    do {
      let body = try await call.request.body.collect(upTo: WebLimits.registryBytesMax)
      guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
        throw Problem(.unprocessableContent, "\(Self.name): the text is not UTF-8")
      }
      return text
    } catch is NIOTooManyBytesError {
      throw Problem(
        .contentTooLarge, "a registry has at most \(WebLimits.registryBytesMax) bytes here")
    }
  }

  private static let unavailable = Problem.unavailable(
    "nothing can be stored now; the registry that holds stays, try again")

  static let responses: [(status: String, json: String)] = [
    (
      "412", "Another version holds than the one that If-Match names.", "Precondition Failed", 412,
      "version 8 of the registry holds, not the one that was looked at; look at it first"
    ),
    (
      "413", "More than 8 MiB.", "Content Too Large", 413,
      "a registry has at most 8388608 bytes here"
    ),
    (
      "422", "The registry is wrong, or another site's: where and why.", "Unprocessable Content",
      422, "request:14: unknown question 'palvelut'; did you mean 'palvelu'?"
    ),
    (
      "428", "If-Match is missing.", "Precondition Required", 428,
      "If-Match is missing: the ETag of GET /api/v1/registry, or * for whichever holds"
    ),
  ].map { status, text, title, code, detail in
    (
      status,
      """
      { "description": \(OpenAPI.quoted(text)), "content": { "application/problem+json": {
      "schema": { "$ref": "#/components/schemas/Problem" },
      "example": { "type": "about:blank", "title": \(OpenAPI.quoted(title)), "status": \(code),
      "detail": \(OpenAPI.quoted(detail)) }
      } } }
      """
    )
  }
}
