import Foundation
import Hummingbird
import Registry
import Reporting
import Store

/// What every statistic is asked with: node, range and question, checked.
struct StatisticsQuery: Sendable {
  let node: String
  let hours: Range<Int>
  let question: String?
  let site: CurrentSite.Site
  let registry: Registry
  let index: SiteIndex
  let parameters: QueryParameters
  let scope: Scope

  /// - Parameter more: parameters beside the common ones.
  /// - Throws: 400 that names the parameter; 403 for a node that the bearer may not see; 404 for
  ///   one that is not there.
  init(
    _ request: Request, _ scope: Scope, site current: CurrentSite, more: [String] = []
  ) throws {
    let (site, registry) = try current.require()
    parameters = try QueryParameters(request, known: ["node", "from", "to", "question"] + more)
    node = try parameters.required("node")
    hours = try parameters.hours(site.calendar)
    question = parameters.text("question")
    if let question, registry.question(question) == nil {
      throw Problem.parameter("question", "'\(question)' is not a question of this site")
    }
    try scope.covers(node)
    guard let index = site.index, index.isPlace(node) else {
      throw Problem(.notFound, "node '\(node)' is not in the registry; see /api/v1/nodes")
    }
    self.site = site
    self.registry = registry
    self.index = index
    self.scope = scope
  }

  var calendar: SiteCalendar { site.calendar }

  /// IANA name.
  var timeZone: String { registry.timeZone.identifier }

  /// The series of a node and, if wanted, of its children.
  func plan(
    of node: String, in hours: Range<Int>, withChildren: Bool = false
  ) throws -> SeriesPlan {
    guard
      let plan = SeriesPlan(
        index: index, node: node, hours: hours, withChildren: withChildren, question: question)
    else { throw Problem(.notFound, "node '\(node)' is not in the registry; see /api/v1/nodes") }
    return plan
  }

  /// Refuses what would fill memory.
  func check(cells: Int, parameter: String) throws {
    guard cells <= ResultsQuery.cellsMax else {
      throw Problem.parameter(
        parameter,
        "\(cells) numbers to add up are too many for one answer (\(ResultsQuery.cellsMax)); "
          + "ask for a shorter range")
    }
  }
}

extension SeriesPlan.Series {
  /// Whether both are answers to the same question with as many buttons.
  func isSameQuestion(as other: SeriesPlan.Series) -> Bool {
    question == other.question && buttons == other.buttons
  }
}
