import HTTPTypes
import Hummingbird

extension Access {
  /// Tells of a problem that is a refusal; of any other it says nothing. Of a device's address it tells
  /// only the kind: somebody carries it.
  func note(
    _ problem: Problem, of request: Request, from address: ClientAddress, to need: Endpoint.Need
  ) async {
    let refusal: Refusal? =
      switch problem.status {
      case .forbidden: problem.refusal ?? .role
      // Strangers without a token are only asked who they are.
      case .unauthorized where request.headers[.authorization] != nil: .token
      default: problem.refusal
      }
    guard let refusal else { return }
    let place = need == .device ? address.kind : address.text
    await note(refusal, problem.detail, of: request, from: place)
  }

  /// - Parameters:
  ///   - detail: never a secret.
  ///   - who: as the audit log names them; nil = as the request says.
  func note(
    _ refusal: Refusal, _ detail: String, who: String? = nil, of request: Request,
    from address: String
  ) async {
    await refusals.note(refusal) {
      var asking = who
      if asking == nil { asking = await actor(of: request) }
      return Refusals.Told(
        who: asking ?? "nobody", address: address, method: request.method.rawValue,
        path: request.uri.path, detail: detail)
    }
  }
}
