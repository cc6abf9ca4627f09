/// What was noted on a timeline, below the chart that has its flags.
struct NotesView: Sendable {
  struct Note: Sendable {
    let date: String
    let text: String
    let author: String
    let noted: String
    /// Where the note is of, when it is of a place above.
    let of: String?
    /// Where a form withdraws it; nil for who may not.
    let withdrawal: String?
    let withdrawalLabel: String
  }

  /// What noting takes.
  struct Form: Sendable {
    let action: String
    let date: String
    let textMax: Int
  }

  /// In the order of their numbers, from 1.
  let notes: [Note]
  let hasNotes: Bool
  /// Said when there are more.
  let rest: String?
  /// nil for who may not note anything.
  let form: Form?
  /// What forms send back.
  let key: String?
  let next: String
  /// Where the API says the same.
  let notesJSON: String
  let notesCSV: String
}
