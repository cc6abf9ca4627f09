/// A value as it stands in JSON and in a cell of a table.
protocol JSONValue {
  func append(to json: inout JSONText)
  /// nil = empty.
  var cell: String? { get }
}

extension Bool: JSONValue {
  func append(to json: inout JSONText) { json.raw(self ? "true" : "false") }
  var cell: String? { description }
}

extension Int: JSONValue {
  func append(to json: inout JSONText) { json.number(self) }
  var cell: String? { description }
}

extension Double: JSONValue {
  func append(to json: inout JSONText) { json.raw(description) }
  var cell: String? { description }
}

extension String: JSONValue {
  func append(to json: inout JSONText) { json.string(self) }
  var cell: String? { self }
}

extension Optional: JSONValue where Wrapped: JSONValue {
  func append(to json: inout JSONText) {
    if let self { self.append(to: &json) } else { json.raw("null") }
  }

  var cell: String? { self?.cell }
}

extension Array: JSONValue where Element: JSONValue {
  func append(to json: inout JSONText) {
    json.array { json in
      for element in self { json.element(element) }
    }
  }

  var cell: String? { nil }
}

/// Texts by language, in alphabetical order.
extension Dictionary: JSONValue where Key == String, Value == String {
  func append(to json: inout JSONText) {
    json.object { json in
      for (language, text) in sorted(by: { $0.key < $1.key }) { json.member(language, text) }
    }
  }

  var cell: String? { nil }
}

/// JSON that was checked before, as it stands.
struct CheckedJSON: JSONValue {
  let text: String

  func append(to json: inout JSONText) { json.raw(text) }
  var cell: String? { text }
}
