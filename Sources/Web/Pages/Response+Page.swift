import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Queries

extension Response {
  private static let html = "text/html; charset=utf-8"

  /// A page that is one reader's.
  static func page(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
    var response = Response(
      status: status, headers: [.contentType: html, .cacheControl: "private, no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    response.headers[.vary] = "Accept-Language, Cookie"
    return response
  }

  /// Leads on to another address of this site.
  static func leadingTo(_ address: String, cookie: String? = nil) -> Response {
    var headers: HTTPFields = [.location: address]
    if let cookie { headers[.setCookie] = cookie }
    return Response(status: .seeOther, headers: headers)
  }

  /// Why there is no page; strangers are led to where they sign in.
  static func failure(_ problem: Problem, to request: Request, _ service: WebService) -> Response {
    if problem.status == .unauthorized, request.method == .get || request.method == .head {
      let next = request.uri.path + (request.uri.query.map { "?\($0)" } ?? "")
      return leadingTo(Address("/sign-in", [("next", next)]).text)
    }
    var response = page(
      FailurePage(status: problem.status.code, detail: problem.detail)
        .html(Frame(request, service, language: nil)), status: problem.status)
    for field in problem.headers { response.headers[field.name] = field.value }
    return response
  }
}

extension Response {
  /// A page whose form for signing out may lead to the provider that vouched for whom it is shown.
  func `in`(_ session: Sessions.Session?) -> Response {
    guard let farewell = session?.farewell, headers[.contentSecurityPolicy] == nil,
      headers[.contentType] == Self.html
    else { return self }
    var response = self
    response.headers[.contentSecurityPolicy] = ContentPolicy.page(leadingTo: farewell)
    return response
  }
}

extension Frame {
  /// Around the page that a request asks for.
  ///
  /// - Parameters:
  ///   - language: nil = what the request's `lang`, else its Accept-Language, asks for.
  ///   - address: nil = the request's own.
  init(_ request: Request, _ service: WebService, language: Language?, address: Address? = nil) {
    let query = request.uri.queryParameters.map { (String($0.key), String?(String($0.value))) }
    let asked = query.first { $0.0 == "lang" }?.1.flatMap(Language.init(rawValue:))
    self.init(
      language: language ?? asked ?? Language(accepting: request),
      address: address ?? Address(request.uri.path, query), site: service.site.current?.name,
      formKey: service.access.session(of: request)?.formKey)
  }
}

extension Language {
  /// What a browser likes best, else Finnish.
  init(accepting request: Request) {
    self = Language(acceptLanguage: request.headers[.acceptLanguage] ?? "") ?? .fi
  }
}

extension Call {
  /// Around the page of this request.
  var frame: Frame {
    get throws { Frame(request, service, language: try self[Parameters.pageLanguage]) }
  }
}
