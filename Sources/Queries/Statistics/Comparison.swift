public import CivilTime
public import Reporting
public import Store

/// A period beside the one before, the same a year ago, and the siblings.
public struct ComparisonQuery: RevisedQuery {
  private struct Planned: Sendable {
    var plan: SeriesPlan
    var hours: Range<UTCHour>
  }

  private let period: NodePeriod
  private let family: SiblingFamily
  private let now: Planned
  private let before: Planned?
  private let yearAgo: Planned?
  private let siblings: Planned?

  /// - Throws: as ``NodePeriod``.
  public init(_ period: NodePeriod) throws(QueryError) {
    self.period = period
    let calendar = period.site.calendar
    family = SiblingFamily(of: period.node, in: period.site.index, period.scope)
    func plan(_ hours: Range<UTCHour>?) throws(QueryError) -> Planned? {
      guard let hours else { return nil }
      return Planned(plan: try period.plan(of: period.node, in: hours), hours: hours)
    }
    now = Planned(plan: try period.plan(of: period.node, in: period.hours), hours: period.hours)
    before = try plan(calendar.periodBefore(period.hours))
    yearAgo = try plan(calendar.periodYearAgo(period.hours))
    if let parent = family.parent {
      siblings = Planned(
        plan: try period.plan(of: parent, in: period.hours, withChildren: true),
        hours: period.hours)
    } else {
      siblings = nil
    }
  }

  /// From the earliest of the periods to the end of the last, with what lies between them.
  public var revisedHours: Range<Int> {
    let starts = [before, yearAgo].compactMap { $0?.hours.lowerBound }
    return min(period.hours.lowerBound, starts.min() ?? .max)..<period.hours.upperBound
  }

  public var registryRevision: Int64? { period.site.revision }

  /// Now, before and a year ago, and the siblings.
  public var cost: QueryCost {
    period.dailyCost(places: 3 + family.members.count + family.leftOut.count)
  }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> Comparison {
    func daily(_ planned: Planned) throws -> SumsByPlace {
      SumsByPlace(try period.told(of: planned.plan, bins: days(of: planned), snapshot))
    }
    let now = try daily(now)
    let before = try before.map { ($0.hours, try daily($0)) }
    let yearAgo = try yearAgo.map { ($0.hours, try daily($0)) }
    let siblings = try siblings.map(daily)
    return Comparison(
      node: period.node, revision: try snapshot.revision(hours: revisedHours),
      series: now.sums.plan.series.map { series in
        let question = AskedQuestion(series)
        let own = now.days(question, at: period.node)
        func compared(_ other: (hours: Range<UTCHour>, sums: SumsByPlace)?) -> Comparison.Earlier? {
          other.map { hours, sums in
            let days = sums.days(question, at: period.node)
            return Comparison.Earlier(
              hours: hours, tally: days.total, change: Comparison.Change(of: own, from: days))
          }
        }
        return Comparison.Series(
          question: question, hours: period.hours, now: own.total, before: compared(before),
          yearAgo: compared(yearAgo), siblings: compare(question, siblings))
      })
  }

  private func compare(_ question: AskedQuestion, _ sums: SumsByPlace?) -> Comparison.Siblings {
    let members = family.members.filter { sums?.asks(question, at: $0) ?? false }
    let units = members.compactMap { sums?.days(question, at: $0) }
    let comparison = SiblingComparison(units, buttons: question.buttons)
    return Comparison.Siblings(
      comparisons: comparison.comparisons,
      units: zip(members, zip(units, comparison.units)).map { node, unit in
        Comparison.Unit(
          node: node, tally: unit.0.total, rest: unit.1.rest.total,
          change: Comparison.Change(unit.1.change, of: unit.0, from: unit.1.rest))
      },
      leftOut: family.leftOut, reason: family.reason)
  }

  /// The local days of a range, or as many of them at a time as keep the sums of all series within
  /// ``QueryLimits/cellsMax``: a longer stretch is as independent of the next as a day.
  private func days(of planned: Planned) -> [Range<UTCHour>] {
    let hours = planned.hours
    let days = period.site.calendar.bins(
      from: hours.lowerBound, to: hours.upperBound, by: .day)
    let most = max(1, QueryLimits.cellsMax / max(1, planned.plan.series.count))
    let together = (days.count + most - 1) / most
    return stride(from: 0, to: days.count, by: together).map { first in
      days[first].lowerBound..<days[min(first + together, days.count) - 1].upperBound
    }
  }
}

/// How a node's answers changed, and how they differ from its siblings'.
public struct Comparison: Revised, Sendable {
  /// A difference with the evidence it rests on.
  public struct Change: Sendable {
    public let index: IndexChange
    /// Local days with responses of the side that changed, and of the other.
    public let days: Int
    public let otherDays: Int

    init(_ index: IndexChange, of own: DailyTallies, from other: DailyTallies) {
      self.index = index
      days = own.daysWithResponses
      otherDays = other.daysWithResponses
    }

    init(of own: DailyTallies, from other: DailyTallies) {
      self.init(IndexChange(of: own, from: other), of: own, from: other)
    }
  }

  /// An earlier period.
  public struct Earlier: Sendable {
    public let hours: Range<UTCHour>
    public let tally: Tally
    /// From it to now.
    public let change: Change
  }

  /// A node beside all its siblings together.
  public struct Unit: Sendable {
    public let node: String
    public let tally: Tally
    public let rest: Tally
    /// From the rest to the unit.
    public let change: Change
  }

  /// The node and its siblings that ask the question, in the registry's order.
  public struct Siblings: Sendable {
    /// How many of the changes have an interval; each is adjusted for all of them.
    public let comparisons: Int
    public let units: [Unit]
    /// Touchpoints of visits, which are not compared.
    public let leftOut: [String]
    /// Why there are no units; nil when there are.
    public let reason: String?
  }

  /// One question.
  public struct Series: Sendable {
    public let question: AskedQuestion
    public let hours: Range<UTCHour>
    public let now: Tally
    /// nil when the period began before 1970.
    public let before: Earlier?
    public let yearAgo: Earlier?
    public let siblings: Siblings
  }

  public let node: String
  public let revision: DataRevision
  public let series: [Series]
}
