import Queries

/// A parameter of requests as one value: how it is read, what is refused, and how the document
/// describes it.
struct Parameter<Value: Sendable>: DescribedParameter {
  let description: ParameterDescription
  /// Makes the value of a text; nil = not given.
  let read: @Sendable (_ text: String?, _ arguments: Arguments) throws -> Value
}

/// What the document says of a parameter, whatever its value is.
protocol DescribedParameter: Sendable {
  var description: ParameterDescription { get }
}

struct ParameterDescription: Sendable {
  enum Place: String {
    case path, query
  }

  let name: String
  /// Where the document keeps it.
  let key: String
  var place = Place.query
  var isRequired = false
  let text: String
  /// JSON Schema.
  let schema: String
  /// The member `example` or `examples` as it stands, without a comma before it; may be empty.
  var example = ""
}

extension Parameter {
  /// A text that must be there.
  static func required(
    _ name: String, key: String? = nil, _ text: String, schema: String, example: String
  ) -> Parameter<String> {
    Parameter<String>(
      description: ParameterDescription(
        name: name, key: key ?? name, isRequired: true, text: text, schema: schema,
        example: "\"example\":\"\(example)\"")
    ) { text, _ in
      guard let text, !text.isEmpty else { throw Problem.parameter(name, "is missing") }
      return text
    }
  }

  /// A part of the path.
  static func path(
    _ name: String, key: String? = nil, _ text: String, schema: String, example: String
  ) -> Parameter<String> {
    Parameter<String>(
      description: ParameterDescription(
        name: name, key: key ?? name, place: .path, isRequired: true, text: text, schema: schema,
        example: "\"example\":\(example)")
    ) { text, _ in text ?? "" }
  }

  /// A text that may be left out.
  static func optional(
    _ name: String, key: String? = nil, _ text: String, schema: String, example: String = ""
  ) -> Parameter<String?> {
    Parameter<String?>(
      description: ParameterDescription(
        name: name, key: key ?? name, text: text, schema: schema, example: example)
    ) { text, _ in text }
  }

  /// True or false, false without it.
  static func flag(_ name: String, key: String? = nil, _ text: String) -> Parameter<Bool> {
    Parameter<Bool>(
      description: ParameterDescription(
        name: name, key: key ?? name, text: text, schema: #"{"type":"boolean","default":false}"#,
        example: "\"example\":false")
    ) { text, _ in
      switch text {
      case nil, "false", "0": return false
      case "true", "1": return true
      case .some(let text):
        throw Problem.parameter(name, "'\(text)' is neither true nor false")
      }
    }
  }

  /// One of a few words.
  static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, key: String? = nil, default value: Choice, _ text: String, example: Choice
  ) -> Parameter<Choice> where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue)
    return Parameter<Choice>(
      description: ParameterDescription(
        name: name, key: key ?? name, text: text,
        schema:
          "{\"type\":\"string\",\"enum\":[\(quoted(Choice.self))],\"default\":\"\(value.rawValue)\"}",
        example: "\"example\":\"\(example.rawValue)\"")
    ) { text, _ in
      guard let text else { return value }
      guard let choice = Choice(rawValue: text) else {
        throw Problem.parameter(
          name, "'\(text)' is not one of \(words.joined(separator: ", "))")
      }
      return choice
    }
  }

  /// One of a few words, which must be there.
  static func required<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, key: String, _ text: String, example: Choice
  ) -> Parameter<Choice> where Choice.RawValue == String {
    let choice = Parameter<Choice>.choice(name, key: key, default: example, text, example: example)
    return Parameter<Choice>(
      description: ParameterDescription(
        name: name, key: key, isRequired: true, text: text,
        schema: "{\"type\":\"string\",\"enum\":[\(quoted(Choice.self))]}",
        example: "\"example\":\"\(example.rawValue)\"")
    ) { text, arguments in
      guard let text, !text.isEmpty else { throw Problem.parameter(name, "is missing") }
      return try choice.read(text, arguments)
    }
  }

  private static func quoted<Choice: RawRepresentable & CaseIterable>(
    _ choices: Choice.Type
  ) -> String where Choice.RawValue == String {
    choices.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
  }

  /// A whole number within bounds.
  static func count(
    _ name: String, key: String? = nil, in allowed: ClosedRange<Int>, default value: Int,
    _ text: String, example: Int
  ) -> Parameter<Int> {
    let most = allowed.upperBound == .max ? "" : ",\"maximum\":\(allowed.upperBound)"
    return Parameter<Int>(
      description: ParameterDescription(
        name: name, key: key ?? name, text: text,
        schema:
          "{\"type\":\"integer\",\"minimum\":\(allowed.lowerBound)\(most),\"default\":\(value)}",
        example: "\"example\":\(example)")
    ) { text, _ in
      guard let text else { return value }
      guard let number = Int(text), allowed.contains(number), String(number) == text else {
        throw Problem.parameter(
          name, "'\(text)' is not a number from \(allowed.lowerBound) to \(allowed.upperBound)")
      }
      return number
    }
  }
}
