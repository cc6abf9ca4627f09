import HTTPTypes
import Hummingbird

extension Router {
  /// Answers 405 with `Allow` where a path is there and the method is not.
  ///
  /// To be called after the last route was added; HEAD goes beside GET.
  func refuseOtherMethods() {
    // All that the parser knows; it answers any other with a bare 400 itself.
    let methods = [
      "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "CONNECT",
      "ACL", "BIND", "CHECKOUT", "COPY", "LINK", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY",
      "MKCALENDAR", "MKCOL", "MOVE", "NOTIFY", "PROPFIND", "PROPPATCH", "PURGE", "REBIND", "REPORT",
      "SEARCH", "SOURCE", "SUBSCRIBE", "UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE",
    ].compactMap { HTTPRequest.Method($0) }
    let paths = Dictionary(grouping: routes, by: \.path.description)
    for routes in paths.values {
      var allowed: [HTTPRequest.Method] = []
      for method in methods where routes.contains(where: { $0.method == method }) {
        allowed.append(method)
      }
      if allowed.contains(.get), !allowed.contains(.head) { allowed.insert(.head, at: 1) }
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      guard let path = routes.first?.path else { continue }
      for method in methods where !allowed.contains(method) {
        on(path, method: method) { request, _ -> Response in
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
