import HTTPTypes
import Hummingbird

extension Request {
  /// Tells bearers apart, however the same token is written, and browsers by their sessions; never the
  /// token itself.
  var bearer: Int {
    guard let header = headers[.authorization] else { return (headers[.cookie] ?? "").hashValue }
    return String(header.dropFirst(7).drop { $0 == " " }).hashValue
  }
}
