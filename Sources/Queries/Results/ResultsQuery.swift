public import CivilTime
import Registry
public import Reporting
public import Store

/// What was counted at a node, and if wanted at its children, period by period.
public struct ResultsQuery: Query {
  /// What is asked for.
  public struct Asked: Sendable {
    /// A node, `unassigned`, or the site's own id for everything.
    public var node: String
    /// Not empty.
    public var hours: Range<UTCHour>
    /// The length of a row.
    public var by: Granularity
    public var withChildren: Bool
    /// Only this question; nil = every one.
    public var question: String?
    /// Also tell which part of the opening hours is covered.
    public var withCoverage: Bool
    /// An earlier moment, whose counts are asked for; nil = now.
    public var asOf: AsOf?

    public init(
      node: String, hours: Range<UTCHour>, by: Granularity, withChildren: Bool = false,
      question: String? = nil, withCoverage: Bool = false, asOf: AsOf? = nil
    ) {
      self.node = node
      self.hours = hours
      self.by = by
      self.withChildren = withChildren
      self.question = question
      self.withCoverage = withCoverage
      self.asOf = asOf
    }
  }

  public let asked: Asked
  public let plan: SeriesPlan
  let coverage: CoveragePlan?
  let site: Site
  let nowSeconds: Int

  /// - Parameter nowSeconds: UTC since 1970; coverage knows nothing of what comes after, and visits of
  ///   the latest days are not told yet.
  /// - Throws: `.outside`, `.unknownNode`, or `.parameter` that names what asks too much.
  public init(
    _ asked: Asked, site: Site, scope: Scope, nowSeconds: Int
  ) throws(QueryError) {
    if asked.asOf != nil && asked.withCoverage {
      throw .parameter("as_of", "has no coverage: signs of life are known as of now only")
    }
    try site.check(question: asked.question)
    try scope.covers(asked.node)
    self.asked = asked
    self.site = site
    self.nowSeconds = nowSeconds
    plan = try site.plan(
      of: asked.node, in: asked.hours, withChildren: asked.withChildren, question: asked.question)
    coverage =
      asked.withCoverage
      ? CoveragePlan(
        index: site.index, plan: plan, hours: asked.hours, without: Set(site.guardedVisits))
      : nil
    // Two centuries of hours are refused before a list of them is made, also for no series at all.
    if asked.by == .hour { try check(rows: asked.hours.count) }
    if let places = coverage?.placeCount {
      guard places * asked.hours.count <= QueryLimits.coveragePlaceHoursMax else {
        throw .parameter(
          "coverage",
          "\(places) touchpoints for \(asked.hours.count) hours are too many for one answer "
            + "(\(QueryLimits.coveragePlaceHoursMax) together); ask for a shorter range or a node "
            + "further down")
      }
    }
  }

  /// With coverage, and without it where there are too many touchpoints for one answer.
  ///
  /// - Throws: as ``init(_:site:scope:nowSeconds:)``.
  static func covered(
    _ asked: Asked, site: Site, scope: Scope, nowSeconds: Int
  ) throws(QueryError) -> ResultsQuery {
    var asked = asked
    asked.withCoverage = true
    do throws(QueryError) {
      return try ResultsQuery(asked, site: site, scope: scope, nowSeconds: nowSeconds)
    } catch .parameter("coverage", _) {
      asked.withCoverage = false
      return try ResultsQuery(asked, site: site, scope: scope, nowSeconds: nowSeconds)
    }
  }

  public var registryRevision: Int64? { site.revision }

  public var cost: QueryCost {
    let cells = rowsMax * plan.series.count
    let cellBytes =
      SeriesAggregates.cellBytes + (coverage == nil ? 0 : QueryLimits.coverageRowBytes)
    return QueryCost(
      bytes: cells * cellBytes + rowsMax * QueryLimits.binBytes + QueryLimits.chunkBytes,
      // What an earlier moment held is counted again from the archive.
      rows: asked.asOf == nil
        ? plan.hourCount(of: asked.hours) / (asked.by == .hour ? 1 : 24) : .max)
  }

  public func answer(_ snapshot: StoreReader.Snapshot) throws -> Results {
    // A list of 300 000 hours, made here and not where every request has its turn.
    let bins = try bins()
    let revision = try snapshot.revision(hours: asked.hours)
    if let asOf = asked.asOf {
      let (sums, held) = try past(bins, asOf, snapshot)
      return Results(
        asked: asked, sums: sums,
        revision: DataRevision(data: held, registry: revision.registry), coverage: nil)
    }
    return Results(
      asked: asked,
      sums: try snapshot.told(of: plan, bins: bins, site: site, nowSeconds: nowSeconds),
      revision: revision, coverage: try coverage.map { try cover($0, bins, snapshot) })
  }

  /// The rows of a series.
  ///
  /// - Throws: `.parameter` for more rows than one answer has.
  public func bins() throws(QueryError) -> [Range<UTCHour>] {
    let bins = site.calendar.bins(
      from: asked.hours.lowerBound, to: asked.hours.upperBound, by: asked.by)
    try check(rows: bins.count)
    return bins
  }

  private func check(rows: Int) throws(QueryError) {
    if rows <= QueryLimits.cellsMax / max(1, plan.series.count) { return }
    throw .parameter(
      "by",
      "\(rows) rows in \(plan.series.count) series are too many "
        + "for one answer (\(QueryLimits.cellsMax)); ask for a shorter range or a coarser 'by'")
  }

  /// Rows of a series at most.
  private var rowsMax: Int {
    switch asked.by {
    case .hour: asked.hours.count
    case .total: 1
    // A day of 23 hours, and the cut ones at both ends.
    case .day, .week, .month, .quarter, .year: asked.hours.count / 23 + 2
    }
  }

  /// Reads when the devices were alive, from the moment of the database that has the counts.
  private func cover(
    _ plan: CoveragePlan, _ bins: [Range<UTCHour>], _ snapshot: StoreReader.Snapshot
  ) throws -> SeriesCoverage {
    var evidence: [Int: [Range<Int>]] = [:]
    for (device, hours) in plan.evidenceHours {
      evidence[device] = try snapshot.liveness(
        device: device, hours: hours, nowSeconds: nowSeconds)
    }
    return SeriesCoverage(
      plan: plan, calendar: site.calendar, holidays: site.registry.holidays, bins: bins,
      nowSeconds: nowSeconds, evidence: evidence)
  }
}

/// What was counted, of one moment.
public struct Results: Sendable {
  public let asked: ResultsQuery.Asked
  /// A series for each node and question, a bin for each row.
  public let sums: SeriesAggregates
  /// How far the numbers had come.
  public let revision: DataRevision
  /// nil unless asked for.
  public let coverage: SeriesCoverage?
}

extension SeriesPlan {
  /// Hours of all that is read for a range, days in one.
  func hourCount(of hours: Range<UTCHour>) -> Int {
    series.count(where: \.hasSums) * hours.count + spans.map(\.hours.count).reduce(0, +)
  }
}
