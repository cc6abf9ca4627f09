import HTTPTypes
import Hummingbird
import Logging
import Queries
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
    } catch let error as QueryError {
      response = Problem(error).response(from: request, context: context)
    } catch let error as any HTTPResponseError {
      response = Problem(error.status, Self.detail(error.status, request))
        .response(from: request, context: context)
    } catch {
      let problem = Self.problem(of: error, request: context.id)
      if !(error is CancellationError) {
        context.logger.error("\(request.method) \(request.uri.path): \(error)")
      }
      response = problem.response(from: request, context: context)
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
    if request.uri.path.hasPrefix(PublicAnswers.prefix) {
      response.headers[.accessControlAllowOrigin] = "*"
    }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    // A body after HEAD would be read as the beginning of the next answer.
    return request.method == .head ? response.createHeadResponse() : response
  }

  /// A store that cannot be used may be another time; anything else is a fault of the program, and
  /// the same request would meet it again. Neither says what it was: that stands in the log.
  private static func problem(of error: any Error, request: String) -> Problem {
    switch error {
    case StoreError.refused: fault(request)
    case StoreError.damaged:
      .unavailable("the database is damaged; its operator must restore a copy")
    case is StoreError: .unavailable("the database cannot be used now; try again shortly")
    case is CancellationError: .unavailable("the service stops; try again shortly")
    default: fault(request)
    }
  }

  private static func fault(_ request: String) -> Problem {
    var problem = Problem(
      .internalServerError, "a fault of the service; its log tells more under this request")
    problem.requestID = request
    return problem
  }

  private static func detail(_ status: HTTPResponse.Status, _ request: Request) -> String {
    switch status {
    case .notFound: "nothing at \(request.method) \(request.uri.path); see /api/v1/openapi.json"
    case .contentTooLarge: "the body is too large"
    default: status.reasonPhrase
    }
  }
}
