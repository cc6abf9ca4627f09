import HTTPTypes
import Hummingbird

/// Counts answers that were made whole, until they are written.
///
/// Answers that leave chunk by chunk took their share before they were read, and what everybody
/// may ask for is one copy, however many take it.
struct AnswerBudgetMiddleware<Context: RequestContext>: RouterMiddleware {
  private let budget: AnswerBudget
  private let openPaths = Set(Endpoint.all.filter { $0.need == .nothing }.map(\.path))

  init(_ budget: AnswerBudget) {
    self.budget = budget
  }

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    guard let bytes = response.body.contentLength, bytes > WebLimits.uncountedAnswerBytes else {
      return response
    }
    if openPaths.contains(request.uri.path) { return response.holding(nil) }
    guard let lease = budget.leaseNow(bytes: bytes, for: request) else { throw Problem.busy }
    return response.holding(lease)
  }
}
