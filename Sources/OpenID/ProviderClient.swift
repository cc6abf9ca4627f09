import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Asks the provider: no redirects, nothing large, nothing slow.
struct ProviderClient: Sendable {
  /// What came back, whole.
  struct Answer: Sendable {
    let status: UInt
    let body: Data

    /// - Throws: `SignInFailure.unavailable` for what is not the JSON that was asked for.
    func decoded<Value: Decodable>(as type: Value.Type, from address: String) throws -> Value {
      do {
        return try JSONDecoder().decode(type, from: body)
      } catch {
        throw SignInFailure.unavailable("\(address) answers what cannot be read")
      }
    }
  }

  private let client: HTTPClient

  init() {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(
        connect: .seconds(OpenIDLimits.answerSeconds), read: .seconds(OpenIDLimits.answerSeconds)))
    configuration.httpVersion = .http1Only
    // Else it tries again until the time is over, and tells no reason.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(configuration: configuration)
  }

  func shutDown() async {
    try? await client.shutdown()
  }

  /// - Throws: `SignInFailure.unavailable`, also for any status but 200.
  func get(_ address: String) async throws -> Answer {
    var request = HTTPClientRequest(url: address)
    request.headers.add(name: "Accept", value: "application/json")
    let answer = try await send(request)
    guard answer.status == 200 else {
      throw SignInFailure.unavailable("\(address) answers \(answer.status)")
    }
    return answer
  }

  /// - Throws: `SignInFailure.unavailable`.
  func post(
    _ address: String, _ form: [(String, String)], authorization: String?
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    if let authorization { request.headers.add(name: "Authorization", value: authorization) }
    request.body = .bytes(ByteBuffer(string: FormText.encoded(form)))
    return try await send(request)
  }

  /// The client's own time limit ends with the head: a body may drip for ever. So the whole is raced.
  private func send(_ request: HTTPClientRequest) async throws -> Answer {
    let seconds = OpenIDLimits.answerSeconds
    return try await withThrowingTaskGroup(of: Answer.self) { group in
      group.addTask {
        do {
          let response = try await client.execute(request, timeout: .seconds(seconds))
          let body = try await response.body.collect(upTo: OpenIDLimits.answerBytesMax)
          return Answer(status: response.status.code, body: Data(buffer: body))
        } catch {
          throw SignInFailure.unavailable("\(request.url): \(error)")
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw SignInFailure.unavailable("\(request.url) takes longer than \(seconds) s")
      }
      defer { group.cancelAll() }
      guard let answer = try await group.next() else { throw CancellationError() }
      return answer
    }
  }
}

/// Names and values as forms and addresses carry them.
enum FormText {
  static func encoded(_ fields: [(String, String)]) -> String {
    fields.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
  }

  static func escaped(_ text: String) -> String {
    let plain = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
  }
}
