import HTTPTypes
import Hummingbird
import Registry
import Reporting

/// `GET /api/v1/results`: the asked range, checked, and its sums.
struct ResultsQuery: Sendable {
  /// How results are written.
  enum Format: String, CaseIterable {
    case json
    case csv
  }

  /// Rows of one answer at most: a year of hours for thirty-four places. 80 bytes each while adding up.
  static let cellsMax = 300_000

  let node: String
  let hours: Range<Int>
  let granularity: Granularity
  let format: Format
  let withChildren: Bool
  let question: String?
  /// CSV also has the columns that the contract's header lacks.
  let withDetails: Bool
  /// Also tell which part of the opening hours is covered.
  let withCoverage: Bool

  /// - Throws: 400 that names the parameter.
  init(_ request: Request, calendar: SiteCalendar, registry: Registry) throws {
    let parameters = try QueryParameters(
      request,
      known: ["node", "from", "to", "by", "children", "question", "format", "details", "coverage"])
    node = try parameters.required("node")
    let from = try Self.hour(parameters, "from", calendar)
    let to = try Self.hour(parameters, "to", calendar)
    guard from < to else { throw Problem.parameter("to", "must be later than from") }
    hours = from..<to
    granularity = try parameters.choice("by", default: Granularity.total)
    withChildren = try parameters.flag("children")
    withDetails = try parameters.flag("details")
    withCoverage = try parameters.flag("coverage")
    question = parameters.text("question")
    if let question, registry.question(question) == nil {
      throw Problem.parameter("question", "'\(question)' is not a question of this site")
    }
    let prefersCSV = request.headers[.accept]?.contains("text/csv") ?? false
    format = try parameters.choice("format", default: prefersCSV ? .csv : .json)
  }

  static func hour(
    _ parameters: QueryParameters, _ name: String, _ calendar: SiteCalendar
  ) throws -> Int {
    let text = try parameters.required(name)
    do throws(TimeTextError) {
      return try calendar.hour(parsing: text)
    } catch {
      throw Problem.parameter(name, error.description)
    }
  }

  /// The series and the rows that are asked for.
  ///
  /// - Throws: 404 for a node that is not there; 400 for more rows than one answer has.
  func plan(
    index: SiteIndex?, calendar: SiteCalendar
  ) throws -> (plan: SeriesPlan, bins: [Range<Int>]) {
    guard
      let plan = index.flatMap({
        SeriesPlan(
          index: $0, node: node, hours: hours, withChildren: withChildren, question: question)
      })
    else { throw Problem(.notFound, "node '\(node)' is not in the registry; see /api/v1/nodes") }
    // Two centuries of hours are refused before a list of them is made, also for no series at all.
    let rowsMax = Self.cellsMax / max(1, plan.series.count)
    let isTooLong = granularity == .hour && hours.count > rowsMax
    let bins =
      isTooLong
      ? [] : calendar.bins(from: hours.lowerBound, to: hours.upperBound, by: granularity)
    guard !isTooLong && bins.count <= rowsMax else {
      throw Problem.parameter(
        "by",
        "\(isTooLong ? hours.count : bins.count) rows in \(plan.series.count) series are too many "
          + "for one answer (\(Self.cellsMax)); ask for a shorter range or a coarser 'by'")
    }
    return (plan, bins)
  }
}
