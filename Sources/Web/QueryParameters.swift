import Foundation
import Hummingbird
import Reporting

/// The parameters of a request, each known and given once.
struct QueryParameters: Sendable {
  private var values: [String: String] = [:]

  /// - Throws: 400 that names a parameter which is not among `known` or stands twice.
  init(_ request: Request, known: [String]) throws {
    for (name, value) in request.uri.queryParameters {
      let name = String(name)
      if name.isEmpty && value.isEmpty { continue }
      guard known.contains(name) else {
        let allowed = known.isEmpty ? "none" : known.joined(separator: ", ")
        throw Problem.parameter(name, "is not a parameter here; allowed: \(allowed)")
      }
      guard values.updateValue(String(value), forKey: name) == nil else {
        throw Problem.parameter(name, "is given twice; once is enough")
      }
    }
  }

  /// What was given, in the order of the names, but for some.
  func listed(without names: [String]) -> [String] {
    values.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }
      .flatMap { [$0.key, $0.value] }
  }

  func text(_ name: String) -> String? {
    values[name]
  }

  func required(_ name: String) throws -> String {
    guard let value = values[name], !value.isEmpty else {
      throw Problem.parameter(name, "is missing")
    }
    return value
  }

  func flag(_ name: String) throws -> Bool {
    switch values[name] {
    case nil, "false", "0": false
    case "true", "1": true
    case .some(let value):
      throw Problem.parameter(name, "'\(value)' is neither true nor false")
    }
  }

  func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, default value: Value
  ) throws -> Value where Value.RawValue == String {
    try choice(name, among: Array(Value.allCases)) ?? value
  }

  /// nil when the parameter is not given.
  func choice<Value: RawRepresentable>(
    _ name: String, among allowed: [Value]
  ) throws -> Value? where Value.RawValue == String {
    guard let text = values[name] else { return nil }
    guard let value = allowed.first(where: { $0.rawValue == text }) else {
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      throw Problem.parameter(name, "'\(text)' is not one of \(names)")
    }
    return value
  }

  /// A whole number.
  func count(_ name: String, in allowed: ClosedRange<Int>, default value: Int) throws -> Int {
    guard let text = values[name] else { return value }
    guard let number = Int(text), allowed.contains(number) else {
      throw Problem.parameter(
        name, "'\(text)' is not a number from \(allowed.lowerBound) to \(allowed.upperBound)")
    }
    return number
  }

  /// The address of the request with one parameter set anew, as a reference relative to the host.
  func address(_ request: Request, with name: String, _ value: String) -> String {
    var parts = URLComponents()
    parts.path = request.uri.path
    let others = values.filter { $0.key != name }.sorted { $0.key < $1.key }
    // A plus sign in a query is a space to some.
    let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    let escape = { (text: String) in
      text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
    parts.percentEncodedQuery = (others.map { ($0.key, $0.value) } + [(name, value)])
      .map { "\($0.0)=\(escape($0.1))" }.joined(separator: "&")
    return parts.string ?? request.uri.path
  }

  /// The range `from`..`to`, UTC hours since 1970.
  func hours(_ calendar: SiteCalendar) throws -> Range<Int> {
    let from = try hour("from", calendar)
    let to = try hour("to", calendar)
    guard from < to else { throw Problem.parameter("to", "must be later than from") }
    return from..<to
  }

  private func hour(_ name: String, _ calendar: SiteCalendar) throws -> Int {
    let text = try required(name)
    do throws(TimeTextError) {
      return try calendar.hour(parsing: text)
    } catch {
      throw Problem.parameter(name, error.description)
    }
  }
}
