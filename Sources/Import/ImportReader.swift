import CivilTime
public import Registry

/// Reads a file of history line by line, each checked and placed in the registry.
public struct ImportReader {
  /// Presses of one button in one hour at most; more is a wrong column.
  static let countMax = 1_000_000

  public let format: ImportFormat
  /// The names of the columns, as the file has them.
  let header: [String]
  /// The cells of the last row.
  private(set) var cells: [String] = []
  private var reader: CSVReader
  private let registry: Registry
  private let mapping: PlaceMapping
  private let times: LocalTime
  private let nowMilliseconds: Int64

  /// Reads the header.
  ///
  /// - Parameter nowMilliseconds: UTC; nothing later is taken.
  /// - Throws: ``ImportFailure`` for an unknown header or a mapping to what is not there.
  public init(
    _ reader: consuming CSVReader, registry: Registry, mapping: PlaceMapping,
    nowMilliseconds: Int64
  ) throws {
    self.reader = reader
    guard let header = try self.reader.next() else {
      throw ImportFailure("the file is empty; its first line must name the columns")
    }
    format = try ImportFormat(header: header)
    self.header = header
    self.registry = registry
    self.mapping = mapping
    times = LocalTime(offsets: ZoneOffsets(registry.timeZone))
    self.nowMilliseconds = nowMilliseconds
    for (id, place) in mapping.all {
      guard registry.node(place.touchpoint)?.touchpoint != nil else {
        throw ImportFailure(
          "the mapping sends '\(id)' to '\(place.touchpoint)', which is no touchpoint of the "
            + "registry; correct one of them")
      }
    }
  }

  /// Line of the last row, from 1.
  public var line: Int { reader.line }

  /// Between cells.
  var separator: UInt8 { reader.separator ?? UInt8(ascii: ",") }

  /// The next line's row, or why it is passed over; nil after the last.
  ///
  /// - Throws: ``CSVReader/Failure`` when the text cannot be read on.
  public mutating func next() throws -> Result<ImportedRow, Skip>? {
    guard let cells = try reader.next() else { return nil }
    self.cells = cells
    do throws(Skip) {
      guard cells.count == header.count else {
        throw Skip(reason: .cells, text: "\(cells.count) cells, not \(header.count)")
      }
      return .success(try row(cells))
    } catch {
      return .failure(error)
    }
  }

  private func row(_ cells: [String]) throws(Skip) -> ImportedRow {
    switch format {
    case .happyOrNot(let id, let time, let place, let button, let misuse):
      return try press(
        cells, id: id, time: time, place: place, button: button, question: nil,
        excluded: misuse)
    case .presses(let id, let time, let place, let button, let question, let excluded):
      return try press(
        cells, id: id, time: time, place: place, button: button, question: question,
        excluded: excluded)
    case .hours: return try hours(cells)
    }
  }

  private func press(
    _ cells: [String], id: Int, time: Int, place: Int, button: Int, question: Int?, excluded: Int?
  ) throws(Skip) -> ImportedRow {
    guard !cells[id].isEmpty, cells[id].utf8.count <= 64 else {
      throw Skip(reason: .key, text: cells[id])
    }
    let (touchpoint, question) = try self.place(cells, place: place, question: question)
    let (at, isHourRepeated) = try milliseconds(cells[time])
    guard let index = Digits.number(Array(cells[button].utf8)[...]), index < question.buttons
    else { throw Skip(reason: .button, text: cells[button]) }
    let isExcluded = try flag(excluded.map { cells[$0] } ?? "")
    var counts = [0, 0, 0, 0, 0]
    if !isExcluded { counts[index] = 1 }
    return ImportedRow(
      key: cells[id], touchpoint: touchpoint, question: question.id, buttons: question.buttons,
      hour: UTC.hour(ofMilliseconds: at), atMilliseconds: at, button: index, counts: counts,
      excluded: isExcluded ? 1 : 0, isHourRepeated: isHourRepeated)
  }

  private func hours(_ cells: [String]) throws(Skip) -> ImportedRow {
    guard
      case .hours(let place, let start, let end, let question, let columns, let excluded) = format
    else { preconditionFailure("asked for a form that the file has not") }
    let (touchpoint, asked) = try self.place(cells, place: place, question: question)
    let (from, isHourRepeated) = try milliseconds(cells[start])
    let hour = UTC.hour(ofMilliseconds: from)
    let isOneHour = end.map { ends(cells[$0], at: from + 3_600_000) } ?? true
    guard from % 3_600_000 == 0, isOneHour else {
      throw Skip(reason: .span, text: cells[start])
    }
    var counts = [0, 0, 0, 0, 0]
    for (button, column) in columns.enumerated() {
      counts[button] = try number(cells[column])
      if counts[button] > 0 && button >= asked.buttons {
        throw Skip(reason: .button, text: "count_\(button)")
      }
    }
    // What the source itself says, so that a mapping that changed finds the same line.
    let key = "\(hour) \(question.map { cells[$0] } ?? "") \(cells[place])"
    return ImportedRow(
      key: key, formerKey: "\(touchpoint)/\(asked.id)/\(hour)", touchpoint: touchpoint,
      question: asked.id, buttons: asked.buttons, hour: hour, atMilliseconds: nil, button: nil,
      counts: counts,
      excluded: try excluded.map { (column) throws(Skip) in try number(cells[column]) } ?? 0,
      isHourRepeated: isHourRepeated)
  }

  private func place(
    _ cells: [String], place: Int, question: Int?
  ) throws(Skip) -> (touchpoint: String, question: Question) {
    let mapped = mapping.place(cells[place])
    guard mapped.touchpoint != Registry.unassigned,
      let touchpoint = registry.node(mapped.touchpoint)?.touchpoint
    else { throw Skip(reason: .place, text: cells[place]) }
    let named = question.map { cells[$0] } ?? ""
    let id = named.isEmpty ? mapped.question ?? touchpoint.questions.first : named
    guard let id, let asked = registry.question(id) else {
      throw Skip(reason: .question, text: id ?? "")
    }
    return (mapped.touchpoint, asked)
  }

  private func milliseconds(
    _ text: String
  ) throws(Skip) -> (at: Int64, isHourRepeated: Bool) {
    let moment = times.moment(parsing: text)
    switch moment {
    case .at(let at) where at <= nowMilliseconds + 3_600_000: return (at, false)
    case .repeated(let at) where at <= nowMilliseconds + 3_600_000: return (at, true)
    case .leftOut: throw Skip(reason: .leftOut, text: text)
    default: throw Skip(reason: .time, text: text)
    }
  }

  /// An hour that ends where the clocks are put forward may be said to end at either time.
  private func ends(_ text: String, at end: Int64) -> Bool {
    let moment = times.moment(parsing: text)
    return moment == .at(end) || moment == .repeated(first: end) || moment == .leftOut(unmoved: end)
  }

  private func number(_ text: String) throws(Skip) -> Int {
    if text.isEmpty { return 0 }
    guard let number = Digits.number(Array(text.utf8)[...]), number <= Self.countMax else {
      throw Skip(reason: .number, text: text)
    }
    return number
  }

  private func flag(_ text: String) throws(Skip) -> Bool {
    switch text.lowercased() {
    case "", "false", "0", "no": false
    case "true", "1", "yes": true
    default: throw Skip(reason: .flag, text: text)
    }
  }
}
