import HTTPTypes
import Hummingbird
import NIOCore
import Pages

extension Endpoint {
  /// The web app on which a home-care visit is rated.
  static let visitPage = Endpoint(page: "/visit", need: .nothing, parameters: nil) { call in
    var response = Response.asset("text/html; charset=utf-8", VisitApp.page, call)
    response.headers[.contentSecurityPolicy] = ContentPolicy.visit
    return response
  }

  /// What the app is made of.
  static let visitFile = Endpoint(
    page: "/visit/{file}", need: .nothing, parameters: [Parameters.file]
  ) { call in
    let name = try call[Parameters.file]
    guard let file = VisitApp.file(name, language: Language(accepting: call.request)) else {
      throw Problem(.notFound, "the app has no file '\(name)'")
    }
    var response = Response.asset(file.type, file.bytes, call)
    // Its names are those of the browser's language.
    response.headers[.vary] = "Accept-Language"
    // A worker of this folder may also serve the page above it.
    if let scope = HTTPField.Name("Service-Worker-Allowed") { response.headers[scope] = "/visit" }
    // A worker obeys the policy that it came with, not that of its page.
    response.headers[.contentSecurityPolicy] = ContentPolicy.visit
    return response
  }
}
