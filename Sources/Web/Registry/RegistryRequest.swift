import HTTPTypes
import Hummingbird
import Ingest
import NIOCore
import Queries
import Registry
import Store

/// A registry that was sent, on its way to be applied.
struct RegistryRequest {
  static let type = "application/yaml"

  let call: Call
  /// What the audit log and messages call its file.
  let name: String
  let isPreview: Bool

  init(_ call: Call, name: String) throws {
    self.call = call
    self.name = name
    isPreview = try call[Parameters.preview]
  }

  static func tag(_ version: Int64) -> String { "\"\(version)\"" }

  /// Applies a registry, or previews it.
  ///
  /// - Parameter expected: the version whose place it takes; nil = whichever holds.
  func answer(_ yaml: String, _ expected: Int64?) async throws -> Response {
    let registry: Registry
    do throws(RegistryError) {
      // A wrong one never reaches the ingest thread.
      registry = try Registry(yaml: yaml, name: name)
    } catch {
      throw Problem(.unprocessableContent, error.description)
    }
    if isPreview { return try preview(registry, expected) }
    guard call.service.status.current.isStoring else { throw Self.unavailable }
    let request = RegistryQueue.Request(
      yaml: yaml, name: name, origin: .request,
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

  /// The version that If-Match names; nil = whichever holds.
  func expectedVersion() throws -> Int64? {
    guard let given = call.request.headers[.ifMatch] else {
      if isPreview { return nil }
      throw Problem(
        .preconditionRequired,
        "If-Match is missing: the ETag of GET \(Endpoint.registryPath), or * for whichever holds")
    }
    if given == "*" { return nil }
    guard given.hasPrefix("\""), given.hasSuffix("\""), given.count > 2,
      let version = Int64(given.dropFirst().dropLast())
    else {
      throw Problem(
        .preconditionFailed,
        "If-Match names no version; it is the ETag of GET \(Endpoint.registryPath)")
    }
    return version
  }

  /// The body as text.
  func text() async throws -> String {
    do {
      let body = try await call.request.body.collect(upTo: WebLimits.registryBytesMax)
      guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
        throw Problem(.unprocessableContent, "\(name): the text is not UTF-8")
      }
      return text
    } catch is NIOTooManyBytesError {
      throw Problem(
        .contentTooLarge, "a registry has at most \(WebLimits.registryBytesMax) bytes here")
    }
  }

  static let unavailable = Problem.unavailable(
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
