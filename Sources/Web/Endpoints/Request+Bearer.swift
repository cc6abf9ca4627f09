import HTTPTypes
import Hummingbird

extension Request {
  /// Tells bearers apart, however the same token is written and however many sessions were begun with
  /// it; never the token itself.
  var bearer: Int {
    guard let header = headers[.authorization] else { return Sessions.bearer(of: self) ?? 0 }
    return String(header.dropFirst(7).drop { $0 == " " }).hashValue
  }
}
