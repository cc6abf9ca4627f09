/// A value as it stands in JSON and in a cell of a table.
protocol JSONValue {
  func append(to json: inout JSONWriter)
  /// nil = empty.
  var cell: Cell? { get }
}

extension Bool: JSONValue {
  func append(to json: inout JSONWriter) { json.raw(self ? "true" : "false") }
  var cell: Cell? { .text(description) }
}

extension Int: JSONValue {
  func append(to json: inout JSONWriter) { json.number(self) }
  var cell: Cell? { .count(self) }
}

extension Double: JSONValue {
  func append(to json: inout JSONWriter) { json.raw(description) }
  var cell: Cell? { .number(self) }
}

extension String: JSONValue {
  func append(to json: inout JSONWriter) { json.string(self) }
  var cell: Cell? { .text(self) }
}

extension Optional: JSONValue where Wrapped: JSONValue {
  func append(to json: inout JSONWriter) {
    if let self { self.append(to: &json) } else { json.raw("null") }
  }

  var cell: Cell? { self?.cell }
}

extension Array: JSONValue where Element: JSONValue {
  func append(to json: inout JSONWriter) {
    json.array { json in
      for element in self { json.element(element) }
    }
  }

  /// One after the other, a blank between them.
  var cell: Cell? {
    .text(lazy.map { $0.cell.map(\.description) ?? "" }.joined(separator: " "))
  }
}

/// Texts by language, in alphabetical order.
extension Dictionary: JSONValue where Key == String, Value == String {
  func append(to json: inout JSONWriter) {
    json.object { json in
      for (language, text) in sorted(by: { $0.key < $1.key }) { json.member(language, text) }
    }
  }

  var cell: Cell? { nil }
}

/// JSON that was checked before, as it stands.
struct CheckedJSON: JSONValue {
  let text: String

  func append(to json: inout JSONWriter) { json.raw(text) }
  var cell: Cell? { .text(text) }
}
