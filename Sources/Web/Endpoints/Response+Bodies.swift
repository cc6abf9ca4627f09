import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// An answer that leaves chunk by chunk, so that a large one never stands in memory as a whole.
  init(
    _ type: String, _ tag: EntityTag? = nil, chunks count: Int,
    _ chunk: @escaping @Sendable (Int) async throws -> [UInt8]
  ) {
    var headers = tag?.headers ?? HTTPFields()
    headers[.contentType] = type
    self.init(
      status: .ok, headers: headers,
      body: ResponseBody { writer in
        for index in 0..<count {
          let bytes = try await chunk(index)
          if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
          // A client that takes everything at once would keep this thread from all others.
          await Task.yield()
        }
        try await writer.finish(nil)
      })
  }

  /// The same in a format that the client chose.
  init(
    _ format: TableFormat, _ tag: EntityTag? = nil, chunks count: Int,
    _ chunk: @escaping @Sendable (Int) async throws -> [UInt8]
  ) {
    self.init(format.contentType, tag, chunks: count, chunk)
    headers[.vary] = TableFormat.vary
  }
}

extension Response {
  /// An answer that was made whole, in a format that the client chose.
  init(_ format: TableFormat, _ tag: EntityTag? = nil, whole bytes: [UInt8]) {
    var headers = tag?.headers ?? HTTPFields()
    headers[.contentType] = format.contentType
    headers[.vary] = TableFormat.vary
    self.init(
      status: .ok, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// An answer that was made whole.
  static func json(_ bytes: [UInt8]) -> Response {
    whole("application/json", ByteBuffer(bytes: bytes))
  }

  static func text(_ text: String, _ type: String = "text/plain; charset=utf-8") -> Response {
    whole(type, ByteBuffer(string: text))
  }

  private static func whole(_ type: String, _ body: ByteBuffer) -> Response {
    Response(
      status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: body))
  }
}
