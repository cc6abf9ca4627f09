import HTTPTypes
import Hummingbird

extension Router {
  /// Answers 405 with `Allow` where a path is there and the method is not.
  ///
  /// To be called after the last route was added; each path has one method, and HEAD beside GET.
  func refuseOtherMethods() {
    let methods = [
      "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY",
    ].compactMap { HTTPRequest.Method($0) }
    for route in routes {
      let allowed: [HTTPRequest.Method] = route.method == .get ? [.get, .head] : [route.method]
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      for method in methods where !allowed.contains(method) {
        on(route.path, method: method) { request, _ -> Response in
          var problem = Problem(
            .methodNotAllowed,
            "\(request.method) is not allowed at \(request.uri.path); allowed: \(names)")
          problem.headers[.allow] = names
          throw problem
        }
      }
    }
  }
}
