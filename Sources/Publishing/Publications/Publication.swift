/// A period as it was published: the numbers of all its places, shown or not.
///
/// Kept as it was for ever: what was published once must not be subtracted from later answers.
public struct Publication: Sendable, Equatable {
  /// A place and its answers to one question.
  public struct Row: Sendable, Equatable {
    public var node: String
    /// nil for the root of a public tree.
    public var parent: String?
    public var isPublic: Bool
    public var isShown: Bool
    public var question: String
    /// Responses by button, 2…5 of them.
    public var counts: [Int]

    public init(
      node: String, parent: String?, isPublic: Bool, isShown: Bool, question: String,
      counts: [Int]
    ) {
      self.node = node
      self.parent = parent
      self.isPublic = isPublic
      self.isShown = isShown
      self.question = question
      self.counts = counts
    }
  }

  /// UTC hours since 1970.
  public var hours: Range<Int>
  /// 1 for the first, then one more each time that the period was published again.
  public var version: Int
  public var publishedAtMilliseconds: Int64
  /// The minimums that held.
  public var cellMin: Int
  public var totalMin: Int
  /// Each place after the one above it. Empty where only the head was read.
  public var rows: [Row]
  /// It holds several that were published each by itself, and corrects them together.
  public var isCoarser = false
  /// Something that it shows is counted otherwise by now, as was noticed last.
  public var laterCountsDiffer = false

  public init(
    hours: Range<Int>, isCoarser: Bool = false, version: Int, publishedAtMilliseconds: Int64,
    cellMin: Int, totalMin: Int, rows: [Row]
  ) {
    self.hours = hours
    self.isCoarser = isCoarser
    self.version = version
    self.publishedAtMilliseconds = publishedAtMilliseconds
    self.cellMin = cellMin
    self.totalMin = totalMin
    self.rows = rows
  }
}
