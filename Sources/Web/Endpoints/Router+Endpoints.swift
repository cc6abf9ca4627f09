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
        let scope = try await service.access.admit(request, context, to: endpoint.need)
        let arguments = try Arguments(
          request, path: context.parameters, of: endpoint, site: service.site)
        return try await endpoint.handle(
          Call(arguments: arguments, service: service, scope: scope))
      } catch  where endpoint.isPage {
        return Response.failure(Problem(error, request, context), to: request, service)
      }
    }
  }
}

extension Access {
  /// - Returns: what the bearer may see; nothing where no token is needed, and for devices.
  fileprivate func admit(
    _ request: Request, _ context: BasicRequestContext, to need: Endpoint.Need
  ) async throws -> Scope {
    switch need {
    case .nothing: break
    case .role(let role): return try await require(role, request)
    case .device: try await requireDevice(try context.parameters.require("device"), request)
    }
    return Scope(node: "", index: nil)
  }
}
