import HTTPTypes
import Hummingbird
import NIOCore
import Pages

extension Endpoint {
  /// Where somebody with a token begins a session.
  static let signInPage = Endpoint(
    page: "/sign-in", need: .nothing, parameters: [Parameters.pageNext, Parameters.pageLanguage]
  ) { call in
    let next = LocalPath(try call[Parameters.pageNext])
    return .page(SignInPage(next: next.text, ways: call.service.access.ways).html(try call.frame))
  }

  /// Begins a session.
  static let signIn = Endpoint(
    page: "/sign-in", .post, need: .nothing, parameters: [Parameters.pageLanguage]
  ) { call in
    let form = try await call.request.form()
    let next = LocalPath(form["next"])
    let ways = call.service.access.ways
    if ways == .provider {
      return .page(
        SignInPage(next: next.text, ways: ways, failure: .onlyByProvider).html(try call.frame),
        status: .forbidden)
    }
    do {
      let cookie = try await call.service.access.signIn(form["token"] ?? "", call.request)
      return .leadingTo(next.text, cookie: cookie)
    } catch let problem as Problem {
      await call.service.access.note(
        .signIn, problem.detail, of: call.request, from: call.address.text)
      let failure: SignInPage.Failure =
        switch problem.status {
        case .unauthorized: .unknown
        case .forbidden: .device
        default: .later
        }
      return .page(
        SignInPage(next: next.text, ways: ways, failure: failure).html(try call.frame),
        status: problem.status)
    }
  }

  /// Ends the session, then the provider's, where it says by which address.
  static let signOut = Endpoint(
    page: "/sign-out", .post, need: .nothing, parameters: [Parameters.pageLanguage]
  ) { call in
    let form = try await call.request.form()
    guard let session = call.service.access.session(of: call.request) else {
      return .leadingTo("/")
    }
    try session.check(form)
    var response = Response.leadingTo(
      session.farewell ?? "/", cookie: call.service.access.signOut(call.request))
    // Answers of the API may be in its cache. Never "storage": there a phone has ratings not yet sent.
    if let name = HTTPField.Name("Clear-Site-Data") { response.headers[name] = "\"cache\"" }
    return response
  }
}

extension Access {
  /// By what somebody may sign in to the pages.
  var ways: SignInPage.Ways {
    guard let provider else { return .token }
    return provider.isOnlyWay ? .provider : .either
  }
}

/// A path of this site, wherever the text came from: no form may lead elsewhere.
struct LocalPath {
  let text: String

  /// The dashboard, where what was given is none.
  init(_ given: String?) {
    let isLocal =
      given.map { text in
        text.hasPrefix("/") && !text.hasPrefix("//")
          && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
      } ?? false
    text = isLocal ? given ?? "" : "/dashboard"
  }
}
