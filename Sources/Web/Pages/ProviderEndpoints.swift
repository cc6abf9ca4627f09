import HTTPTypes
import Hummingbird
import Logging
import OpenID
import Pages

extension Endpoint {
  /// Sends a browser to the provider.
  static let providerSignIn = Endpoint(
    page: "/sign-in/oidc", need: .nothing,
    parameters: [Parameters.pageNext, Parameters.pageLanguage]
  ) { call in
    let signIn = try call.providerSignIn
    let next = LocalPath(try call[Parameters.pageNext]).text
    // A link of another site begins no session: the provider may ask nothing, so a person decides here.
    if call.request.isFromAnotherSite {
      return .leadingTo(Address("/sign-in", [("next", next)]).text)
    }
    do {
      let (location, cookie) = try await call.service.access.begin(
        at: signIn, next: next, address: call.address.text, call.request)
      return .leavingTo(location, cookies: [cookie])
    } catch let failure as SignInFailure {
      await call.note(failure)
      return call.page(failure, next: next)
    }
  }

  /// Takes the provider's answer; whatever else stands in the query is the provider's own.
  static let providerAnswer = Endpoint(
    page: "/sign-in/oidc/callback", need: .nothing, parameters: nil
  ) { call in
    let signIn = try call.providerSignIn
    let access = call.service.access
    do {
      switch try await access.finish(at: signIn, ProviderAnswer(call.request), call.request) {
      case .session(let cookie, let next):
        let spent = call.request.setting(ProviderSignIn.cookie, nil, seconds: 0)
        return .leavingTo(next, cookies: [cookie, spent])
      case .noGroup(let subject):
        await access.note(
          .signIn, "none of their groups gives a role", who: "person \(subject)", of: call.request,
          from: call.address.text)
        let groups = signIn.grants.grants.map(\.group)
        return call.page(.noGroup(needed: groups), .forbidden)
      case .over:
        await access.note(
          .signIn, "an answer that this browser does not wait for", of: call.request,
          from: call.address.text)
        return call.page(.over, .badRequest)
      }
    } catch let failure as SignInFailure {
      await call.note(failure)
      return call.page(failure)
    }
  }
}

extension Call {
  /// - Throws: 404 where no provider is configured.
  fileprivate var providerSignIn: ProviderSignIn {
    get throws {
      guard let signIn = service.access.provider else {
        throw Problem(.notFound, "no provider is configured; see PIKAPALAUTE_OIDC_ISSUER")
      }
      return signIn
    }
  }

  /// Tells the log: a provider that is away is no refusal.
  fileprivate func note(_ failure: SignInFailure) async {
    if case .unavailable = failure {
      service.access.logger.warning("nobody was signed in: \(failure)")
    } else {
      await service.access.note(
        .signIn, "nobody was signed in: \(failure)", of: request, from: address.text)
    }
  }

  fileprivate func page(_ failure: SignInFailure, next: String = "/dashboard") -> Response {
    switch failure {
    case .unavailable: page(.providerAway, .serviceUnavailable, next: next)
    case .refused("access_denied"): page(.declined, .forbidden, next: next)
    case .refused(let word): page(.providerError(word), .forbidden, next: next)
    case .wrong: page(.unproven, .forbidden, next: next)
    }
  }

  /// The page where it can be tried again, whose own address holds nothing of the answer.
  fileprivate func page(
    _ failure: SignInPage.Failure, _ status: HTTPResponse.Status, next: String = "/dashboard"
  ) -> Response {
    let frame = Frame(
      request, service, language: nil, address: Address("/sign-in", [("next", next)]))
    return .page(
      SignInPage(next: next, ways: service.access.ways, failure: failure).html(frame),
      status: status)
  }
}

extension Response {
  /// Leads on, with cookies, and is kept by nobody.
  fileprivate static func leavingTo(_ address: String, cookies: [String]) -> Response {
    var headers: HTTPFields = [.location: address, .cacheControl: "no-store"]
    headers[values: .setCookie] = cookies
    return Response(status: .seeOther, headers: headers)
  }
}
