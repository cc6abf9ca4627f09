import Hummingbird

extension Response {
  /// The answer, whose share of the budget goes back when its body was written or dropped. It ends
  /// only when the client has taken nearly all of it.
  func holding(_ lease: AnswerBudget.Lease?) -> Response {
    let body = body
    var response = self
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      defer { withExtendedLifetime(lease) {} }
      try await body.write(writer)
    }
    return response
  }
}
