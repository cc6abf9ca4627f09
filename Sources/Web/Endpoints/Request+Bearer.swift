import HTTPTypes
import Hummingbird

extension Request {
  /// Tells bearers apart, however the same token is written; never the token itself.
  var bearer: Int {
    let header = headers[.authorization] ?? ""
    return String(header.dropFirst(7).drop { $0 == " " }).hashValue
  }
}
