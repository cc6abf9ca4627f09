/// Where a source's places stand in the registry: its own ids to touchpoints.
///
/// A CSV with the columns `id`, `touchpoint` and, if the touchpoint's first question is not
/// meant, `question`. Ids that are not listed are taken for touchpoints' own.
public struct PlaceMapping: Sendable {
  struct Place: Sendable {
    var touchpoint: String
    var question: String?
  }

  private var places: [String: Place] = [:]

  /// Nothing is mapped.
  public init() {}

  /// - Throws: ``ImportFailure`` or ``CSVReader/Failure``, with the line.
  public init(_ reader: consuming CSVReader) throws {
    var reader = reader
    guard let header = try reader.next()?.map({ $0.lowercased() }),
      let id = header.firstIndex(of: "id"),
      let touchpoint = header.firstIndex(of: "touchpoint")
    else { throw ImportFailure("the mapping needs the columns id and touchpoint") }
    let question = header.firstIndex(of: "question")
    while let cells = try reader.next() {
      guard cells.count == header.count, !cells[id].isEmpty, !cells[touchpoint].isEmpty else {
        throw ImportFailure("mapping, line \(reader.line): id and touchpoint must both be given")
      }
      let asked = question.map { cells[$0] } ?? ""
      let place = Place(touchpoint: cells[touchpoint], question: asked.isEmpty ? nil : asked)
      guard places.updateValue(place, forKey: cells[id]) == nil else {
        throw ImportFailure("mapping, line \(reader.line): id '\(cells[id])' stands twice")
      }
    }
  }

  /// All that is mapped, by the source's id.
  var all: [String: Place] { places }

  func place(_ id: String) -> Place {
    places[id] ?? Place(touchpoint: id, question: nil)
  }
}
