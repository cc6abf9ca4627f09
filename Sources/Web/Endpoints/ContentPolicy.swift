import Foundation
import Pages
import Store

/// What a browser may do with an answer: the values of `Content-Security-Policy`.
enum ContentPolicy {
  /// What is no page.
  static let nothing = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
  /// A page of this site: no script at all.
  static let page = ours + "; frame-ancestors 'none'"
  /// The same whose forms may lead on to another site's address: browsers look at where a form is
  /// redirected to.
  static func page(leadingTo address: String) -> String {
    guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host,
      host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-:[]".contains($0)) })
    else { return page }
    let origin = "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
    return page.replacing("form-action 'self'", with: "form-action 'self' \(origin)")
  }
  /// A page that any other may frame. It has no form and knows nobody.
  static let framed = ours + "; frame-ancestors *"
  /// A page of this site with the one script that renews it.
  static let board = page + "; script-src 'self'; connect-src 'self'"
  /// The app of home care: scripts and a worker of this site, and no form that leads away.
  static let visit =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    + "manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; "
    + "frame-ancestors 'none'"
  /// A picture with the one style element that it brings along.
  static let image =
    nothing + "; style-src 'sha256-"
    + Token.hash(EmbedImage.style).base64EncodedString() + "'"

  private static let ours =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
}
