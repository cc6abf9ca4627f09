/// The forms of history that are understood, told apart by the header line.
public enum ImportFormat: Sendable, Equatable {
  /// Single presses as HappyOrNot's Customer API v2 returns them (button-feedbacks.csv).
  case happyOrNot(id: Int, time: Int, place: Int, button: Int, misuse: Int?)
  /// Single presses: `id,time,touchpoint,button` and perhaps `question`, `excluded`.
  case presses(id: Int, time: Int, place: Int, button: Int, question: Int?, excluded: Int?)
  /// Hours: `node,start,count_0,count_1,…` and perhaps `question`, `end`, `excluded`, as results
  /// by the hour are written in CSV.
  case hours(place: Int, start: Int, end: Int?, question: Int?, counts: [Int], excluded: Int?)

  /// - Throws: ``ImportFailure`` when the header is none of them.
  init(header: [String]) throws(ImportFailure) {
    let names = header.map { $0.lowercased().filter { $0 != " " } }
    func column(_ name: String) -> Int? { names.firstIndex(of: name) }
    if let id = column("feedbackid"), let time = column("localtime"),
      let place = column("experiencepointid"), let button = column("buttonindex")
    {
      self = .happyOrNot(id: id, time: time, place: place, button: button, misuse: column("misuse"))
    } else if let id = column("id"), let time = column("time"),
      let place = column("touchpoint") ?? column("node"), let button = column("button")
    {
      self = .presses(
        id: id, time: time, place: place, button: button, question: column("question"),
        excluded: column("excluded"))
    } else if let place = column("touchpoint") ?? column("node"), let start = column("start"),
      let first = column("count_0"), let second = column("count_1")
    {
      let more = (2...4).prefix { column("count_\($0)") != nil }
      self = .hours(
        place: place, start: start, end: column("end"), question: column("question"),
        counts: [first, second] + more.compactMap { column("count_\($0)") },
        excluded: column("excluded"))
    } else {
      throw ImportFailure(
        "the header names none of the forms that are understood: "
          + "feedbackId,localTime,experiencePointId,buttonIndex[,misuse]; "
          + "id,time,touchpoint,button[,question,excluded]; "
          + "node,start,count_0,count_1,…[,question,end,excluded]; it is "
          + "'\(header.joined(separator: ",").prefix(200))'")
    }
  }

  /// What the source is called unless the person says otherwise.
  public var sourceDefault: String {
    switch self {
    case .happyOrNot: "happyornot"
    case .presses: "presses"
    case .hours: "hours"
    }
  }
}
