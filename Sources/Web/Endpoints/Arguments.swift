import CivilTime
import Foundation
import HTTPTypes
import Hummingbird
import Queries
import Reporting

/// The parameters of a request, each known and given once.
struct Arguments: Sendable {
  let request: Request
  private let endpoint: Endpoint
  private let current: CurrentSite
  private let path: Hummingbird.Parameters
  private var texts: [String: String] = [:]

  /// - Parameter path: the parts of the path that it names.
  /// - Throws: 400 that names a parameter which the endpoint does not have or which stands twice.
  init(
    _ request: Request, path: Hummingbird.Parameters, of endpoint: Endpoint, site: CurrentSite
  ) throws {
    self.request = request
    self.path = path
    self.endpoint = endpoint
    current = site
    guard let parameters = endpoint.parameters else { return }
    let known = parameters.lazy.map(\.description).filter { $0.place == .query }.map(\.name)
    for (name, value) in request.uri.queryParameters {
      let name = String(name)
      if name.isEmpty && value.isEmpty { continue }
      guard known.contains(name) else {
        let allowed = known.isEmpty ? "none" : known.joined(separator: ", ")
        throw Problem.parameter(name, "is not a parameter here; allowed: \(allowed)")
      }
      guard texts.updateValue(String(value), forKey: name) == nil else {
        throw Problem.parameter(name, "is given twice; once is enough")
      }
    }
  }

  /// The value of a parameter.
  ///
  /// - Precondition: the endpoint declares it.
  /// - Throws: 400 that names it.
  subscript<Value>(parameter: Parameter<Value>) -> Value {
    get throws {
      let (key, name) = (parameter.description.key, parameter.description.name)
      precondition(
        endpoint.parameters?.contains { $0.description.key == key } ?? false,
        "\(endpoint.path) does not declare the parameter \(key)")
      let text = parameter.description.place == .path ? try path.require(name) : texts[name]
      return try parameter.read(text, self)
    }
  }

  /// The site that is served.
  ///
  /// - Throws: 404 when no registry was ever applied.
  var site: Site { get throws { try current.require() } }

  /// A parameter of the query as it was given; nil = it was not.
  func text(_ name: String) -> String? { texts[name] }

  /// What was given, in the order of the names, but for some.
  func listed(without names: [String]) -> [String] {
    texts.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }
      .flatMap { [$0.key, $0.value] }
  }

  /// The range `from`..`to`.
  func hours(
    _ from: Parameter<UTCHour> = Parameters.from, _ to: Parameter<UTCHour> = Parameters.to
  ) throws -> Range<UTCHour> {
    let (from, to) = (try self[from], try self[to])
    guard from < to else { throw Problem.parameter("to", "must be later than from") }
    return from..<to
  }

  /// The address of the request with one parameter set anew, as a reference relative to the host.
  func address(with name: String, _ value: String) -> String {
    var parts = URLComponents()
    parts.path = request.uri.path
    let others = texts.filter { $0.key != name }.sorted { $0.key < $1.key }
    // A plus sign in a query is a space to some.
    let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    let escape = { (text: String) in
      text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
    parts.percentEncodedQuery = (others.map { ($0.key, $0.value) } + [(name, value)])
      .map { "\($0.0)=\(escape($0.1))" }.joined(separator: "&")
    return parts.string ?? request.uri.path
  }
}
