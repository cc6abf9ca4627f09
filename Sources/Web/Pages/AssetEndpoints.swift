import HTTPTypes
import Hummingbird
import NIOCore
import Pages

extension Endpoint {
  /// The style sheet of every page.
  static let styleSheet = Endpoint(page: "/assets/style.css", need: .nothing, parameters: nil) {
    .asset("text/css; charset=utf-8", Assets.styleSheet, $0)
  }

  static let icon = Endpoint(page: "/assets/icon.svg", need: .nothing, parameters: nil) {
    .asset("image/svg+xml; charset=utf-8", Assets.icon, $0)
  }

  static let boardScript = Endpoint(page: "/assets/board.js", need: .nothing, parameters: nil) {
    .asset("text/javascript; charset=utf-8", Assets.boardScript, $0)
  }
}

extension Response {
  /// What ships inside the program: another start may be another program.
  static func asset(_ type: String, _ bytes: [UInt8], _ call: Call) -> Response {
    let tag = "\"\(String(call.service.startedAtMilliseconds, radix: 36))\""
    let headers: HTTPFields = [.eTag: tag, .cacheControl: "public, no-cache"]
    if call.request.headers[.ifNoneMatch]?.contains(tag) ?? false {
      return Response(status: .notModified, headers: headers)
    }
    var response = Response(
      status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    response.headers[.contentType] = type
    return response
  }
}
