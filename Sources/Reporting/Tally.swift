/// The exact counts of one period, and what the contract computes from them.
///
/// A count is 0…2⁵³; nothing here overflows within that.
public struct Tally: Sendable, Equatable {
  /// Responses by button, the most negative first; 2…5 entries.
  public private(set) var counts: [Int]
  /// Presses too soon after the one before (rule `lockout/1`).
  public private(set) var excluded: Int
  /// Presses of a button or slot that does not exist.
  public private(set) var invalid: Int
  /// Presses that a device could not keep until they were acknowledged.
  public private(set) var lost: Int
  /// Presses, among all others, whose time was worked out from the time of receipt.
  public private(set) var estimated: Int
  /// Responses that came more than 24 hours after they happened.
  public private(set) var late: Int
  /// Responses taken from an earlier supplier's history.
  public private(set) var imported: Int
  /// Presses that were taken out of all the other numbers but `lost`.
  public private(set) var annulled: Int

  /// 2…5 counts, none negative.
  public init(
    counts: [Int], excluded: Int = 0, invalid: Int = 0, lost: Int = 0, estimated: Int = 0,
    late: Int = 0, imported: Int = 0, annulled: Int = 0
  ) {
    precondition((2...5).contains(counts.count), "a question has 2 to 5 buttons")
    precondition(counts.allSatisfy { $0 >= 0 }, "a count is not negative")
    self.counts = counts
    self.excluded = excluded
    self.invalid = invalid
    self.lost = lost
    self.estimated = estimated
    self.late = late
    self.imported = imported
    self.annulled = annulled
  }

  /// A tally of nothing, for a question with 2…5 buttons.
  public init(buttons: Int) {
    self.init(counts: [Int](repeating: 0, count: buttons))
  }

  /// Adds a period of the same question; both have as many buttons.
  public static func += (sum: inout Tally, other: Tally) {
    precondition(sum.counts.count == other.counts.count, "tallies of different questions")
    for button in sum.counts.indices { sum.counts[button] += other.counts[button] }
    sum.excluded += other.excluded
    sum.invalid += other.invalid
    sum.lost += other.lost
    sum.estimated += other.estimated
    sum.late += other.late
    sum.imported += other.imported
    sum.annulled += other.annulled
  }

  /// Nothing was counted, kept back, invalid, lost or annulled.
  public var isEmpty: Bool {
    responses == 0 && excluded == 0 && invalid == 0 && lost == 0 && annulled == 0
  }

  /// Presses that counted.
  public var responses: Int {
    counts.reduce(0, +)
  }
}
