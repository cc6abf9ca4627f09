import Queries

/// An object of answers as one table: the members that its JSON has, and what the document says of
/// them.
///
/// Nothing is written that is not described, and nothing described that is not written.
struct Model<Value>: Sendable {
  /// Of its schema.
  let name: String
  let text: String?
  /// Members of the schema beside type, required, description and properties; JSON with a comma
  /// after it, or nothing.
  let more: String
  let fields: [Field<Value>]
  /// Writes what the fields do, without their closures: those of one object in memory would be
  /// counted by all threads at once, for each member of each row. `ModelTests` compares the two.
  private let direct: Field<Value>.Writer?

  init(
    _ name: String, text: String? = nil, more: String = "", direct: Field<Value>.Writer? = nil,
    @FieldsBuilder<Value> _ fields: () -> [Field<Value>]
  ) {
    self.name = name
    self.text = text
    self.more = more
    self.fields = fields()
    self.direct = direct
  }

  /// A whole answer.
  func json(_ value: Value, _ site: Site) -> [UInt8] {
    var json = JSONWriter()
    json.object { write(value, site, &$0) }
    return json.bytes
  }

  /// The members, one after the other.
  func write(_ value: Value, _ site: Site, _ json: inout JSONWriter) {
    if let direct { return direct(value, site, &json) }
    writeFields(value, site, &json)
  }

  /// The same by the table.
  func writeFields(_ value: Value, _ site: Site, _ json: inout JSONWriter) {
    for field in fields { field.write(value, site, &json) }
  }
}

/// One field after the other, each type-checked by itself.
@resultBuilder
enum FieldsBuilder<Value> {
  static func buildExpression(_ field: Field<Value>) -> [Field<Value>] { [field] }
  static func buildExpression(_ fields: [Field<Value>]) -> [Field<Value>] { fields }
  static func buildBlock(_ fields: [Field<Value>]...) -> [Field<Value>] { fields.flatMap(\.self) }
}

/// A member of an object, or several that are written at once.
struct Field<Value>: Sendable {
  typealias Writer = @Sendable (Value, Site, inout JSONWriter) -> Void

  let members: [Member]
  /// What a table has of it; nothing for lists.
  let columns: [Column<Value>]
  let write: Writer

  init(members: [Member], columns: [Column<Value>] = [], write: @escaping Writer) {
    self.members = members
    self.columns = columns
    self.write = write
  }

  init(
    name: String, schema: Schema, isRequired: Bool = true, columns: [Column<Value>] = [],
    write: @escaping Writer
  ) {
    self.init(
      members: [Member(name: name, schema: schema, isRequired: isRequired)], columns: columns,
      write: write)
  }
}

/// What the document says of a member.
struct Member: Sendable {
  let name: String
  let schema: Schema
  let isRequired: Bool
}

/// What the document says of a value, as JSON Schema.
struct Schema: Sendable {
  /// An object.
  let json: String

  static func json(_ json: String) -> Schema { Schema(json: json) }

  /// One that stands in the document by its name.
  static func named(_ name: String, _ text: String? = nil) -> Schema {
    of("\"$ref\":\"#/components/schemas/\(name)\"", text)
  }

  static func list(of name: String, _ text: String? = nil, more: String = "") -> Schema {
    of("\"type\":\"array\",\(more)\"items\":{\"$ref\":\"#/components/schemas/\(name)\"}", text)
  }

  static let count = named("Count")

  static func count(_ text: String) -> Schema {
    of("\"type\":\"integer\",\"minimum\":0", text)
  }

  static func integer(
    in range: ClosedRange<Int>? = nil, orNull: Bool = false, _ text: String? = nil
  ) -> Schema {
    of(type("integer", orNull) + bounds(range?.lowerBound, range?.upperBound), text)
  }

  static func number(
    in range: ClosedRange<Int>? = nil, orNull: Bool = false, more: String = "",
    _ text: String? = nil
  ) -> Schema {
    of(type("number", orNull) + bounds(range?.lowerBound, range?.upperBound) + more, text)
  }

  static func text(orNull: Bool = false, more: String = "", _ text: String? = nil) -> Schema {
    of(type("string", orNull) + more, text)
  }

  static func flag(orNull: Bool = false, _ text: String? = nil) -> Schema {
    of(type("boolean", orNull), text)
  }

  static func words<Word: RawRepresentable & CaseIterable>(
    _ words: Word.Type, _ text: String? = nil
  ) -> Schema where Word.RawValue == String {
    let quoted = Word.allCases.map { OpenAPI.quoted($0.rawValue) }.joined(separator: ",")
    return of("\"type\":\"string\",\"enum\":[\(quoted)]", text)
  }

  /// RFC 3339.
  static func time(orNull: Bool = false, _ text: String? = nil) -> Schema {
    of(type("string", orNull) + ",\"format\":\"date-time\"", text)
  }

  static func maybe(_ name: String, _ text: String? = nil) -> Schema {
    of(
      "\"anyOf\":[{\"$ref\":\"#/components/schemas/\(name)\"},{\"type\":\"null\"}]", text)
  }

  private static func type(_ name: String, _ orNull: Bool) -> String {
    orNull ? "\"type\":[\"\(name)\",\"null\"]" : "\"type\":\"\(name)\""
  }

  private static func bounds(_ least: Int?, _ most: Int?) -> String {
    (least.map { ",\"minimum\":\($0)" } ?? "")
      + (most.flatMap { $0 == .max ? nil : ",\"maximum\":\($0)" } ?? "")
  }

  private static func of(_ members: String, _ text: String?) -> Schema {
    Schema(
      json: "{\(members)\(text.map { ",\"description\":\(OpenAPI.quoted($0))" } ?? "")}")
  }
}
