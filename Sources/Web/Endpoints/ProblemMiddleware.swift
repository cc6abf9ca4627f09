import HTTPTypes
import Hummingbird
import Ingest
import Logging
import Pages
import Queries
import Store

/// Turns every error into a problem and sets the headers that every answer carries.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  /// nil = every error is a problem, for people too.
  var service: WebService?

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await next(request, context)
      // A body after HEAD would be read as the beginning of the next answer.
      if request.method == .head { response = try await response.head() }
    } catch {
      response =
        noPage(error, request)
        ?? Problem(error, request, context).response(from: request, context: context)
    }
    response.headers[.xContentTypeOptions] = "nosniff"
    let isPage = response.headers[.contentType]?.hasPrefix("text/html") ?? false
    if response.headers[.contentSecurityPolicy] == nil {
      response.headers[.contentSecurityPolicy] =
        isPage ? ContentPolicy.page : ContentPolicy.nothing
    }
    // With no-referrer a browser would not say where a form comes from.
    if let name = HTTPField.Name("Referrer-Policy") {
      response.headers[name] = isPage ? "same-origin" : "no-referrer"
    }
    if request.uri.path.hasPrefix(PublicAnswers.prefix) {
      response.headers[.accessControlAllowOrigin] = "*"
    }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return request.method == .head ? response.createHeadResponse() : response
  }

  /// A page for whoever asks with a browser for an address where nothing is; nil for programs.
  private func noPage(_ error: any Error, _ request: Request) -> Response? {
    guard let service, !(error is Problem), (error as? any HTTPResponseError)?.status == .notFound,
      request.headers[.accept]?.contains("text/html") ?? false
    else { return nil }
    // Its links are not of the address that was asked for: that is whatever somebody wrote.
    let frame = Frame(request, service, language: nil, address: Address("/"))
    let page = FailurePage(status: 404, detail: request.uri.path)
    return .page(page.html(frame), status: .notFound)
  }
}

extension Problem {
  /// What an error is to a client; what only the log may know stands there.
  init(_ error: any Error, _ request: Request, _ context: some RequestContext) {
    switch error {
    case let problem as Problem: self = problem
    case let error as QueryError: self.init(error)
    case let refusal as AnnotationRefusal: self.init(refusal)
    case let failure as BrokerLoginFailure:
      context.logger.error("a login at the broker was not made: \(failure)")
      self = .unavailable("the broker cannot be told now; the code stays good, try again shortly")
    case let error as any HTTPResponseError:
      self.init(error.status, Self.detail(error.status, request))
    default:
      if !(error is CancellationError) {
        context.logger.error("\(request.method) \(request.uri.path): \(error)")
      }
      self = Self.problem(of: error, request: context.id)
    }
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
