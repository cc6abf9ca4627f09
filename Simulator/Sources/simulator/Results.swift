import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The results API's answer, as far as the contract describes it.
struct ResultsAnswer: Decodable {
  struct Interval: Decodable {
    var low: Double
    var high: Double
  }

  struct Row: Decodable {
    var start: String
    var end: String
    var responses: Int
    var counts: [Int]
    var index: Double?
    var interval: Interval?
    var excluded: Int
    var invalid: Int
    var lost: Int
    var estimated: Int

    var cell: Cell {
      var cell = Cell()
      for (button, count) in counts.prefix(5).enumerated() { cell.counts[button] = count }
      cell.excluded = excluded
      cell.invalid = invalid
      cell.lost = lost
      cell.estimated = estimated
      return cell
    }
  }

  struct Series: Decodable {
    var node: String
    var question: String
    var buttons: Int
    var rows: [Row]
  }

  var node: String
  var by: String
  var series: [Series]
}

/// Reads results with a bearer token.
struct ResultsReader {
  var http: URL
  var token: String?
  let courier = HTTPCourier()

  /// - Throws: `Failure` when the service does not answer or refuses, or the JSON is another.
  func results(
    node: String, range: DateRange, by: String, children: Bool = false
  ) async throws -> ResultsAnswer {
    var components = URLComponents()
    components.queryItems = [
      URLQueryItem(name: "node", value: node),
      URLQueryItem(name: "from", value: range.from.text),
      URLQueryItem(name: "to", value: range.to.text),
      URLQueryItem(name: "by", value: by),
    ]
    if children { components.queryItems?.append(URLQueryItem(name: "children", value: "true")) }
    let base = http.appendingPathComponent("api/v1/results")
    guard let url = URL(string: base.absoluteString + "?" + (components.query ?? "")) else {
      throw Failure("--http-url \(http.absoluteString) gives no address; use http://host:port")
    }
    var request = URLRequest(url: url)
    request.timeoutInterval = 60
    request.setValue("application/json", forHTTPHeaderField: "Accept")
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
    let (status, body) = try await fetchPatiently(request)
    if status == 401 || status == 403 {
      throw Failure(
        "the service refuses to show results (\(status));"
          + " give its token with --token or PIKAPALAUTE_ADMIN_TOKEN")
    }
    if status != 200 {
      let text = String(decoding: body.prefix(200), as: UTF8.self)
      throw Failure(
        "\(url.absoluteString) answered \(status) (\(text));"
          + " does the service have the registry of `simulator make-city`?")
    }
    do {
      return try JSONDecoder().decode(ResultsAnswer.self, from: body)
    } catch {
      throw Failure("\(url.absoluteString) is not as the contract says (\(error))")
    }
  }

  /// A service that is being started again answers soon: it is given ten seconds.
  private func fetchPatiently(_ request: URLRequest) async throws -> (Int, Data) {
    for _ in 0..<20 {
      if let answer = try? await courier.fetch(request), answer.0 != 503 { return answer }
      try await Task.sleep(for: .milliseconds(500))
    }
    return try await courier.fetch(request)
  }
}
