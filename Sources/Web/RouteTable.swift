public import Store

/// A path and method of the service, and who may use it.
public struct RouteRule: Sendable {
  public enum Need: Sendable, Equatable {
    /// Anybody, without a token.
    case nothing
    /// A token of this role, or of one that includes it.
    case role(TokenRole)
    /// The token of the device that the path names, or an administrator's.
    case device
  }

  public var method: String
  /// As in the OpenAPI document: parameters in braces.
  public var path: String
  public var need: Need

  init(_ method: String, _ path: String, _ need: Need) {
    self.method = method
    self.path = path
    self.need = need
  }
}

/// Who may use which route: the one place that says so.
///
/// A route that has no line here cannot be served, and a line without its route stops the start
/// too (`GuardedRoutes`). `pikapalaute routes` prints it; Tests/outside-peer/test_access.py walks
/// it with every role.
public enum RouteTable {
  public static let rules = [
    RouteRule("POST", "/ingest/v1/{site}/{device}/press", .device),
    RouteRule("GET", "/api/v1/nodes", .role(.reader)),
    RouteRule("GET", "/api/v1/results", .role(.reader)),
    RouteRule("GET", "/api/v1/revisions", .role(.reader)),
    RouteRule("GET", "/api/v1/comparison", .role(.reader)),
    RouteRule("GET", "/api/v1/control-chart", .role(.reader)),
    RouteRule("GET", "/api/v1/ranking", .role(.reader)),
    RouteRule("GET", "/api/v1/hour-of-week", .role(.reader)),
    RouteRule("GET", "/api/v1/devices", .role(.reader)),
    RouteRule("GET", "/api/v1/publications", .role(.manager)),
    RouteRule("GET", "/public/v1/nodes", .nothing),
    RouteRule("GET", "/public/v1/results", .nothing),
    RouteRule("GET", "/api/v1/exports/{place}/{year}/{file}", .role(.reader)),
    RouteRule("GET", "/api/v1/presses", .role(.analyst)),
    RouteRule("GET", "/api/v1/openapi.json", .nothing),
    RouteRule("GET", "/healthz", .nothing),
    RouteRule("GET", "/readyz", .nothing),
    RouteRule("GET", "/metrics", .nothing),
  ]
}
