public import CivilTime

/// One line of an earlier supplier's history, checked and placed.
public struct ImportedRow: Sendable, Equatable {
  /// What the line is known by within its source, wherever the mapping sends it: a second import
  /// finds it there.
  public var key: String
  /// Hours: what they were known by when a database still kept the place that they were mapped to;
  /// it never looks like a ``key``.
  public var formerKey: String?
  /// Node id of the touchpoint.
  public var touchpoint: String
  public var question: String
  /// 2…5.
  public var buttons: Int
  public var hour: UTCHour
  /// UTC milliseconds of a single press; nil where the source has hours only.
  public var atMilliseconds: Int64?
  /// Button of a single press, from 0; nil where the source has hours only.
  public var button: Int?
  /// Responses by button, most negative first, five of them.
  public var counts: [Int]
  /// Presses that the source itself did not count (misuse).
  public var excluded: Int
  /// The time had no offset and lies in the hour that autumn repeats; the first is taken.
  public var isHourRepeated = false
}

/// What is wrong with a line that is passed over. Each is counted and shown with examples.
public enum SkipReason: String, Sendable, CaseIterable {
  case cells = "another number of cells than the header"
  case key = "no id"
  case place = "its place is neither in the mapping nor a touchpoint of the registry"
  case question = "its question is not in the registry, or its place asks none"
  case time = "no such time, or it lies in the future"
  case leftOut =
    "no such local time: the clocks were put forward over it; give it with its offset"
  case span = "not exactly one hour"
  case button = "the question has no such button"
  case number = "a count that is no number from 0 to 1 000 000"
  case flag = "a yes-or-no cell that is neither true nor false"
}

/// A line passed over.
public struct Skip: Error, Sendable, Equatable {
  public var reason: SkipReason
  /// The text at fault.
  public var text: String
}

/// The file as a whole cannot be imported, or an import not be taken back.
public struct ImportFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
