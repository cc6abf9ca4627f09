import HTTPTypes
import Hummingbird
import Queries

extension Router<BasicRequestContext> {
  /// Adds an endpoint: who may ask is looked at before its handler runs.
  ///
  /// The only place that adds routes, so none is without its rule.
  func add(_ endpoint: Endpoint, _ service: WebService) {
    on(RouterPath(endpoint.path), method: endpoint.verb) { request, context in
      do {
        var tries = 1
        while true {
          do {
            return try await service.answer(request, context, by: endpoint)
          } catch QueryError.registryChanged where tries < WebLimits.registryTriesMax {
            tries += 1
            try await Task.sleep(for: WebLimits.registryTryPause)
          }
        }
      } catch  where endpoint.isPage {
        return Response.failure(Problem(error, request, context), to: request, service)
      }
    }
  }
}

extension WebService {
  fileprivate func answer(
    _ request: Request, _ context: BasicRequestContext, by endpoint: Endpoint
  ) async throws -> Response {
    let (admission, form) = try await access.admit(request, context, to: endpoint.need)
    let arguments = try Arguments(request, path: context.parameters, of: endpoint, site: site)
    return try await endpoint.handle(
      Call(arguments: arguments, service: self, admission: admission, form: form))
  }
}

extension Access {
  /// - Returns: who was let in, nobody where no token is needed and for devices; and the form that
  ///   they sent.
  fileprivate func admit(
    _ request: Request, _ context: BasicRequestContext, to need: Endpoint.Need
  ) async throws -> (Admission, form: [String: String]) {
    switch need {
    case .nothing: break
    case .role(let role): return (try await require(role, request), [:])
    case .form(let role):
      let form = try await request.form()
      return (try await require(role, form, request), form)
    case .device: try await requireDevice(try context.parameters.require("device"), request)
    }
    return (.nobody, [:])
  }
}
