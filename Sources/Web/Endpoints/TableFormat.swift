import HTTPTypes
import Hummingbird

/// How numbers are written.
enum TableFormat: String, CaseIterable {
  case json
  case csv
  case jsonStat = "json-stat"

  /// The parameter that goes before Accept.
  static let parameter = "format"

  /// What Accept wants most, JSON where it does not say.
  ///
  /// - Throws: 406 when Accept forbids all of `offers`.
  init(_ request: Request, among offers: [TableFormat]) throws {
    let accepted = request.headers[values: .accept]
    guard let best = Accept(accepted).best(of: offers, \.mediaType) else {
      var problem = Problem(
        .notAcceptable,
        "Accept: '\(accepted.joined(separator: ", "))' forbids what is here; allowed: "
          + offers.map(\.contentType).joined(separator: ", ") + ", or the parameter format")
      problem.headers[.vary] = Self.vary
      throw problem
    }
    self = best
  }

  /// What answers that are chosen by Accept depend on.
  static let vary = "Accept, Authorization, Cookie"

  /// JSON-stat has no type of its own; its profile is the address of its definition.
  var mediaType: MediaType {
    switch self {
    case .json: MediaType(type: "application", subtype: "json", parameters: ["charset": "utf-8"])
    case .csv:
      MediaType(
        type: "text", subtype: "csv", parameters: ["charset": "utf-8", "header": "present"])
    case .jsonStat:
      MediaType(
        type: "application", subtype: "json",
        parameters: ["charset": "utf-8", "profile": "https://json-stat.org/format/"])
    }
  }

  /// The name under which a browser keeps a table that a spreadsheet opens.
  static func disposition(_ what: String, _ node: String?) -> String {
    let name = ([what] + (node.map { [$0] } ?? [])).joined(separator: "-")
    return "attachment; filename=\"\(name).csv\""
  }

  var contentType: String {
    switch self {
    case .json: "application/json"
    case .csv: "text/csv; charset=utf-8; header=present"
    case .jsonStat: "application/json; profile=\"https://json-stat.org/format/\""
    }
  }
}

extension Response {
  /// The same; a table for a spreadsheet with the name under which it is kept.
  func named(
    _ what: String, _ call: Call, _ format: TableFormat, _ dialect: CSVDialect
  ) -> Response {
    guard format == .csv, dialect == .semicolon, status == .ok else { return self }
    var response = self
    response.headers[.contentDisposition] = TableFormat.disposition(
      what, call.arguments.text("node"))
    return response
  }
}
