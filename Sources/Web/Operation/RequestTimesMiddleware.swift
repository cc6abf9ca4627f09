import Hummingbird

/// Tells ``RequestTimes`` of every answer: of one that is large or leaves chunk by chunk when its last
/// byte was written or its connection closed, of a small one when it is made, as it leaves at once.
struct RequestTimesMiddleware<Context: RequestContext>: RouterMiddleware {
  let times: RequestTimes

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let began = times.monotonicMilliseconds()
    let response = try await next(request, context)
    let answer = times.answer(
      response.status.code, to: request.method.rawValue, context.endpointPath, since: began)
    if let bytes = response.body.contentLength, bytes <= WebLimits.uncountedAnswerBytes {
      return response
    }
    return response.holding(answer)
  }
}
