public import CivilTime
public import Import

/// How an import is to be done.
public struct ImportOptions: Sendable {
  /// Under which name the lines' keys are remembered, `[a-z0-9-]`.
  public var source: String
  /// The file's name, for the record.
  public var file: String
  /// Who imports, for the audit log.
  public var actor: String
  public var isDryRun = false
  /// Lines that are known but say something else now replace what was there.
  public var isReplacing = false
  /// Also where own devices counted at the same place in the same hour.
  public var isOverlapAllowed = false

  public init(source: String, file: String, actor: String) {
    self.source = source
    self.file = file
    self.actor = actor
  }

  /// Whether a name can be a source's: 1 to 31 of a-z, 0-9 and -.
  public static func isSource(_ name: String) -> Bool {
    name.wholeMatch(of: /[a-z0-9][a-z0-9-]{0,30}/) != nil
  }
}

/// What came of an import.
public struct ImportReport: Sendable {
  /// What the lines add to one touchpoint and question.
  public struct Place: Sendable {
    public var touchpoint: String
    public var question: String
    /// Responses by button.
    public var counts: [Int]
    public var excluded: Int
    public var hours: ClosedRange<UTCHour>

    public init(
      touchpoint: String, question: String, counts: [Int], excluded: Int,
      hours: ClosedRange<UTCHour>
    ) {
      self.touchpoint = touchpoint
      self.question = question
      self.counts = counts
      self.excluded = excluded
      self.hours = hours
    }
  }

  /// A line that was passed over.
  public struct Example: Sendable {
    /// From 1.
    public var line: Int
    /// The beginning of the text at fault.
    public var text: String

    public init(line: Int, text: String) {
      self.line = line
      self.text = text
    }
  }

  /// Examples of one reason at most, no two of the same text.
  static let examplesMax = 3

  /// Number of the import; 0 for a dry run and when nothing was new.
  public var id: Int64 = 0
  /// Lines of the file after its header.
  public var lines = 0
  public var added = 0
  /// Lines that an earlier import, or an earlier line, brought already.
  public var known = 0
  /// Known lines that say something else now; replaced only when asked.
  public var changed = 0
  public var isReplaced = false
  public var places: [Place] = []
  public var skipped: [SkipReason: Int] = [:]
  /// The first of each reason.
  public var examples: [SkipReason: [Example]] = [:]
  /// Lines without an offset in the hour that autumn repeats.
  public var repeatedHours = 0
  /// Hours in which own devices counted at the same place.
  public var overlapHours = 0

  public init() {}

  /// The file had lines, and none could be taken.
  public var isNothingUsable: Bool { lines > 0 && added + known + changed == 0 }

  mutating func add(_ skip: Skip, line: Int) {
    skipped[skip.reason, default: 0] += 1
    let example = Example(line: line, text: String(skip.text.prefix(60)))
    let known = examples[skip.reason] ?? []
    if known.count < Self.examplesMax && !known.contains(where: { $0.text == example.text }) {
      examples[skip.reason] = known + [example]
    }
  }
}

/// What taking back an import did; the service tells it by these names.
public struct WithdrawalReport: Sendable, Decodable {
  /// The imported responses of one touchpoint and question, of all imports.
  public struct Place: Sendable, Decodable {
    public var touchpoint: String
    public var question: String
    public var responsesBefore: Int
    public var responsesAfter: Int
  }

  public var source: String
  public var file: String
  /// Lines of the import that counted until now.
  public var taken: Int
  /// Lines of earlier imports that count again, since this one had replaced them.
  public var restored: Int
  public var places: [Place]
}
