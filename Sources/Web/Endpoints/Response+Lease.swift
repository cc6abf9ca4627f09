import Hummingbird

extension Response {
  /// The answer, which keeps `lease` until its body was written or dropped: a share of the budget, or of
  /// the disk, or the time it took. It ends only when the client has taken nearly all of it.
  func holding(_ lease: (any AnyObject & Sendable)?) -> Response {
    let body = body
    var response = self
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      defer { withExtendedLifetime(lease) {} }
      try await body.write(writer)
    }
    return response
  }
}
