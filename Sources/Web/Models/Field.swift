import CivilTime
import Ingest
import Queries
import Reporting
import Store

extension Field {
  /// A value as it is.
  static func value(
    _ name: String, _ schema: Schema,
    _ get: @escaping @Sendable (Value) -> some JSONValue & SendableMetatype
  ) -> Field {
    Field(
      name: name, schema: schema, columns: [Column(name: name) { value, _ in get(value).cell }]
    ) { value, _, json in json.member(name, get(value)) }
  }

  /// A value that only some objects have.
  static func extra<Found: JSONValue & SendableMetatype>(
    _ name: String, _ schema: Schema, _ get: @escaping @Sendable (Value) -> Found?
  ) -> Field {
    Field(name: name, schema: schema, isRequired: false) { value, _, json in
      if let found = get(value) { json.member(name, found) }
    }
  }

  static func object<Part>(
    _ name: String, _ model: @autoclosure @escaping @Sendable () -> Model<Part>, _ schema: Schema,
    _ get: @escaping @Sendable (Value) -> Part
  ) -> Field {
    Field(name: name, schema: schema) { value, site, json in
      json.member(name) { model().write(get(value), site, &$0) }
    }
  }

  /// An object, or null.
  static func maybe<Part>(
    _ name: String, _ model: Model<Part>, _ text: String? = nil,
    _ get: @escaping @Sendable (Value) -> Part?
  ) -> Field {
    Field(
      name: name, schema: .maybe(model.name, text),
      columns: .of(model.columns, prefix: "\(name)_", get)
    ) { value, site, json in
      guard let part = get(value) else { return json.memberNull(name) }
      json.member(name) { model.write(part, site, &$0) }
    }
  }

  /// - Parameter more: of the schema, JSON with a comma after it.
  static func list<Part>(
    _ name: String, _ model: Model<Part>, _ text: String? = nil, more: String = "",
    _ get: @escaping @Sendable (Value) -> [Part]
  ) -> Field {
    Field(name: name, schema: .list(of: model.name, text, more: more)) { value, site, json in
      json.list(name, get(value)) { model.write($0, site, &$1) }
    }
  }

  /// An hour as local time; nil = null.
  static func hour(
    _ name: String, _ schema: Schema, _ get: @escaping @Sendable (Value) -> UTCHour?
  ) -> Field {
    Field(
      name: name, schema: schema,
      columns: [
        Column(name: name) { value, site in
          get(value).map { .text(site.calendar.format(hour: $0)) }
        }
      ]
    ) { value, site, json in
      json.member(name, get(value).map(site.calendar.format(hour:)))
    }
  }

  /// A minute as local time; nil = null.
  static func minute(
    _ name: String, _ schema: Schema, _ get: @escaping @Sendable (Value) -> UTCMinute?
  ) -> Field {
    Field(
      name: name, schema: schema,
      columns: [
        Column(name: name) { value, site in
          get(value).map { .text(site.calendar.format(minute: $0)) }
        }
      ]
    ) { value, site, json in
      json.member(name, get(value).map(site.calendar.format(minute:)))
    }
  }

  /// UTC milliseconds since 1970; nil = null.
  static func moment(
    _ name: String, _ schema: Schema, _ get: @escaping @Sendable (Value) -> Int64?
  ) -> Field {
    .value(name, schema) { get($0).map(RFC3339.format(milliseconds:)) }
  }

  /// All members of a part, as members of the whole.
  static func all<Part>(
    of model: Model<Part>, _ get: @escaping @Sendable (Value) -> Part
  ) -> Field {
    Field(members: model.fields.flatMap(\.members)) { value, site, json in
      model.write(get(value), site, &json)
    }
  }
}

// MARK: Members that many objects have

extension Field {
  static func node(_ get: @escaping @Sendable (Value) -> String) -> Field {
    .value("node", .named("NodeID"), get)
  }

  /// Where times of the answer are local.
  static var timeZone: Field {
    Field(name: "time_zone", schema: .text("IANA name.")) { _, site, json in
      json.member("time_zone", site.timeZone)
    }
  }

  /// A question as it was asked.
  static func asked(_ get: @escaping @Sendable (Value) -> AskedQuestion) -> [Field] {
    [
      .value("question", .named("QuestionID")) { get($0).question },
      .value("buttons", .named("Buttons")) { get($0).buttons },
    ]
  }

  /// How far the numbers of a node had come.
  static func revision(
    of node: @escaping @Sendable (Value) -> String,
    _ get: @escaping @Sendable (Value) -> DataRevision
  ) -> Field {
    .object("revision", Models.revision, .named("Revision")) {
      AnswerRevision(numbers: get($0), node: node($0))
    }
  }

  /// Start and end of a range of hours.
  static func period(_ get: @escaping @Sendable (Value) -> Range<UTCHour>) -> [Field] {
    [
      .hour("start", .time("Inclusive, with the site's offset then.")) { get($0).lowerBound },
      .hour("end", .time("Exclusive.")) { get($0).upperBound },
    ]
  }

  /// All numbers of a tally.
  static func tally(_ get: @escaping @Sendable (Value) -> Tally) -> Field {
    .all(of: Models.tally, get)
  }

  /// How many responses, what they say, and how sure that is.
  static func short(_ get: @escaping @Sendable (Value) -> Tally) -> [Field] {
    [
      .value("responses", .count) { get($0).responses },
      .value("index", .named("Index")) { get($0).index },
      .maybe("interval", Models.interval, "null without responses.") { get($0).interval },
    ]
  }
}
