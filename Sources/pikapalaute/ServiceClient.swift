import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks the service that runs on this machine, over HTTP.
struct ServiceClient {
  /// As the service's settings name it.
  let host: String
  let port: Int
  let token: String

  /// - Returns: the status, and the body whatever it says.
  /// - Throws: `OptionError` when nobody answers there.
  func put(
    _ path: String, _ text: String, type: String, ifMatch: String
  ) async throws -> (status: Int, body: Data) {
    let body = ByteBuffer(string: text)
    var head = HTTPRequestHead(version: .http1_1, method: .PUT, uri: path)
    head.headers = [
      "Host": "\(address):\(port)", "Authorization": "Bearer \(token)", "Content-Type": type,
      "Content-Length": "\(body.readableBytes)", "If-Match": ifMatch, "Connection": "close",
    ]
    do {
      return try await exchange(head, body)
    } catch let error as IOError {
      throw OptionError("the service does not answer at \(address):\(port): \(error)")
    } catch let error as NIOConnectionError {
      throw OptionError("the service does not answer at \(address):\(port): \(error)")
    }
  }

  /// Where a service that listens on every address is asked.
  private var address: String {
    switch host {
    case "0.0.0.0", "": "127.0.0.1"
    case "::": "::1"
    default: host
    }
  }

  private func exchange(
    _ head: HTTPRequestHead, _ body: ByteBuffer
  ) async throws -> (status: Int, body: Data) {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: address, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHTTPClientHandlers()
          return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
            wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { answer, request in
      try await request.write(.head(head))
      try await request.write(.body(.byteBuffer(body)))
      try await request.write(.end(nil))
      var status = 0
      var bytes = Data()
      for try await part in answer {
        switch part {
        case .head(let head): status = Int(head.status.code)
        case .body(let buffer): bytes.append(contentsOf: buffer.readableBytesView)
        case .end: return (status, bytes)
        }
      }
      return (status, bytes)
    }
  }
}
