import Mustache

/// A table as a template writes it; its numbers are texts already.
struct TableView: Sendable {
  struct Head: Sendable {
    let text: String
    let isNumber: Bool
  }

  struct Cell: Sendable {
    let text: String
    let isHeader: Bool
    let isNumber: Bool
    let cellLink: String?

    /// The first of a row.
    static func header(_ text: String, link: String? = nil) -> Cell {
      Cell(text: text, isHeader: true, isNumber: false, cellLink: link)
    }

    static func text(_ text: String) -> Cell {
      Cell(text: text, isHeader: false, isNumber: false, cellLink: nil)
    }

    static func number(_ text: String?) -> Cell {
      Cell(text: text ?? "–", isHeader: false, isNumber: true, cellLink: nil)
    }
  }

  struct Row: Sendable {
    let cells: [Cell]
  }

  let caption: String
  let head: [Head]
  let rows: [Row]

  /// - Parameter head: of columns whose first row has a number, above numbers.
  init(_ caption: String, head: [String], rows: [[Cell]]) {
    self.caption = caption
    self.head = head.enumerated().map { place, text in
      Head(text: text, isNumber: rows.first.map { $0[place].isNumber } ?? false)
    }
    self.rows = rows.map(Row.init)
  }
}

// Tables are most of a page, so their parts are asked by name: the other way is reflection, of the part
// and, where it has no such value, of all that is around it.

extension TableView.Cell: MustacheParent {
  func child(named name: String) -> Any? {
    switch name {
    case "text": text
    case "isHeader": isHeader
    case "isNumber": isNumber
    case "cellLink": cellLink ?? false
    default: nil
    }
  }
}

extension TableView.Row: MustacheParent {
  func child(named name: String) -> Any? { name == "cells" ? cells : nil }
}
