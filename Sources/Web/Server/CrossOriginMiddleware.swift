import HTTPTypes
import Hummingbird

/// Lets pages of other origins enrol and send presses from a browser, where a setting names them.
///
/// Only what devices use answers to them; results, pages and changes stay with this origin alone.
struct CrossOriginMiddleware<Context: RequestContext>: RouterMiddleware {
  /// `https://host[:port]`.
  let origins: Set<String>

  private static var prefixes: [String] { ["/ingest/v1/", "/enrol/v1/"] }

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard Self.prefixes.contains(where: request.uri.path.hasPrefix),
      let origin = request.headers[.origin]
    else { return try await next(request, context) }
    let isAllowed = origins.contains(origin)
    var response: Response
    if isAllowed, request.method == .options,
      request.headers[.accessControlRequestMethod] != nil
    {
      response = Response(
        status: .noContent,
        headers: [
          .accessControlAllowMethods: "GET, POST",
          .accessControlAllowHeaders: "Authorization, Content-Type, If-None-Match",
          .accessControlMaxAge: "\(WebLimits.crossOriginSeconds)",
        ])
    } else {
      response = try await next(request, context)
    }
    if isAllowed {
      response.headers[.accessControlAllowOrigin] = origin
      response.headers[.accessControlExposeHeaders] = "ETag, Retry-After"
    }
    response.headers[values: .vary].append("Origin")
    return response
  }
}
