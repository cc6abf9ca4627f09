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
  static let vary = "Accept, Authorization"

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

  var contentType: String {
    switch self {
    case .json: "application/json"
    case .csv: "text/csv; charset=utf-8; header=present"
    case .jsonStat: "application/json; profile=\"https://json-stat.org/format/\""
    }
  }
}
