/// How a table is written as text.
enum CSVDialect: String, CaseIterable {
  /// RFC 4180.
  case comma
  /// What a spreadsheet of a country with decimal commas opens by a double click: a byte order mark,
  /// semicolons, decimal commas; an apostrophe before texts that it would take for formulas.
  case semicolon

  fileprivate var separator: UInt8 {
    switch self {
    case .comma: UInt8(ascii: ",")
    case .semicolon: UInt8(ascii: ";")
    }
  }
}

/// Lines of separated values.
struct CSVWriter {
  private(set) var bytes: [UInt8] = []
  private let dialect: CSVDialect

  init(_ dialect: CSVDialect = .comma) {
    self.dialect = dialect
  }

  /// The first line, with what stands before it.
  mutating func header(_ names: [String]) {
    if dialect == .semicolon { bytes.append(contentsOf: [0xEF, 0xBB, 0xBF]) }
    line(names.map(Cell.text))
  }

  /// - Parameter cells: nil = empty.
  mutating func line(_ cells: [Cell?]) {
    for (place, cell) in cells.enumerated() {
      if place > 0 { bytes.append(dialect.separator) }
      switch cell {
      case nil: break
      case .text(let text): append(text)
      case .count(let count): bytes.append(contentsOf: "\(count)".utf8)
      case .number(let number): append(number)
      }
    }
    bytes.append(contentsOf: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
  }

  private mutating func append(_ number: Double) {
    for byte in "\(number)".utf8 {
      let isComma = byte == UInt8(ascii: ".") && dialect == .semicolon
      bytes.append(isComma ? UInt8(ascii: ",") : byte)
    }
  }

  private mutating func append(_ text: String) {
    let quote = UInt8(ascii: "\"")
    // A spreadsheet would take it for a formula.
    let text = dialect == .semicolon && Self.isFormula(text) ? "'" + text : text
    guard text.utf8.contains(where: { $0 == dialect.separator || "\"\r\n".utf8.contains($0) })
    else {
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(quote)
    for byte in text.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }

  private static func isFormula(_ text: String) -> Bool {
    text.utf8.first.map("=+-@\t\r".utf8.contains) ?? false
  }
}
