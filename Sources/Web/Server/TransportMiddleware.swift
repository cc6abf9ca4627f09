import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Says of each request whom it is from and whether it came by TLS, with us or with a proxy that is
/// trusted, and has browsers stay with TLS.
struct TransportMiddleware: RouterMiddleware {
  /// TLS is our own.
  let isSecure: Bool
  let proxies: TrustedProxies
  private let hasWarned = Warned()

  init(isSecure: Bool, proxies: TrustedProxies) {
    self.isSecure = isSecure
    self.proxies = proxies
  }

  func handle(
    _ request: Request, context: ClientContext,
    next: (Request, ClientContext) async throws -> Response
  ) async throws -> Response {
    var (head, context) = (request.head, context)
    let (scheme, clients) = request.forwarded
    var isForwardedSecure = false
    if proxies.contains(context.connected) {
      context.address = ClientAddress(proxies.client(context.connected, forwarded: clients))
      isForwardedSecure = scheme == "https"
    } else if scheme == "https", !isSecure, hasWarned.isFirst() {
      context.logger.warning(
        """
        somebody (\(context.address.kind)) says X-Forwarded-Proto: https and is no trusted proxy, so it \
        is taken for plain HTTP; if it is yours, name its address in PIKAPALAUTE_HTTP_PROXIES
        """)
    }
    head.scheme = isSecure || isForwardedSecure ? "https" : "http"
    var response = try await next(Request(head: head, body: request.body), context)
    if head.scheme == "https" {
      response.headers[.strictTransportSecurity] = "max-age=\(WebLimits.transportSecuritySeconds)"
    }
    return response
  }

  /// The warning is said once.
  private final class Warned: Sendable {
    private let value = Atomic(false)

    func isFirst() -> Bool { !value.exchange(true, ordering: .relaxed) }
  }
}

extension Request {
  /// Whether the client speaks TLS, with us or with the proxy before us.
  var isSecure: Bool { head.scheme == "https" }

  /// What proxies say, or whoever sends the same headers.
  fileprivate var forwarded: (scheme: String?, clients: [String]) {
    func values(_ name: String) -> [String] {
      HTTPField.Name(name).map { headers[values: $0] } ?? []
    }
    return (values("X-Forwarded-Proto").last?.lowercased(), values("X-Forwarded-For"))
  }
}
