import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// The answer to HEAD: its length is that of the answer to GET, which is made for it where it would
  /// leave chunk by chunk. Events have no end, and so no length that is true.
  func head() async throws -> Response {
    let isEvents = headers[.contentType] == "text/event-stream"
    guard body.contentLength == nil, !isEvents else { return createHeadResponse() }
    let length = Length()
    try await body.write(length)
    var response = createHeadResponse()
    response.headers[.contentLength] = "\(length.bytes)"
    return response
  }

  /// Takes a body and keeps only how long it is.
  private final class Length: ResponseBodyWriter {
    private(set) var bytes = 0

    func write(_ buffer: ByteBuffer) {
      bytes += buffer.readableBytes
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
  }
}
