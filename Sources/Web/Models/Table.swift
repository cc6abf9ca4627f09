import Queries

/// What stands in one place of a table.
enum Cell: Equatable, CustomStringConvertible {
  case text(String)
  case count(Int)
  case number(Double)

  var description: String {
    switch self {
    case .text(let text): text
    case .count(let count): "\(count)"
    case .number(let number): "\(number)"
    }
  }
}

/// A column of a table.
struct Column<Row>: Sendable {
  let name: String
  /// nil = empty.
  let cell: @Sendable (Row, Site) -> Cell?
}

/// The lines of an answer as a table: of each the columns that its model has.
struct Table<Row>: Sendable {
  let columns: [Column<Row>]

  init(_ columns: [Column<Row>]) {
    self.columns = columns
  }

  /// A whole table.
  func csv(_ rows: some Sequence<Row>, _ site: Site, _ dialect: CSVDialect) -> [UInt8] {
    var csv = CSVWriter(dialect)
    csv.header(columns.map(\.name))
    for row in rows { csv.line(columns.map { $0.cell(row, site) }) }
    return csv.bytes
  }
}

extension Model {
  /// What a table has of it: the members that are values.
  var columns: [Column<Value>] { fields.flatMap(\.columns) }
}

extension Array {
  /// Columns of a part as columns of the whole; of a part that is not there they are empty.
  static func of<Part, Whole>(
    _ columns: [Column<Part>], prefix: String = "",
    _ get: @escaping @Sendable (Whole) -> Part?
  ) -> [Column<Whole>] where Element == Column<Whole> {
    columns.map { column in
      Column<Whole>(name: prefix + column.name) { whole, site in
        get(whole).flatMap { column.cell($0, site) }
      }
    }
  }
}
