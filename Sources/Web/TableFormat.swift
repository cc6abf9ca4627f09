import HTTPTypes
import Hummingbird

/// How a table is written.
enum TableFormat: String, CaseIterable {
  case json
  case csv

  /// The parameter `format`; without it CSV when Accept names it, else JSON.
  init(_ request: Request, _ parameters: QueryParameters) throws {
    let prefersCSV = request.headers[.accept]?.contains("text/csv") ?? false
    self = try parameters.choice("format", default: prefersCSV ? Self.csv : .json)
  }

  var contentType: String {
    self == .csv ? "text/csv; charset=utf-8; header=present" : "application/json"
  }
}
