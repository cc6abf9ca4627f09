import Foundation
import Import
import NIOHTTP1
import Store

/// An import or a withdrawal on its way from a command to the service that runs, which goes on while the
/// command waits.
struct ImportRequest {
  static let path = "/api/v1/imports"
  /// Between two looks at how far it has come.
  static let pause = Duration.milliseconds(300)

  let client: ServiceClient

  /// Sends it, and waits for its end.
  ///
  /// - Parameter progress: told how many lines are done.
  /// - Throws: `ImportFailure` where it is refused.
  func send(
    _ method: HTTPMethod, _ path: String, _ parameters: [String: String],
    _ body: ServiceClient.Body = .none, progress: (Int) -> Void = { _ in }
  ) async throws -> ImportAnswer {
    // Who sends a large file to hear that another is under way may not hear it.
    if let other = try await latest(), !other.hasEnded {
      throw ImportFailure(
        "another import or withdrawal is under way (\(other.state), \(other.lines) lines); try again"
      )
    }
    var address = URLComponents()
    address.path = path
    address.queryItems = parameters.sorted { $0.key < $1.key }
      .map { URLQueryItem(name: $0.key, value: $0.value) }
    let query = (address.percentEncodedQuery ?? "").replacing("+", with: "%2B")
    let (status, answer) = try await client.ask(
      method, "\(path)?\(query)", body, ["Content-Type": "text/csv"])
    guard status == 202 else { throw Self.refusal(status, answer) }
    let begun = try ImportAnswer(answer)
    while true {
      try await Task.sleep(for: Self.pause)
      guard let now = try await latest(), now.number == begun.number else {
        throw ImportFailure("the service was started anew meanwhile; see: pikapalaute import list")
      }
      progress(now.lines)
      if !now.hasEnded { continue }
      if now.detail.isEmpty { return now }
      throw ImportFailure(now.detail)
    }
  }

  private func latest() async throws -> ImportAnswer? {
    let (status, body) = try await client.ask(.GET, "\(Self.path)/latest")
    if status == 404 { return nil }
    guard status == 200 else { throw Self.refusal(status, body) }
    return try ImportAnswer(body)
  }

  private static func refusal(_ status: Int, _ body: Data) -> ImportFailure {
    struct Problem: Decodable {
      var detail: String
    }
    let problem = try? JSONDecoder().decode(Problem.self, from: body)
    return ImportFailure(
      "the service refuses it (\(status)): \(problem?.detail ?? "it does not say why")")
  }
}
