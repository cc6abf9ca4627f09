import HTTPTypes
import Hummingbird
import Registry
import Reporting
import Store

/// `GET /api/v1/results`: the asked range, checked, and its sums.
struct ResultsQuery: Sendable {
  /// Languages that a site names its places in.
  enum Language: String, CaseIterable {
    case fi, sv, en
  }

  /// Rows of one answer at most: a year of hours for thirty-four places. 80 bytes each while adding up.
  static let cellsMax = 300_000

  let node: String
  let hours: Range<Int>
  let granularity: Granularity
  let format: TableFormat
  let withChildren: Bool
  let question: String?
  /// CSV also has the columns that the contract's header lacks.
  let withDetails: Bool
  /// Also tell which part of the opening hours is covered.
  let withCoverage: Bool
  /// An earlier moment, whose counts are asked for; nil = now.
  let asOf: AsOf?
  /// Of names in JSON-stat: fi, sv or en.
  let language: String

  /// - Throws: 400 that names the parameter.
  init(_ request: Request, calendar: SiteCalendar, registry: Registry) throws {
    let parameters = try QueryParameters(
      request,
      known: [
        "node", "from", "to", "by", "children", "question", "format", "details", "coverage", "lang",
        "as_of",
      ])
    node = try parameters.required("node")
    hours = try parameters.hours(calendar)
    granularity = try parameters.choice("by", default: Granularity.total)
    withChildren = try parameters.flag("children")
    withDetails = try parameters.flag("details")
    withCoverage = try parameters.flag("coverage")
    language = try parameters.choice("lang", default: Language.fi).rawValue
    asOf = try Self.asOf(parameters, calendar)
    if asOf != nil && withCoverage {
      throw Problem.parameter("as_of", "has no coverage: signs of life are known as of now only")
    }
    question = parameters.text("question")
    if let question, registry.question(question) == nil {
      throw Problem.parameter("question", "'\(question)' is not a question of this site")
    }
    format = try TableFormat(request, parameters, among: TableFormat.allCases)
  }

  /// All questions of one touchpoint.
  init(touchpoint: String, hours: Range<Int>, by granularity: Granularity) {
    node = touchpoint
    self.hours = hours
    self.granularity = granularity
    format = .csv
    withChildren = false
    question = nil
    withDetails = true
    withCoverage = false
    asOf = nil
    language = Language.fi.rawValue
  }

  /// The series and the rows that are asked for.
  ///
  /// - Throws: 404 for a node that is not there; 400 for more rows than one answer has.
  func plan(
    index: SiteIndex?, calendar: SiteCalendar
  ) throws -> (plan: SeriesPlan, bins: [Range<Int>]) {
    let plan = try plan(index: index)
    return (plan, try bins(of: plan, calendar: calendar))
  }

  /// The series that are asked for.
  ///
  /// - Throws: 404 for a node that is not there; 400 for more rows than one answer has, as far as
  ///   that can be told before a list of them is made.
  func plan(index: SiteIndex?) throws -> SeriesPlan {
    guard
      let plan = index.flatMap({
        SeriesPlan(
          index: $0, node: node, hours: hours, withChildren: withChildren, question: question)
      })
    else { throw Problem(.notFound, "node '\(node)' is not in the registry; see /api/v1/nodes") }
    // Two centuries of hours are refused before a list of them is made, also for no series at all.
    if granularity == .hour { try check(rows: hours.count, of: plan) }
    return plan
  }

  /// - Throws: 400 for more rows than one answer has.
  func bins(of plan: SeriesPlan, calendar: SiteCalendar) throws -> [Range<Int>] {
    let bins = calendar.bins(from: hours.lowerBound, to: hours.upperBound, by: granularity)
    try check(rows: bins.count, of: plan)
    return bins
  }

  private func check(rows: Int, of plan: SeriesPlan) throws {
    if rows <= Self.cellsMax / max(1, plan.series.count) { return }
    throw Problem.parameter(
      "by",
      "\(rows) rows in \(plan.series.count) series are too many "
        + "for one answer (\(Self.cellsMax)); ask for a shorter range or a coarser 'by'")
  }
}
