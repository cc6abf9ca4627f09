import HTTPTypes
import Hummingbird

/// The only way to add a route: with its line of `RouteTable`, which is enforced before the
/// handler runs.
///
///     routes.get("/api/v1/nodes") { request, scope in … }           // needs a role
///     routes.open("/healthz") { request in … }                      // anybody
///
/// - Precondition: the path has a line in the table that needs what the function says, and after
///   `finish` every line has its route.
struct GuardedRoutes {
  let router: Router<BasicRequestContext>
  let access: Access
  private var added: Set<String> = []

  init(router: Router<BasicRequestContext>, access: Access) {
    self.router = router
    self.access = access
  }

  /// A route for bearers of the role that the table names.
  mutating func get(
    _ path: String, _ handler: @escaping @Sendable (Request, Scope) async throws -> Response
  ) {
    get(path) { request, scope, _ in try await handler(request, scope) }
  }

  /// The same for a path with parameters, which the context holds.
  mutating func get(
    _ path: String,
    _ handler: @escaping @Sendable (Request, Scope, BasicRequestContext) async throws -> Response
  ) {
    guard case .role(let role) = need("GET", path) else {
      preconditionFailure("GET \(path): RouteTable names no role")
    }
    let access = access
    router.get(RouterPath(path)) { request, context in
      try await handler(request, try await access.require(role, request), context)
    }
  }

  /// A route that needs no token.
  mutating func open(
    _ path: String, _ handler: @escaping @Sendable (Request) async throws -> Response
  ) {
    precondition(need("GET", path) == .nothing, "GET \(path): RouteTable asks for a token")
    router.get(RouterPath(path)) { request, _ in try await handler(request) }
  }

  /// A route for the device that the path names and for administrators.
  mutating func post(
    _ path: String,
    _ handler: @escaping @Sendable (Request, BasicRequestContext) async throws -> Response
  ) {
    precondition(need("POST", path) == .device, "POST \(path): RouteTable asks for another token")
    let access = access
    router.post(RouterPath(path)) { request, context in
      try await access.requireDevice(try context.parameters.require("device"), request)
      return try await handler(request, context)
    }
  }

  /// Refuses other methods of the same paths.
  func finish() {
    let missing = RouteTable.rules.filter { !added.contains("\($0.method) \($0.path)") }
    precondition(missing.isEmpty, "no route for \(missing.map(\.path)) of RouteTable")
    router.refuseOtherMethods()
  }

  private mutating func need(_ method: String, _ path: String) -> RouteRule.Need {
    guard let rule = RouteTable.rules.first(where: { $0.method == method && $0.path == path })
    else { preconditionFailure("\(method) \(path) has no line in RouteTable") }
    added.insert("\(method) \(path)")
    return rule.need
  }
}
