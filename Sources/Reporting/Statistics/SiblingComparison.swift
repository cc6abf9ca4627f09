/// Each of several units against the others taken together.
public struct SiblingComparison: Sendable, Equatable {
  /// One unit and how it stands to the rest.
  public struct Unit: Sendable, Equatable {
    /// All responses of the other units.
    public let rest: Tally
    /// From the rest to the unit.
    public let change: IndexChange
  }

  /// As many as there were tallies, in their order.
  public let units: [Unit]
  /// How many of the changes have an interval; all hold together with 95 %.
  ///
  /// Bonferroni, and not Holm: Holm orders tests but has no intervals to show beside its words.
  public let comparisons: Int

  /// - Parameter tallies: of one question, a unit each.
  public init(_ tallies: [Tally]) {
    guard let first = tallies.first else {
      (units, comparisons) = ([], 0)
      return
    }
    var all = Tally(buttons: first.counts.count)
    for tally in tallies { all += tally }
    let rests = tallies.map { tally in
      Tally(counts: zip(all.counts, tally.counts).map { $0 - $1 })
    }
    let comparisons = zip(tallies, rests).count { $0.responses > 0 && $1.responses > 0 }
    self.comparisons = comparisons
    units = zip(tallies, rests).map { tally, rest in
      Unit(rest: rest, change: IndexChange(of: tally, from: rest, comparisons: comparisons))
    }
  }
}
