import HTTPTypes
import Hummingbird
import Queries

extension Router<ClientContext> {
  /// Adds an endpoint: who may ask is looked at before its handler runs.
  ///
  /// The only place that adds routes, so none is without its rule.
  func add(_ endpoint: Endpoint, _ service: WebService) {
    on(RouterPath(endpoint.path), method: endpoint.verb) { request, context in
      do {
        // A body can be read once, whatever is asked again.
        let form = try await endpoint.need.form(of: request)
        var tries = 1
        while true {
          do {
            return try await service.answer(request, form, context, by: endpoint)
          } catch QueryError.registryChanged where tries < WebLimits.registryTriesMax {
            tries += 1
            try await Task.sleep(for: WebLimits.registryTryPause)
          }
        }
      } catch {
        let problem = Problem(error, request, context)
        await service.access.note(problem, of: request, from: context.address, to: endpoint.need)
        guard endpoint.isPage else { throw problem }
        return Response.failure(problem, to: request, service).in(
          service.access.session(of: request))
      }
    }
  }
}

extension WebService {
  fileprivate func answer(
    _ request: Request, _ form: [String: String], _ context: ClientContext,
    by endpoint: Endpoint
  ) async throws -> Response {
    let admission = try await access.admit(request, form, context, to: endpoint.need)
    let arguments = try Arguments(request, path: context.parameters, of: endpoint, site: site)
    var response = try await endpoint.handle(
      Call(
        arguments: arguments, service: self, address: context.address, admission: admission,
        form: form))
    let session = access.session(of: request)
    if endpoint.isPage { return response.in(session) }
    // In a browser's cache it would outlive the session; programs bring a token.
    if session != nil, request.headers[.authorization] == nil {
      response.headers[.cacheControl] = "private, no-store"
    }
    return response
  }
}

extension Endpoint.Need {
  /// What a form sent; nothing where none is needed.
  fileprivate func form(of request: Request) async throws -> [String: String] {
    if case .form = self { return try await request.form() }
    return [:]
  }
}

extension Access {
  /// - Returns: who was let in; nobody where no token is needed, and for devices.
  fileprivate func admit(
    _ request: Request, _ form: [String: String], _ context: ClientContext,
    to need: Endpoint.Need
  ) async throws -> Admission {
    switch need {
    case .nothing: break
    case .role(let role): return try await require(role, request)
    case .form(let role): return try await require(role, form, request)
    case .device: try await requireDevice(try context.parameters.require("device"), request)
    }
    return .nobody
  }
}
