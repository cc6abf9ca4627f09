import HTTPTypes
import Hummingbird

/// Says of each request whether it came by TLS, ours or a proxy's, and has browsers stay with it.
struct TransportMiddleware<Context: RequestContext>: RouterMiddleware {
  /// TLS is our own.
  let isSecure: Bool

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var head = request.head
    head.scheme = isSecure || request.isForwardedSecure ? "https" : "http"
    let request = Request(head: head, body: request.body)
    var response = try await next(request, context)
    if request.isSecure {
      response.headers[.strictTransportSecurity] = "max-age=\(WebLimits.transportSecuritySeconds)"
    }
    return response
  }
}

extension Request {
  /// Whether the client speaks TLS, with us or with the proxy before us.
  var isSecure: Bool { head.scheme == "https" }

  /// What the proxy before us says.
  fileprivate var isForwardedSecure: Bool {
    HTTPField.Name("X-Forwarded-Proto").flatMap { headers[$0] }?.lowercased() == "https"
  }
}
