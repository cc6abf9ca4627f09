import HTTPTypes
import Hummingbird

extension Request {
  /// A cookie's name: behind TLS it says that no other host, and no page without TLS, set it.
  private func prefixed(_ name: String) -> String { isSecure ? "__Host-\(name)" : name }

  /// The value of a cookie of ours; nil without it.
  func cookie(_ name: String) -> String? {
    let start = "\(prefixed(name))="
    for header in headers[values: .cookie] {
      for cookie in header.split(separator: ";") {
        let cookie = cookie.drop { $0 == " " }
        if cookie.hasPrefix(start) { return String(cookie.dropFirst(start.count)) }
      }
    }
    return nil
  }

  /// What sets a cookie of ours; nil takes it away.
  func setting(_ name: String, _ value: String?, seconds: Int64) -> String {
    let age = value == nil ? 0 : seconds
    return "\(prefixed(name))=\(value ?? ""); Path=/; Max-Age=\(age); HttpOnly; SameSite=Lax"
      + (isSecure ? "; Secure" : "")
  }

  /// `https://feedback.example`, as the browser knows this site.
  var origin: String { (isSecure ? "https://" : "http://") + (head.authority ?? "") }

  /// Whether a browser says that another site led here.
  var isFromAnotherSite: Bool { fetchSite == "cross-site" }

  private var fetchSite: String? { HTTPField.Name("Sec-Fetch-Site").flatMap { headers[$0] } }

  /// Whether a form was sent by a page of ours: browsers say where it comes from.
  var isFromHere: Bool {
    if let site = fetchSite { return site == "same-origin" || site == "none" }
    guard let origin = headers[.origin] else { return false }
    return origin.split(separator: "/", maxSplits: 2).last.map(String.init) == head.authority
  }
}
