import Foundation

/// The happy index with one decimal, rounded half up; a dash without responses.
func happyIndexText(_ counts: [Int]) -> String {
  let weighted = zip(counts.indices, counts).reduce(0) { $0 + $1.0 * $1.1 }
  let top = (counts.count - 1) * counts.reduce(0, +)
  if top == 0 { return "–" }
  let tenths = (2000 * weighted + top) / (2 * top)
  return "\(tenths / 10).\(tenths % 10)"
}

/// Cells in columns.
struct Columns {
  let rows: [[String]]
  /// Columns set to the right.
  let right: ClosedRange<Int>

  var lines: [String] {
    guard let first = rows.first else { return [] }
    let widths = first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return right.contains(column) ? space + cell : cell + space
      }.joined(separator: "  ")
    }
  }
}

/// A share of work done, on one line of the terminal.
final class PercentLine {
  private let what: String
  private let isTerminal = isatty(STDERR_FILENO) != 0
  private var shown = -1

  init(_ what: String) {
    self.what = what
  }

  func show(_ share: Double) {
    let percent = Int(share * 100)
    guard isTerminal, percent != shown else { return }
    shown = percent
    FileHandle.standardError.write(Data("\r\(what) … \(percent) %".utf8))
  }

  func end() {
    if shown >= 0 { FileHandle.standardError.write(Data("\n".utf8)) }
  }
}
