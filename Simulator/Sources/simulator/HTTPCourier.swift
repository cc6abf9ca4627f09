import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// What came back for one request.
struct Reply: Sendable {
  /// Which device asked.
  var tag: Int
  /// HTTP status, or nil when there was no answer at all.
  var status: Int?
  var body: Data
  var retryAfterSeconds: Double?
}

/// Carries phones' frames over HTTP. Replies are collected by the library's own threads and
/// picked up by the fleet's one thread with `takeReplies`.
final class HTTPCourier: Sendable {
  private let session: URLSession
  private let replies = Mutex<[Reply]>([])

  init() {
    let configuration = URLSessionConfiguration.ephemeral
    // The oracle asks the service, never a copy of what it said before.
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.timeoutIntervalForRequest = 15
    session = URLSession(configuration: configuration)
  }

  func send(_ request: URLRequest, tag: Int) {
    let task = session.dataTask(with: request) { [self] data, response, _ in
      let response = response as? HTTPURLResponse
      let reply = Reply(
        tag: tag, status: response?.statusCode, body: data ?? Data(),
        retryAfterSeconds: response?.value(forHTTPHeaderField: "Retry-After").flatMap(Double.init))
      replies.withLock { $0.append(reply) }
    }
    task.resume()
  }

  func takeReplies() -> [Reply] {
    replies.withLock { waiting in
      defer { waiting.removeAll() }
      return waiting
    }
  }

  /// Waits for the answer of one request.
  ///
  /// - Throws: `Failure` when nobody answers.
  func fetch(_ request: URLRequest) async throws -> (status: Int, body: Data) {
    do {
      let (body, response) = try await session.data(for: request)
      return ((response as? HTTPURLResponse)?.statusCode ?? 0, body)
    } catch {
      let url = request.url?.absoluteString ?? "?"
      throw Failure(
        "\(url) does not answer (\(error.localizedDescription)); is the service running there?")
    }
  }
}
