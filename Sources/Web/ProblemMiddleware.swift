import HTTPTypes
import Hummingbird
import Logging
import Store

/// Turns every error into a problem and sets the headers that every answer carries.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await next(request, context)
    } catch let problem as Problem {
      response = problem.response(from: request, context: context)
    } catch let error as any HTTPResponseError {
      response = Problem(error.status, Self.detail(error.status, request))
        .response(from: request, context: context)
    } catch let StoreError.damaged(_, what) {
      context.logger.error("\(request.method) \(request.uri.path): database damaged: \(what)")
      response = Problem.unavailable("the database is damaged; its operator must restore a copy")
        .response(from: request, context: context)
    } catch {
      context.logger.error("\(request.method) \(request.uri.path): \(error)")
      response = Problem.unavailable("the results cannot be read now; try again shortly")
        .response(from: request, context: context)
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
    if request.uri.path.hasPrefix(PublicRoutes.prefix) {
      response.headers[.accessControlAllowOrigin] = "*"
    }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    // A body after HEAD would be read as the beginning of the next answer.
    return request.method == .head ? response.createHeadResponse() : response
  }

  private static func detail(_ status: HTTPResponse.Status, _ request: Request) -> String {
    switch status {
    case .notFound: "nothing at \(request.method) \(request.uri.path); see /api/v1/openapi.json"
    case .contentTooLarge: "the body is too large"
    default: status.reasonPhrase
    }
  }
}
