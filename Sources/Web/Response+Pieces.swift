import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
  /// An answer that leaves piece by piece, so that a large one never stands in memory as a whole.
  init(
    _ type: String, _ tag: EntityTag? = nil, pieces count: Int,
    _ piece: @escaping @Sendable (Int) async throws -> [UInt8]
  ) {
    var headers = tag?.headers ?? HTTPFields()
    headers[.contentType] = type
    self.init(
      status: .ok, headers: headers,
      body: ResponseBody { writer in
        for index in 0..<count {
          let bytes = try await piece(index)
          if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
          // A client that takes everything at once would keep this thread from all others.
          await Task.yield()
        }
        try await writer.finish(nil)
      })
  }

  /// The same in a format that the client chose.
  init(
    _ format: TableFormat, _ tag: EntityTag? = nil, pieces count: Int,
    _ piece: @escaping @Sendable (Int) async throws -> [UInt8]
  ) {
    self.init(format.contentType, tag, pieces: count, piece)
    headers[.vary] = TableFormat.vary
  }
}
