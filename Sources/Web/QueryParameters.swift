import Hummingbird
import Reporting

/// The parameters of a request, each known and given once.
struct QueryParameters {
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
    guard let text = values[name] else { return value }
    guard let value = Value(rawValue: text) else {
      let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem.parameter(name, "'\(text)' is not one of \(allowed)")
    }
    return value
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
