/// A picture with its sentence, its table, and where its numbers can be had.
struct Figure: Sendable {
  let id: String
  let heading: String
  let sentence: String
  let svg: String
  var note: String?
  let table: TableView?
  var notes: NotesView?
  /// Where the API says the same.
  let api: String
  let csv: String

  /// - Parameter query: of the API.
  init(
    _ id: String, heading: String, sentence: String, svg: String, note: String? = nil,
    table: TableView?, query: Address, language: Language
  ) {
    self.id = id
    self.heading = heading
    self.sentence = sentence
    self.svg = svg
    self.note = note
    self.table = table
    api = query.text
    csv = query.asTable(language).text
  }
}

extension Address {
  /// The same as a table that a spreadsheet of the reader's country opens.
  func asTable(_ language: Language) -> Address {
    with("format", "csv").with("dialect", language == .en ? nil : "semicolon")
  }
}
