import CivilTime
import Queries
import Reporting
import Store

/// What was noted of the node and of places above it: flags in the chart, and their list.
extension NodePage {
  /// Flags of a chart: more would cover each other.
  private static let notesMax = 30

  /// The latest, by date.
  private var shownNotes: ArraySlice<Annotation> { annotations.suffix(Self.notesMax) }

  /// - Parameter points: hours of the chart's points, in order.
  func flags(_ points: [Range<UTCHour>]) -> [TrendChart.Annotation] {
    zip(1..., shownNotes).compactMap { number, note in
      // The first day may begin before what is shown of it.
      let hour = max(
        site.calendar.startOfDay(note.date.daysSince1970), overview.asked.hours.lowerBound)
      return points.firstIndex { $0.contains(hour) }.map {
        TrendChart.Annotation(place: $0, number: number, text: note.text)
      }
    }
  }

  /// nil when there is nothing to see nor to do.
  func notes(_ asked: [(name: String, value: String?)], _ frame: Frame) -> NotesView? {
    let key = mayAnnotate ? frame.formKey : nil
    if annotations.isEmpty, key == nil { return nil }
    let language = frame.language
    let action = "/dashboard/\(overview.asked.node)/annotations"
    let query = Address("/api/v1/annotations", asked.filter { $0.name != "question" })
    let shown = zip(1..., shownNotes).map { number, note in
      NotesView.Note(
        date: language.date(year: note.date.year, month: note.date.month, day: note.date.day),
        text: note.text, author: author(note.author, language),
        noted: language.moment(milliseconds: note.createdAtMilliseconds, site.calendar),
        of: note.node == overview.asked.node ? nil : view.name(note.node, language),
        withdrawal: key.map { _ in frame.link("\(action)/\(note.id)/withdraw") },
        withdrawalLabel: "\(language.text(.withdraw)) \(number)")
    }
    return NotesView(
      notes: shown, hasNotes: !shown.isEmpty,
      rest: annotations.count > shown.count
        ? Phrase(
          "Näytetään \(shown.count) uusinta; kaikki ovat CSV- ja JSON-tiedostoissa.",
          "De \(shown.count) nyaste visas; alla finns i CSV och JSON.",
          "The latest \(shown.count) are shown; CSV and JSON have all.")[language] : nil,
      form: key.map { _ in
        NotesView.Form(
          action: frame.link(action), date: view.date(overview.asked.hours.upperBound - 1),
          textMax: AnnotationLimits.textLettersMax)
      },
      key: key, next: frame.address.text, notesJSON: query.text,
      notesCSV: query.asTable(language).text)
  }

  private func author(_ author: Annotation.Author, _ language: Language) -> String {
    switch author {
    case .administrator:
      return Phrase("ylläpitäjä", "administratör", "administrator")[language]
    case .token(let id, let note):
      let token = Phrase("tunniste \(id)", "nyckel \(id)", "token \(id)")[language]
      return note.isEmpty ? token : "\(note) (\(token))"
    case .person(let subject, let name): return name.isEmpty ? subject : name
    }
  }
}
