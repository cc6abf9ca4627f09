import GRDB
import Import
import Registry

/// A line that an import adds, on its way into `import_row`.
struct StagedLine: Sendable, Equatable {
  /// What a line says, in the order of the columns.
  static let columns =
    "hour, at_ms, button, count_0, count_1, count_2, count_3, count_4, excluded"

  var key: String
  /// Which of the import's places, from 0.
  var place: Int
  /// Of ``columns``; nil = NULL.
  var values: [Int64?]

  init(_ row: ImportedRow, place: Int) {
    key = row.key
    self.place = place
    values =
      [Int64(row.hour), row.atMilliseconds, row.button.map(Int64.init)]
      + row.counts.map(Int64.init) + [Int64(row.excluded)]
  }

  /// - Parameter row: key, place and ``columns``.
  init(_ row: Row) {
    key = row[0]
    place = row[1]
    values = (2..<11).map { row[$0] }
  }

  var storedValues: [DatabaseValue] { values.map { $0?.databaseValue ?? .null } }

  var hour: Int { Int(values[0] ?? 0) }
}

/// A touchpoint and question that an import adds to.
struct ImportPlace: Sendable {
  /// Of the device that stands for it, as the registry has it.
  var timeline: DeviceTimeline
  /// That device, where there is one already.
  var device: Int?

  var touchpoint: String { timeline.intervals[0].touchpoint }
  var question: String { timeline.intervals[0].questions[0] }
  var buttons: Int { timeline.intervals[0].buttons[0] }
}
