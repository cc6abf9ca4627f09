/// Each of several units against the others taken together.
public struct SiblingComparison: Sendable, Equatable {
  /// One unit and how it stands to the rest.
  public struct Unit: Sendable, Equatable {
    /// The other units together, day by day.
    public let rest: DailyTallies
    /// From the rest to the unit.
    public let change: IndexChange
  }

  /// That all intervals hold together.
  public static let familyLevel = Tally.level

  /// As many as there were units, in their order.
  public let units: [Unit]
  /// How many of the changes have an interval; all hold together with ``familyLevel``.
  ///
  /// Bonferroni, and not Holm: Holm orders tests but has no intervals to show beside its words.
  public let comparisons: Int

  /// - Parameters:
  ///   - units: of one question and the same days, in the same order.
  ///   - buttons: 2…5, of that question.
  public init(_ units: [DailyTallies], buttons: Int) {
    var all = DailyTallies([], buttons: buttons)
    for unit in units { all += unit }
    let rests = units.map { all.without($0) }
    let comparisons = zip(units, rests).count {
      IndexChange.verdict(withheldFrom: [$0, $1]) == nil
    }
    self.comparisons = comparisons
    self.units = zip(units, rests).map { unit, rest in
      Unit(
        rest: rest,
        change: IndexChange(of: unit, from: rest, sameDays: true, comparisons: comparisons))
    }
  }
}
