import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Store

/// An error as clients read it: RFC 9457 `application/problem+json`.
struct Problem: HTTPResponseError {
  var status: HTTPResponse.Status
  /// What is wrong, the value, and what is allowed, in one line.
  var detail: String
  /// The query parameter at fault.
  var parameter: String?
  var headers = HTTPFields()

  init(_ status: HTTPResponse.Status, _ detail: String, parameter: String? = nil) {
    self.status = status
    self.detail = detail
    self.parameter = parameter
  }

  static func parameter(_ name: String, _ detail: String) -> Problem {
    Problem(.badRequest, "\(name): \(detail)", parameter: name)
  }

  static func unavailable(_ detail: String) -> Problem {
    var problem = Problem(.serviceUnavailable, detail)
    problem.headers[.retryAfter] = "5"
    return problem
  }

  func response(from request: Request, context: some RequestContext) -> Response {
    var json = JSONText()
    json.object { json in
      json.member("type", "about:blank")
      json.member("title", status.reasonPhrase)
      json.member("status", status.code)
      json.member("detail", detail)
      if let parameter { json.member("parameter", parameter) }
    }
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
  }
}

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
